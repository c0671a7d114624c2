package gdext

import (
	"encoding/binary"
	"maps"
	"slices"

	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/relay"
)

// What the relay says, on its way to the engine. Records arrive on the goroutine that reads the connection. Packets wait in the queue, with
// the events between them in their order, for the engine's polls.

// record is one of what the relay's client delivers, as package relay describes them.
type record struct {
	peer int32
	kind relay.Kind
	data []byte
}

// nextRecord reads the first record, and returns its size.
func nextRecord(records []byte) (record, int) {
	size := engine.RecordHead + int(binary.LittleEndian.Uint32(records[8:]))
	return record{
		peer: int32(binary.LittleEndian.Uint32(records)),
		kind: relay.Kind(records[4]),
		data: records[engine.RecordHead:size],
	}, size
}

// deliver queues records for the engine: runs of packets, and each event for itself.
func (p *peer) deliver(records []byte) {
	muted := p.mutedPeers()
	begin, count, at := 0, 0, 0
	flush := func(end int) {
		if count > 0 {
			p.deliverRun(records[begin:at], count)
		}
		begin, count = end, 0
	}
	for at < len(records) {
		r, size := nextRecord(records[at:])
		switch {
		case r.kind != relay.KindPacket:
			flush(at + size)
			if !p.note(r) {
				p.queue.Deliver(records[at:at+size], 0)
			}
		case muted[r.peer]:
			flush(at + size)
		default:
			count++
		}
		at += size
	}
	flush(at)
}

// maxUnread limits what waits for a game that does not poll.
const maxUnread = 64 << 20

func (p *peer) deliverRun(packets []byte, count int) {
	if p.queue.Deliver(packets, count) > maxUnread {
		p.abandon()
	}
}

// abandon ends a connection whose packets nobody reads.
func (p *peer) abandon() {
	p.mu.Lock()
	client, abandoned := p.client, p.abandoned
	p.abandoned = true
	p.mu.Unlock()
	if client == nil || abandoned {
		return
	}
	p.queue.Clear()
	p.queue.Deliver(endedRecord(unread), 0)
	go client.Close() // not within a delivery
}

// endedRecord is the event that a connection has ended.
func endedRecord(reason string) []byte {
	r := make([]byte, engine.RecordHead, engine.RecordHead+len(reason))
	r[4] = byte(relay.KindEnded)
	binary.LittleEndian.PutUint32(r[8:], uint32(len(reason)))
	return append(r, reason...)
}

// unread is why a game that does not poll is out of the room.
const unread = "not polled"

// Polled handles the events in front of the next packet.
func (p *peer) Polled() {
	self := p.object.Keep() // handlers may drop the last other reference
	defer self.Release()
	for event := p.queue.Event(); event != nil; event = p.queue.Event() {
		r, _ := nextRecord(event)
		p.handle(r)
	}
}

func (p *peer) handle(r record) {
	switch r.kind {
	case relay.KindConnected:
		p.connected(r)
	case relay.KindInfo:
		p.setInfo(r.peer, r.data)
	case relay.KindPeerConnected:
		p.introduce(r.peer)
	case relay.KindPeerDisconnected:
		p.announceGone(r.peer)
	case relay.KindHostChanged:
		p.changeView(func(v *peerView) { v.host = r.peer })
		p.applyLock()
		p.emit(onHostChanged, int64(r.peer))
	case relay.KindLost:
		p.emit(onConnectionLost)
	case relay.KindResumed:
		p.emit(onConnectionResumed, int64(binary.LittleEndian.Uint32(r.data)))
	case relay.KindEnded:
		p.ended(string(r.data))
	}
}

// connected makes the peer one of the room.
func (p *peer) connected(r record) {
	view := p.changeView(func(v *peerView) {
		v.Status, v.ID = engine.PeerConnected, r.peer
		v.shape, v.host = relay.Shape(r.data[0]), int32(binary.LittleEndian.Uint32(r.data[1:]))
		v.MaxPacket = int64(binary.LittleEndian.Uint32(r.data[5:]))
		if v.shape == relay.ShapeHost {
			v.Relays, v.host = true, idOfServer
		}
	})
	if view.host == view.ID {
		p.applyLock()
		if view.shape == relay.ShapeMesh {
			p.emit(onHostChanged, int64(view.host))
		}
	}
}

// idOfServer is the host's id where the engine takes it for a server.
const idOfServer = 1

// introduce tells the engine of another peer. If this peer is the host, the others are told then.
func (p *peer) introduce(id int32) {
	view := p.changeView(func(v *peerView) { v.announced[id] = true })
	isHost := view.host == view.ID
	if isHost && view.shape == relay.ShapeHost {
		p.admit(id) // before the engine's own introduction is sent
	}
	p.emit(onPeerConnected, int64(id))
	if isHost && view.shape == relay.ShapeMesh {
		p.flush() // what the engine spawns there, before the others can send to it
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

// ended ends the connection: the room is gone, or this peer has no place in it.
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

// Notified sends what the engine has put in this frame.
func (p *peer) Notified(engine.Notification) { p.flush() }

// flush sends the packets that the engine has put.
func (p *peer) flush() {
	if client := p.relayClient(); client != nil {
		p.queue.Outgoing(client.Send)
	}
}
