package relay

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/relay/wire"
	"phoenixchannels/server/devserver"
	"phoenixchannels/server/devserver/memnet"
)

// cuttable is the way of one player to the server.
type cuttable struct {
	listener *memnet.Listener
	mu       sync.Mutex
	isDown   bool
	limits   func() int // if set, how many bytes the next connection carries until it is mute, and breaks
	conns    []*cuttableConn
}

// cuttableConn is a connection over which nothing goes any more once it is mute.
type cuttableConn struct {
	net.Conn
	way    *cuttable
	isMute bool
	left   int // bytes until it is mute; 0: no limit
}

func (w *cuttable) dial(context.Context, string, string) (net.Conn, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.isDown {
		return nil, errors.New("no network")
	}
	conn, err := w.listener.Dial()
	if err != nil {
		return nil, err
	}
	c := &cuttableConn{Conn: conn, way: w}
	if w.limits != nil {
		c.left = w.limits()
	}
	w.conns = append(w.conns, c)
	return c, nil
}

// lose counts bytes, and reports whether they are lost.
func (c *cuttableConn) lose(n int) bool {
	c.way.mu.Lock()
	defer c.way.mu.Unlock()
	if c.left > 0 {
		if c.left -= n; c.left <= 0 {
			c.isMute, c.left = true, 0
			time.AfterFunc(100*time.Millisecond, func() { _ = c.Close() })
		}
	}
	return c.isMute
}

func (c *cuttableConn) Read(p []byte) (int, error) {
	for {
		n, err := c.Conn.Read(p)
		if err != nil || !c.lose(n) {
			return n, err
		}
	}
}

func (c *cuttableConn) Write(p []byte) (int, error) {
	if c.lose(len(p)) {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// cut simulates an outage: for a while the connection loses all data, then it breaks, and connects
// fail during the outage.
func (w *cuttable) cut(mute, outage time.Duration) {
	w.mu.Lock()
	w.isDown = true
	conns := w.conns
	w.conns = nil
	for _, c := range conns {
		c.isMute = true
	}
	w.mu.Unlock()
	time.Sleep(mute) // its end has not seen yet that it is broken
	for _, c := range conns {
		_ = c.Close()
	}
	time.Sleep(outage)
	w.mu.Lock()
	w.isDown = false
	w.mu.Unlock()
}

// player is a peer of a match. To each other peer it sends numbers, reliable and unreliable ones,
// and it notes what it receives.
type player struct {
	t      *testing.T
	way    *cuttable
	client *Client

	mu      sync.Mutex
	id      int32
	isOver  bool
	sent    map[int32]uint32
	got     map[int32]uint32 // latest reliable number by sender
	loose   map[int32]uint32 // latest unreliable ordered number by sender
	peers   map[int32]bool
	gaps    []time.Duration
	wrong   []string
	ending  string
	changed chan struct{}
}

func newPlayer(t *testing.T, listener *memnet.Listener, options Options) *player {
	p := &player{
		t: t, way: &cuttable{listener: listener}, changed: make(chan struct{}, 1),
		sent: map[int32]uint32{}, got: map[int32]uint32{}, loose: map[int32]uint32{}, peers: map[int32]bool{},
	}
	channel, err := newSocket(t, p.way.dial).Channel(topic, nil)
	require.NoError(t, err)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.client, err = New(channel, nil, options, Handlers{Deliver: p.deliver})
	require.NoError(t, err)
	return p
}

func (p *player) deliver(records []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range readRecords(records) {
		p.record(r)
	}
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// readRecords takes whole records apart.
func readRecords(packed []byte) (records []Record) {
	for len(packed) > 0 {
		r, rest, _ := ReadRecord(packed)
		packed = rest
		records = append(records, r)
	}
	return records
}

func (p *player) record(r Record) {
	switch r.Kind {
	case KindConnected:
		p.id = r.Peer
	case KindPeerConnected:
		if p.peers[r.Peer] {
			p.wrong = append(p.wrong, fmt.Sprint(r.Peer, " connected twice"))
		}
		p.peers[r.Peer] = true
		go p.client.Admit(r.Peer) // as the main thread does, if this is the host
	case KindPeerDisconnected:
		delete(p.peers, r.Peer)
	case KindResumed:
		p.gaps = append(p.gaps, time.Duration(binary.LittleEndian.Uint32(r.Data))*time.Millisecond)
	case KindEnded:
		p.isOver, p.ending = true, string(r.Data)
	case KindPacket:
		n := binary.LittleEndian.Uint32(r.Data)
		if r.Mode != uint8(wire.Reliable) {
			if n <= p.loose[r.Peer] {
				p.wrong = append(p.wrong, fmt.Sprintf("unreliable %d of %d after %d", n, r.Peer, p.loose[r.Peer]))
			}
			p.loose[r.Peer] = n
			return
		}
		if n != p.got[r.Peer]+1 {
			p.wrong = append(p.wrong, fmt.Sprintf("%d of %d after %d", n, r.Peer, p.got[r.Peer]))
		}
		p.got[r.Peer] = n
	}
}

// await waits until ok, under the player's lock, is true.
func (p *player) await(what string, ok func() bool) {
	p.t.Helper()
	for deadline := time.After(5 * time.Minute); ; {
		p.mu.Lock()
		done := ok()
		p.mu.Unlock()
		if done {
			return
		}
		select {
		case <-p.changed:
		case <-deadline:
			require.FailNow(p.t, what, "%+v %v %v", p.client.Statistics(), p.client.channel.State(), p.client.channel.Socket().State())
		}
	}
}

// say sends the next number to each peer.
func (p *player) say() {
	p.mu.Lock()
	var packets []byte
	for id := range p.peers {
		p.sent[id]++
		for _, mode := range []wire.Mode{wire.Reliable, wire.UnreliableOrdered} {
			packets = AppendRecord(packets, Record{Peer: id, Mode: uint8(mode), Data: binary.LittleEndian.AppendUint32(nil, p.sent[id])})
		}
	}
	p.mu.Unlock()
	p.client.Send(packets)
}

// match makes a room of n players who all know each other.
func match(t *testing.T, server *devserver.Server, n int) []*player {
	t.Helper()
	listener := memnet.Listen()
	require.NoError(t, server.Serve(listener))
	t.Cleanup(server.Close)
	var players []*player
	for range n {
		p := newPlayer(t, listener, Options{Shape: ShapeMesh})
		players = append(players, p)
		p.await("no welcome", func() bool { return p.id != 0 })
	}
	for _, p := range players {
		p.await("not everybody is there", func() bool { return len(p.peers) == n-1 })
	}
	return players
}

// settle waits until everybody has what was sent, and checks that it is all, once and in order.
func settle(t *testing.T, players []*player) {
	t.Helper()
	for _, p := range players {
		for _, other := range players {
			if other == p {
				continue
			}
			other.mu.Lock()
			sent := other.sent[p.id]
			other.mu.Unlock()
			p.await(fmt.Sprintf("%d has not all of %d", p.id, other.id), func() bool { return p.got[other.id] == sent || p.isOver })
		}
	}
	time.Sleep(time.Second)
	for _, p := range players {
		p.mu.Lock()
		require.Empty(t, p.wrong)
		require.False(t, p.isOver, p.ending)
		require.Len(t, p.peers, len(players)-1)
		require.Equal(t, p.id, p.client.Room().ID)
		p.mu.Unlock()
		require.Eventually(t, func() bool { return p.client.Statistics().Buffered == 0 }, time.Minute, 100*time.Millisecond)
	}
}

func TestReliablePacketsSurviveLostConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		players := match(t, devserver.New(devserver.Options{}), 2)
		var cuts sync.WaitGroup
		for n := range 600 {
			for _, p := range players {
				p.say()
			}
			if n%50 == 25 {
				victim := players[n/50%2]
				cuts.Go(func() {
					victim.way.cut(time.Duration(n%3)*100*time.Millisecond, 500*time.Millisecond+time.Duration(n)*5*time.Millisecond)
				})
			}
			time.Sleep(50 * time.Millisecond)
		}
		cuts.Wait()
		settle(t, players)
		for _, p := range players {
			require.EqualValues(t, 600, p.got[otherOf(players, p).id])
			require.NotEmpty(t, p.gaps)
		}
	})
}

