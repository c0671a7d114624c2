package chaos_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/relay"
)

const (
	matchTopic = "relay:CHAOS"
	peers      = 8
	// seatTime is longer than any fault, and shorter than the patience with a leave that a dead
	// connection has lost.
	seatTime = 10 * time.Second
)

// match is a room of a relay, whose peers send each other numbers.
type match struct {
	url    string
	peers  []*peer
	ledger *ledger
}

// The modes of the packets.
const (
	ordered  = 1 // unreliable
	reliable = 2
)

// peer is one client of the room, with the packets it has received.
type peer struct {
	name   string
	socket *core.Socket
	client *relay.Client
	ledger *ledger
	random *rand.Rand

	mu       sync.Mutex
	isOver   bool // the others leave too
	id       int32
	others   map[int32]bool
	sent     map[int32]uint32 // the latest number to each, by id
	got      map[int32]uint32 // the latest reliable one from each
	newest   map[int32]uint32 // the latest unreliable one
	received int
	gaps     int
	longest  time.Duration
}

func newMatch(t *testing.T, url string, seed uint64, l *ledger) *match {
	m := &match{url: url, ledger: l}
	for i := range peers {
		socket, err := core.NewSocket(url, impatient(core.WebSocket, fmt.Sprint("peer-", i)))
		require.NoError(t, err)
		p := &peer{
			name: fmt.Sprint("peer ", i), socket: socket, ledger: l, random: rand.New(rand.NewPCG(seed, uint64(100+i))),
			others: map[int32]bool{}, sent: map[int32]uint32{}, got: map[int32]uint32{}, newest: map[int32]uint32{},
		}
		m.peers = append(m.peers, p)
		p.join(t, relay.RoleAuto)
	}
	return m
}

func (p *peer) join(t *testing.T, role relay.Role) {
	channel, err := p.socket.Channel(matchTopic, nil)
	require.NoError(t, err)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.client, err = relay.New(channel, nil, relay.Options{Role: role, Shape: relay.ShapeMesh, SeatTime: seatTime}, relay.Handlers{Deliver: p.deliver})
	require.NoError(t, err)
	require.NoError(t, p.socket.Connect())
}

func (p *peer) deliver(records []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(records) > 0 {
		r, rest, ok := relay.ReadRecord(records)
		if !ok {
			p.ledger.problem("%s: records that are cut off", p.name)
			return
		}
		records = rest
		p.record(r)
	}
}

func (p *peer) record(r relay.Record) {
	switch r.Kind {
	case relay.KindConnected:
		if p.id != 0 {
			p.ledger.problem("%s: was %d, is %d", p.name, p.id, r.Peer)
		}
		p.id = r.Peer
	case relay.KindPeerConnected:
		if p.others[r.Peer] {
			p.ledger.problem("%s: %d is there twice", p.name, r.Peer)
		}
		p.others[r.Peer] = true
		go p.client.Admit(r.Peer)
	case relay.KindPeerDisconnected:
		if !p.isOver {
			p.ledger.problem("%s: %d is gone", p.name, r.Peer)
		}
		delete(p.others, r.Peer)
	case relay.KindEnded:
		p.ledger.problem("%s: ended, %q", p.name, r.Data)
	case relay.KindResumed:
		p.gaps++
		p.longest = max(p.longest, time.Duration(binary.LittleEndian.Uint32(r.Data))*time.Millisecond)
	case relay.KindPacket:
		p.packet(r)
	}
}

func (p *peer) packet(r relay.Record) {
	n := binary.LittleEndian.Uint32(r.Data)
	p.received++
	switch {
	case r.Mode == ordered:
		if n <= p.newest[r.Peer] {
			p.ledger.problem("%s: unreliable %d of %d came after %d", p.name, n, r.Peer, p.newest[r.Peer])
		}
		p.newest[r.Peer] = n
	case n != p.got[r.Peer]+1:
		p.ledger.problem("%s: reliable %d of %d came after %d", p.name, n, r.Peer, p.got[r.Peer])
		fallthrough
	default:
		p.got[r.Peer] = n
	}
}

