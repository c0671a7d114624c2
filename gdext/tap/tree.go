package tap

import (
	"strings"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/relay"
)

// maxShownKeys limits the keys that the tree shows of a presence.
const maxShownKeys = 200

// Socket describes a socket for the tab's tree, in addition to the state that its core socket
// provides.
type Socket struct {
	Number     int32 // as in [Tap.Observe]
	ID         int64 // the host's id of the socket, for commands
	Name       string
	Core       *core.Socket // nil if not in use
	Simulation core.Simulation
	Channels   []Channel
	Peers      []Peer
}

// Channel describes a channel for the tree.
type Channel struct {
	ID         int64
	Topic      string
	Core       *core.Channel  // nil if never joined
	Presence   *core.Presence // nil if there is none
	PresenceID int64
}

// Peer describes a multiplayer peer for the tree.
type Peer struct {
	ID    int64
	Room  string
	State int           // state of the engine's MultiplayerPeer
	Core  *relay.Client // nil if no session is running
}

// AppendState appends an Array of the sockets, for [Host.State].
func (t *Tap) AppendState(dst []byte, sockets []Socket) []byte {
	dst = variant.AppendArray(dst, len(sockets))
	for i := range sockets {
		dst = append(dst, sockets[i].item(t.reason(sockets[i].Number))...)
	}
	return dst
}

func (s *Socket) item(reason string) signals.Encoded {
	var n core.Statistics
	endpoint, state, next := "", core.SocketClosed, -1.0
	if s.Core != nil {
		n, endpoint, state = s.Core.Statistics(), s.Core.Endpoint(), s.Core.State()
		if wait, isWaiting := s.Core.NextAttempt(); isWaiting {
			next = signals.Milliseconds(wait)
		}
	}
	var simulation []any
	for name, value := range s.Simulation.Values() {
		simulation = append(simulation, name, value)
	}
	return signals.Dictionary("number", int64(s.Number), "id", s.ID, "name", s.Name, "endpoint", endpoint, "state", int(state),
		"round_trip_ms", signals.Milliseconds(n.RoundTrip), "next_attempt_ms", next, "reason", reason,
		"messages_in", n.MessagesIn, "messages_out", n.MessagesOut, "bytes_in", n.BytesIn, "bytes_out", n.BytesOut,
		"pending_pushes", n.PendingPushes, "buffered_pushes", n.BufferedPushes, "queued_events", n.QueuedEvents, "queued_bytes", n.QueuedBytes,
		"reconnects", n.Reconnects, "simulation", signals.Dictionary(simulation...),
		"channels", array(s.Channels, Channel.item), "peers", array(s.Peers, Peer.item))
}

func array[T any](values []T, item func(T) signals.Encoded) signals.Encoded {
	b := variant.AppendArray(nil, len(values))
	for _, value := range values {
		b = append(b, item(value)...)
	}
	return b
}

func (c Channel) item() signals.Encoded {
	var n core.ChannelStatistics
	state := core.ChannelClosed
	if c.Core != nil {
		n, state = c.Core.Statistics(), c.Core.State()
	}
	return signals.Dictionary("id", c.ID, "topic", c.Topic, "state", int(state), "joins", n.Joins, "unsent", n.BufferedPushes,
		"presence", c.presence())
}

func (c Channel) presence() signals.Encoded {
	if c.Presence == nil {
		return signals.Null
	}
	metas, first := c.Presence.Metas(maxShownKeys)
	var entries []any
	for _, entry := range first {
		entries = append(entries, entry.Key, entry.Metas)
	}
	return signals.Dictionary("id", c.PresenceID, "keys", c.Presence.Count(), "metas", metas, "entries", signals.Dictionary(entries...))
}

func (p Peer) item() signals.Encoded {
	var n relay.Statistics
	var room relay.Room
	if p.Core != nil {
		n, room = p.Core.Statistics(), p.Core.Room()
	}
	peers := []int64{}
	for _, other := range room.Peers {
		peers = append(peers, int64(other))
	}
	return signals.Dictionary("id", p.ID, "room", p.Room, "state", p.State, "unique_id", int64(room.ID), "is_host", room.ID != 0 && room.ID == room.HostID,
		"shape", int(room.Shape), "peers", peers, "packets_in", n.PacketsIn, "packets_out", n.PacketsOut,
		"bytes_in", n.BytesIn, "bytes_out", n.BytesOut)
}

// reasons maps a socket's number to the reason why it is not connected.
type reasons map[int32]*reason

type reason struct {
	isOpen bool
	text   string // without secrets; "" if the socket is connected
}

// note records a happening of a socket. An error on an open connection is not the reason for a
// failed connect.
func (r reasons) note(socket int32, event, text string) {
	known := r[socket]
	if known == nil {
		known = new(reason)
		r[socket] = known
	}
	switch {
	case event == "open":
		known.isOpen, known.text = true, ""
	case event == "error" && !known.isOpen:
		known.text = strings.TrimPrefix(strings.TrimPrefix(text, "error: "), core.ErrorPrefix)
	case event == "close" && known.isOpen:
		known.isOpen, known.text = false, strings.TrimPrefix(text, "disconnected ")
	}
}

func (t *Tap) reason(socket int32) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if known := t.reasons[socket]; known != nil {
		return known.text
	}
	return ""
}

// Forget drops the records of a socket that has been freed.
func (t *Tap) Forget(socket int32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.reasons, socket)
	t.links.forget(socket)
}