func otherOf(players []*player, p *player) *player {
	return players[1-slices.Index(players, p)]
}

// A connection that breaks at any byte, in the middle of a join as well, whose reply or welcome is
// lost then.
func TestConnectionsThatBreakAtAnyByte(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		players := match(t, devserver.New(devserver.Options{}), 2)
		for limit := 300; limit < 2500; limit += 11 {
			victim := players[limit%2]
			victim.way.mu.Lock()
			victim.way.limits = func() int { return limit }
			for _, c := range victim.way.conns {
				c.left = 1
			}
			victim.way.conns = nil
			victim.way.mu.Unlock()
			for range 10 {
				for _, p := range players {
					p.say()
				}
				time.Sleep(100 * time.Millisecond)
			}
			victim.way.mu.Lock()
			victim.way.limits = nil
			for _, c := range victim.way.conns {
				c.left = 0
			}
			victim.way.mu.Unlock()
			time.Sleep(3 * time.Second) // a link that lasts
		}
		settle(t, players)
		for _, p := range players {
			require.Greater(t, p.client.Statistics().LinksLost, 100)
		}
	})
}

// A match of eight in which a connection is lost a hundred times, for 1 to 20 s: the gap is half a
// second longer at most.
func TestMatchSurvivesAHundredLostConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		players := match(t, devserver.New(devserver.Options{}), 8)
		outages := make([][]time.Duration, len(players))
		var cuts sync.WaitGroup
		for i, p := range players {
			cuts.Go(func() {
				random := rand.New(rand.NewPCG(uint64(i), 0))
				for n := i; n < 100; n += len(players) {
					time.Sleep(time.Second + random.N(5*time.Second))
					outage := time.Second + random.N(19*time.Second)
					outages[i] = append(outages[i], outage)
					p.way.cut(random.N(time.Second), outage)
				}
			})
		}
		done := make(chan struct{})
		go func() {
			cuts.Wait()
			close(done)
		}()
		for isDone := false; !isDone; {
			for _, p := range players {
				p.say()
			}
			select {
			case <-done:
				isDone = true
			case <-time.After(time.Second):
			}
		}
		settle(t, players)
		for i, p := range players {
			require.Len(t, p.gaps, len(outages[i]))
			for n, gap := range p.gaps {
				require.LessOrEqual(t, gap, outages[i][n]+500*time.Millisecond)
			}
		}
	})
}
