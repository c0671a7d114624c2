package relayroom_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/relay/wire"
	"phoenixchannels/server/devserver/relayroom"
)

var limits = relayroom.Limits{
	MaxPeers: 8, MaxPacket: 1 << 20, PacketsPerSecond: 1000, BytesPerSecond: 1 << 20, MaxBuffered: 1 << 20,
	MinSeatTime: time.Second, MaxSeatTime: time.Minute,
}

// harness is a room with a clock, and what its peers have received.
type harness struct {
	t    *testing.T
	room *relayroom.Room
	now  time.Duration
	next time.Duration // when the room wants to be called
}

// testPeer is a peer of the room, with the client's side of its link.
type testPeer struct {
	harness *harness
	seat    *relayroom.Seat
	welcome relayroom.Welcome
	link    *wire.Link
	request relayroom.Request
	silent  bool // keeps what it receives and acknowledges nothing
	inbox   [][]byte
	got     []string // entries, described
	ended   []string // reasons
	backlog int
}

func request(n int, changes ...func(*relayroom.Request)) relayroom.Request {
	r := relayroom.Request{
		Token: fmt.Sprintf("%032x", n), Role: relayroom.RoleAuto, Shape: relayroom.ShapeMesh, Info: fmt.Sprint(n),
		SeatTime: 30 * time.Second,
	}
	for _, change := range changes {
		change(&r)
	}
	return r
}

func inShape(shape relayroom.Shape) func(*relayroom.Request) {
	return func(r *relayroom.Request) { r.Shape = shape }
}

// open opens a room, whose host is the peer.
func open(t *testing.T, limits relayroom.Limits, first relayroom.Request) (*harness, *testPeer) {
	h := &harness{t: t, next: relayroom.Never}
	host := &testPeer{harness: h, link: wire.NewLink(0), request: first}
	h.room, host.seat = relayroom.Open(first, host, limits, h.now)
	host.attach()
	return h, host
}

// enter joins with a request that is accepted.
func (h *harness) enter(r relayroom.Request) *testPeer {
	h.t.Helper()
	g := &testPeer{harness: h, link: wire.NewLink(0), request: r}
	g.join()
	g.attach()
	return g
}

func (g *testPeer) join() {
	g.harness.t.Helper()
	g.request.Got = g.link.Got()
	seat, err := g.harness.room.Join(g.request, g, g.harness.now)
	require.NoError(g.harness.t, err)
	g.seat = seat
	g.harness.flush()
}

func (g *testPeer) attach() {
	g.harness.t.Helper()
	welcome, ok := g.harness.room.Attach(g.seat, g, g.harness.now)
	require.True(g.harness.t, ok)
	g.welcome = welcome
	require.NoError(g.harness.t, g.link.Resume(welcome.Got))
	g.harness.flush()
	g.send()
}

// mesh is a room with peers who know each other, and have received nothing else.
func mesh(t *testing.T, limits relayroom.Limits, n int) (*harness, []*testPeer) {
	h, host := open(t, limits, request(0))
	peers := []*testPeer{host}
	for i := 1; i < n; i++ {
		peers = append(peers, h.enter(request(i)))
		host.control(wire.UpAdmit, uint8(i))
	}
	h.pass(time.Second)
	for _, g := range peers {
		require.Len(t, g.got, n-1)
		g.got = nil
	}
	return h, peers
}

func (h *harness) flush() { h.next = min(h.next, h.room.Flush(h.now)) }

// pass lets time pass, and calls the room when it wants to be called.
func (h *harness) pass(d time.Duration) {
	for until := h.now + d; ; {
		if h.next > until {
			h.now = until
			return
		}
		h.now = max(h.now, h.next)
		h.next = relayroom.Never
		h.next = min(h.next, h.room.Tick(h.now))
	}
}

func (g *testPeer) Begin() []byte       { return []byte("head") }
func (g *testPeer) Backlog() int        { return g.backlog }
func (g *testPeer) End(reason string)   { g.ended = append(g.ended, reason) }
func (g *testPeer) Send(message []byte) { g.receive(message[len("head"):]) }
func (g *testPeer) detach() {
	g.link.Lost()
	g.harness.room.Detach(g.seat, g, g.harness.now)
	g.harness.flush()
}
func (g *testPeer) leave()               { g.harness.room.Leave(g.seat, g); g.harness.flush() }
func (g *testPeer) again()               { g.request.Resume = true; g.join(); g.attach() }
func (g *testPeer) reliable(data []byte) { g.link.Reliable(data); g.send() }

func (g *testPeer) receive(frame []byte) {
	g.inbox = append(g.inbox, frame)
	if !g.silent {
		g.read()
	}
}

// read takes in what was received.
func (g *testPeer) read() {
	t := g.harness.t
	for _, frame := range g.inbox {
		received, err := g.link.Receive(frame, g.harness.now)
		require.NoError(t, err)
		for i, data := range [][]byte{received.Reliable, received.Unreliable} {
			for len(data) > 0 {
				var entry wire.Down
				data, err = wire.ReadDown(data, i == 0, limits.MaxPacket, &entry)
				require.NoError(t, err)
				g.got = append(g.got, describe(&entry))
			}
		}
	}
	g.inbox = nil
}

// send sends everything that is due.
func (g *testPeer) send() {
	for frame, ok := g.link.Frame(nil, g.harness.now); ok; frame, ok = g.link.Frame(nil, g.harness.now) {
		g.frame(frame)
	}
}

func (g *testPeer) frame(frame []byte) {
	g.harness.room.Receive(g.seat, g, frame, g.harness.now)
	g.harness.flush()
}

func (g *testPeer) control(kind wire.UpKind, seat uint8) {
	g.reliable(wire.AppendUpControl(nil, wire.UpControl{Kind: kind, Seat: seat, On: true, Milliseconds: 300}))
}

func (g *testPeer) say(to *testPeer, text string) {
	g.reliable(wire.AppendPacket(nil, wire.Reliable, 0, to.welcome.Seat, []byte(text)))
}

// took returns the entries received until now, after some time.
func (g *testPeer) took() []string {
	g.harness.pass(100 * time.Millisecond)
	got := g.got
	g.got = nil
	return got
}

func describe(entry *wire.Down) string {
	if entry.Mode != wire.Control {
		return fmt.Sprintf("%d: %s", entry.Seat, entry.Data)
	}
	c := entry.Control
	names := []string{"", "peer", "gone", "host", "away", "back", "round trip", "locked"}
	text := fmt.Sprintf("%s %d", names[c.Kind], c.Seat)
	switch c.Kind {
	case wire.DownPeer:
		text += " " + string(c.Info)
	case wire.DownLocked:
		text = fmt.Sprintf("locked %v", c.On)
	}
	return text
}
