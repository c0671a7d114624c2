package gdext

import (
	"phoenixchannels/core"
	"phoenixchannels/gdext/tap"
)

// state appends the state that the tab's tree shows. It runs on the goroutine that sends, and uses
// only what Go knows: nothing here may call the engine.
func (d *debugging) state(dst []byte) []byte {
	var sockets []tap.Socket
	for _, s := range d.all() {
		sockets = append(sockets, s.shown())
	}
	return d.tap.AppendState(dst, sockets)
}

func (s *socket) shown() tap.Socket {
	shown := tap.Socket{Number: s.watched.number, ID: s.object.ID(), Name: s.watched.lastPath(), Core: s.clientIfMade(), Simulation: s.runningSimulation()}
	for _, object := range s.getChannels() {
		c, lives := object.Value().(*channel)
		if !lives {
			continue
		}
		shown.Channels = append(shown.Channels, c.shown())
		if p := c.relayPeer(); p != nil {
			shown.Peers = append(shown.Peers, p.shown(c.getTopic()))
		}
	}
	return shown
}

func (s *socket) runningSimulation() core.Simulation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.simulated
}

func (c *channel) shown() tap.Channel {
	shown := tap.Channel{ID: c.object.ID(), Topic: c.getTopic()}
	if b := c.binding(); b != nil {
		shown.Core = b.core
	}
	object := c.getPresence()
	if p, exists := object.Value().(*presence); exists {
		shown.Presence, shown.PresenceID = p.core, object.ID()
	}
	return shown
}

// relayPeer returns the multiplayer peer on the channel, or nil.
func (c *channel) relayPeer() *peer {
	if b := c.binding(); b != nil {
		return b.relay.Load()
	}
	return nil
}

func (p *peer) shown(room string) tap.Peer {
	return tap.Peer{ID: p.object.ID(), Room: room, State: int(p.view().Status), Core: p.relayClient()}
}