// play sends the next number to each other peer, again and again, until the context ends.
func (p *peer) play(ctx context.Context) {
	every(ctx, func() time.Duration { return between(p.random, 20*time.Millisecond, 80*time.Millisecond) }, func() {
		padding := make([]byte, p.random.IntN(200))
		if p.random.IntN(100) == 0 {
			padding = make([]byte, 40<<10) // larger than a buffer of the network
		}
		var packets []byte
		p.mu.Lock()
		for id := range p.others {
			p.sent[id]++
			for _, mode := range []uint8{reliable, ordered} {
				packets = relay.AppendRecord(packets, relay.Record{
					Peer: id, Mode: mode, Data: append(binary.LittleEndian.AppendUint32(nil, p.sent[id]), padding...),
				})
				padding = nil
			}
		}
		p.mu.Unlock()
		p.client.Send(packets)
	})
}

// isFull reports whether each peer knows all the others.
func (m *match) isFull() bool {
	for _, p := range m.peers {
		p.mu.Lock()
		n := len(p.others)
		p.mu.Unlock()
		if n != peers-1 {
			return false
		}
	}
	return true
}

// missing names the reliable packets that have not come, and what is still buffered.
func (m *match) missing() (all []string) {
	sent := map[int32]map[int32]uint32{}
	for _, p := range m.peers {
		p.mu.Lock()
		for id, n := range p.sent {
			if sent[id] == nil {
				sent[id] = map[int32]uint32{}
			}
			sent[id][p.id] = n
		}
		p.mu.Unlock()
	}
	for _, p := range m.peers {
		p.mu.Lock()
		for from, n := range sent[p.id] {
			if p.got[from] != n {
				all = append(all, fmt.Sprintf("%s: %d of %d from %d", p.name, p.got[from], n, from))
			}
		}
		p.mu.Unlock()
		if n := p.client.Statistics().Buffered; n > 0 {
			all = append(all, fmt.Sprintf("%s: %d bytes buffered", p.name, n))
		}
	}
	return all
}

// checkSeatsAreGivenBack closes all clients: then there is no such room.
func (m *match) checkSeatsAreGivenBack(t *testing.T) {
	for _, p := range m.peers {
		p.mu.Lock()
		p.isOver = true
		p.mu.Unlock()
	}
	for _, p := range m.peers {
		p.client.Close()
	}
	for _, p := range m.peers {
		<-p.client.Done()
	}
	ended := make(chan string, 1)
	await(t, func() bool { // a leave may still be on its way
		channel, err := m.peers[0].socket.Channel(matchTopic, nil)
		require.NoError(t, err)
		client, err := relay.New(channel, nil, relay.Options{Role: relay.RoleClient, Shape: relay.ShapeMesh}, relay.Handlers{Deliver: func(records []byte) {
			if r, _, _ := relay.ReadRecord(records); r.Kind == relay.KindEnded {
				ended <- string(r.Data)
			} else {
				ended <- "a seat"
			}
		}})
		require.NoError(t, err)
		defer client.Close()
		return <-ended == "no room"
	}, "the room is still there")
}

func (m *match) close() {
	for _, p := range m.peers {
		_ = p.socket.Close()
	}
	for _, p := range m.peers {
		<-p.socket.Ended()
	}
}

// String says what happened.
func (m *match) String() string {
	var received, gaps int
	var longest time.Duration
	for _, p := range m.peers {
		p.mu.Lock()
		received, gaps, longest = received+p.received, gaps+p.gaps, max(longest, p.longest)
		p.mu.Unlock()
	}
	return fmt.Sprintf("a match of %d: %d packets received, %d lost links, the longest for %v", peers, received, gaps, longest)
}
