package gdext

import (
	"encoding/binary"
	"maps"
	"slices"

	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/relay"
)

// Events from the relay, on their way to the engine. Records arrive on the goroutine that reads the
// connection. Packets and the events between them wait in the queue, in order, until the engine
// polls.

// deliver queues records for the engine: consecutive packets as one run, and each event on its own.
func (p *peer) deliver(records []byte) {
	muted, isAbandoned := p.filter()
	if isAbandoned {
		return
	}
	run, count := records, 0 // packets not queued yet, and all that follows them
	flush := func(rest []byte) {
		if count > 0 {
			p.deliverRun(run[:len(run)-len(rest)], count)
		}
		count = 0
	}
	for at := records; ; {
		r, rest, ok := relay.ReadRecord(at)
		switch {
		case !ok:
			flush(at)
			return
		case r.Kind != relay.KindPacket:
			flush(at)
			if !p.note(r) {
				p.queue.Deliver(at[:len(at)-len(rest)], 0)
			}
			run = rest
		case muted[r.Peer]:
			flush(at)
			run = rest
		default:
			count++
		}
		at = rest
	}
}

// maxUnread limits the bytes of queued packets if the game does not poll.
const maxUnread = 64 << 20

func (p *peer) deliverRun(packets []byte, count int) {
	if p.queue.Deliver(packets, count) > maxUnread {
		p.abandon()
	}
}

// abandon ends a session whose packets nobody reads. It leaves the room on the main thread, and the
// game learns of it by its next poll.
func (p *peer) abandon() {
	p.mu.Lock()
	client, c := p.client, p.channel
	p.abandoned = client != nil
	p.mu.Unlock()
	if client != nil {
		p.queue.Clear()
		p.queue.Deliver(endedRecord(signals.Unread), 0)
		c.binding().core.Socket().Post(client.Close)
	}
}

// endedRecord returns the event for the end of a session, as a relay client delivers it.
func endedRecord(reason string) []byte {
	return relay.AppendRecord(nil, relay.Record{Kind: relay.KindEnded, Data: []byte(reason)})
}

// Polled handles the events in front of the next packet. After a peer has left, the rest waits for
// the next poll: the engine frees the nodes spawned by that peer only at the end of the frame, and
// the next host may spawn the same nodes again.
func (p *peer) Polled() {
	self := p.object.Keep() // handlers may release the last other reference
	defer self.Release()
	for event := p.queue.Event(); event != nil; event = p.queue.Event() {
		if r, _, ok := relay.ReadRecord(event); ok {
			p.handle(r)
			if r.Kind == relay.KindPeerDisconnected {
				return
			}
		}
	}
}

func (p *peer) handle(r relay.Record) {
	switch r.Kind {
	case relay.KindConnected:
		p.connected(r)
	case relay.KindInfo:
		p.setInfo(r.Peer, r.Data)
	case relay.KindPeerConnected:
		p.introduce(r.Peer)
	case relay.KindPeerDisconnected:
		p.announceGone(r.Peer)
	case relay.KindHostChanged:
		p.changeView(func(v *peerView) { v.host = r.Peer })
		p.lockAsHost()
		p.emit(onHostChanged, int64(r.Peer))
	case relay.KindLost:
		p.emit(onConnectionLost)
	case relay.KindResumed:
		p.emit(onConnectionResumed, int64(binary.LittleEndian.Uint32(r.Data)))
	case relay.KindEnded:
		p.ended(string(r.Data))
	}
}

// connected makes this peer a member of the room.
func (p *peer) connected(r relay.Record) {
	view := p.changeView(func(v *peerView) {
		v.Status, v.ID = engine.PeerConnected, r.Peer
		v.shape, v.host = relay.Shape(r.Data[0]), int32(binary.LittleEndian.Uint32(r.Data[1:]))
		v.MaxPacket = int64(binary.LittleEndian.Uint32(r.Data[5:]))
		if v.shape == relay.ShapeHost {
			v.Relays, v.host = true, idOfServer
		}
	})
	if view.host == view.ID {
		p.lockAsHost()
		if view.shape == relay.ShapeMesh {
			p.emit(onHostChanged, int64(view.host))
		}
	}
}

// idOfServer is the host's id in the shape in which the engine treats the host as a server.
const idOfServer = 1

// introduce announces another peer to the engine. If this peer is the host, the relay then
// announces it to the others.
func (p *peer) introduce(id int32) {
	view := p.changeView(func(v *peerView) { v.announced[id] = true })
	isHost := view.host == view.ID
	if isHost && view.shape == relay.ShapeHost {
		p.admit(id) // before the engine's own introduction is sent
	}
	p.emit(onPeerConnected, int64(id))
	if isHost && view.shape == relay.ShapeMesh {
		p.flush() // first send what the engine has just spawned, before the others can send to it
		p.admit(id)
	}
}

func (p *peer) admit(id int32) {
	if client := p.relayClient(); client != nil {
		client.Admit(id)
	}
}

func (p *peer) announceGone(id int32) {
	var was bool
	p.changeView(func(v *peerView) {
		was = v.announced[id]
		delete(v.announced, id)
	})
	p.mu.Lock()
	delete(p.muted, id)
	p.mu.Unlock()
	if was {
		p.emit(onPeerDisconnected, int64(id))
	}
	p.forgetPeer(id)
}

// ended ends the connection: the room has closed, or this peer has no place in it.
func (p *peer) ended(reason string) {
	view := p.view()
	if view.Status == engine.PeerDisconnected {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(view.announced)) {
		p.announceGone(id)
	}
	p.release()
	if view.Status == engine.PeerConnecting {
		engine.Error("PhoenixMultiplayerPeer.create", signals.RefusedRoom(p.topic(), reason))
	} else if text := signals.RoomViolation(p.topic(), reason); text != "" {
		engine.Error("PhoenixMultiplayerPeer", text)
	}
	p.emit(onEnded, reason)
}

// Notified sends the packets that the engine has put in this frame.
func (p *peer) Notified(engine.Notification) { p.flush() }

// flush sends the packets that the engine has put.
func (p *peer) flush() {
	if client := p.relayClient(); client != nil {
		p.queue.Outgoing(client.Send)
	}
}
