package gdext

import (
	"encoding/binary"
	"slices"

	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/relay"
)

// peerInfo is what is known about a peer in the room.
type peerInfo struct {
	info      signals.Encoded // a Dictionary from the peer's join; nil before it is introduced
	roundTrip uint32          // to the relay and back, in milliseconds
	away      bool
}

// note stores state that needs no place in the order of the packets, because it is only read on
// request. It reports whether the record holds such state.
func (p *peer) note(r relay.Record) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch r.Kind {
	case relay.KindRoundTrip:
		p.knownPeer(r.Peer).roundTrip = binary.LittleEndian.Uint32(r.Data)
	case relay.KindAway:
		p.knownPeer(r.Peer).away = true
	case relay.KindBack:
		p.knownPeer(r.Peer).away = false
	case relay.KindLocked:
		p.locked = r.Data[0] != 0
	default:
		return false
	}
	return true
}

// knownPeer returns the entry of a peer. p.mu must be held.
func (p *peer) knownPeer(id int32) *peerInfo {
	known := p.known[id]
	if known == nil {
		known = new(peerInfo)
		p.known[id] = known
	}
	return known
}

// setInfo stores the info from a peer's join. Empty data means that the peer has left the room.
func (p *peer) setInfo(id int32, data []byte) {
	if len(data) == 0 {
		p.forgetPeer(id)
		return
	}
	info := signals.PeerInfo(data)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.knownPeer(id).info = info
}

// forgetPeer removes the entry of a peer that has left. The engine must have been notified before,
// because handlers of peer_disconnected may ask for the peer's info.
func (p *peer) forgetPeer(id int32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, id)
}

func (p *peer) getChannel() engine.Object {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.channel == nil || p.channel.gone.Load() {
		return engine.Object{}
	}
	return p.channel.object
}

func (p *peer) topic() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.channel.getTopic()
}

func (p *peer) getPeers() engine.PackedInt32sBytes {
	return engine.PackedInt32sBytes(variant.AppendInt32s(nil, p.peerIDs()))
}

// peerIDs returns the sorted ids of the other peers in the room.
func (p *peer) peerIDs() []int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	ids := []int64{}
	for id, known := range p.known {
		if known.info != nil {
			ids = append(ids, int64(id))
		}
	}
	slices.Sort(ids)
	return ids
}

func (p *peer) getPeerInfo(id int64) engine.DictionaryBytes {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.known[int32(id)]
	if known == nil || known.info == nil || int64(int32(id)) != id {
		return engine.DictionaryBytes(signals.EmptyDictionary)
	}
	return engine.DictionaryBytes(signals.Dictionary("id", id, "info", known.info, "round_trip_ms", int64(known.roundTrip),
		"is_away", known.away, "is_host", p.state.host == int32(id)))
}

func (p *peer) isLocked() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.locked
}

// getStatistics returns the client's statistics under the names that games use, even after the
// session has ended.
func (p *peer) getStatistics() engine.DictionaryBytes {
	p.mu.Lock()
	client := p.client
	p.mu.Unlock()
	if client == nil {
		return engine.DictionaryBytes(signals.EmptyDictionary)
	}
	return engine.DictionaryBytes(signals.RelayStatistics(client.Statistics()))
}
