package gdext

import (
	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/relay"
)

// What the tab's tree shows. It is put together on the goroutine that sends, from what Go knows: nothing here may ask the engine.

// maxShownKeys limits the keys of a presence that the tree shows.
const maxShownKeys = 200

// state appends the Array of the sockets.
func (d *debugging) state(dst []byte) []byte {
	sockets := d.all()
	dst = variant.AppendArray(dst, len(sockets))
	for _, s := range sockets {
		dst = append(dst, s.treeItem()...)
	}
	return dst
}

func (s *socket) treeItem() signals.Encoded {
	endpoint, simulation, next := "", signals.EmptyDictionary, -1.0
	client := s.clientIfMade()
	if client != nil {
		endpoint = client.Endpoint()
		if wait, isWaiting := client.NextAttempt(); isWaiting {
			next = signals.Milliseconds(wait)
		}
		s.mu.Lock()
		simulation = simulationItem(s.simulated)
		s.mu.Unlock()
	}
	n := s.statistics()
	reason, path := s.watched.about()
	channels, peers := s.channelItems()
	return signals.Dictionary("number", int64(s.watched.number), "id", s.object.ID(), "name", path, "endpoint", endpoint,
		"state", int(s.state()), "round_trip_ms", signals.Milliseconds(n.RoundTrip), "next_attempt_ms", next, "reason", reason,
		"messages_in", n.MessagesIn, "messages_out", n.MessagesOut, "bytes_in", n.BytesIn, "bytes_out", n.BytesOut,
		"pending_pushes", n.PendingPushes, "buffered_pushes", n.BufferedPushes, "queued_events", n.QueuedEvents, "queued_bytes", n.QueuedBytes,
		"reconnects", n.Reconnects, "simulation", simulation, "channels", array(channels), "peers", array(peers))
}

func array(items []signals.Encoded) signals.Encoded {
	b := variant.AppendArray(nil, len(items))
	for _, item := range items {
		b = append(b, item...)
	}
	return b
}

func simulationItem(simulation core.Simulation) signals.Encoded {
	var pairs []any
	for name, value := range simulation.Values() {
		pairs = append(pairs, name, value)
	}
	return signals.Dictionary(pairs...)
}

// channelItems are the socket's channels, and the multiplayer peers on them.
func (s *socket) channelItems() (channels, peers []signals.Encoded) {
	for _, object := range s.getChannels() {
		c, lives := object.Value().(*channel)
		if !lives {
			continue
		}
		var n core.ChannelStatistics
		var p *peer
		if b := c.binding(); b != nil {
			n, p = b.core.Statistics(), b.relay.Load()
		}
		channels = append(channels, signals.Dictionary("id", object.ID(), "topic", c.getTopic(), "state", int(c.state()),
			"joins", n.Joins, "unsent", n.BufferedPushes, "presence", presenceItem(c.getPresence())))
		if p != nil {
			peers = append(peers, p.treeItem(c.getTopic()))
		}
	}
	return channels, peers
}

// presenceItem is null for a channel without a presence.
func presenceItem(object engine.Object) signals.Encoded {
	p, exists := object.Value().(*presence)
	if !exists {
		return signals.Null
	}
	metas, first := p.core.Metas(maxShownKeys)
	var entries []any
	for _, entry := range first {
		entries = append(entries, entry.Key, entry.Metas)
	}
	return signals.Dictionary("id", object.ID(), "keys", p.core.Count(), "metas", metas, "entries", signals.Dictionary(entries...))
}

func (p *peer) treeItem(room string) signals.Encoded {
	view := p.view()
	var n relay.Statistics
	if client := p.relayClient(); client != nil {
		n = client.Statistics()
	}
	return signals.Dictionary("id", p.object.ID(), "room", room, "state", int(view.Status), "unique_id", int64(view.ID),
		"is_host", view.ID != 0 && view.host == view.ID, "shape", int(view.shape), "peers", signals.Encoded(p.getPeers()),
		"packets_in", n.PacketsIn, "packets_out", n.PacketsOut, "bytes_in", n.BytesIn, "bytes_out", n.BytesOut)
}
