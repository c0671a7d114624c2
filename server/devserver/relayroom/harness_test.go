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

// house is a room with a clock, and what its peers have received.
type house struct {
	t    *testing.T
	room *relayroom.Room
	now  time.Duration
	next time.Duration // when the room wants to be called
}

// guest is a peer of the room, with the client's side of its link.
type guest struct {
	house   *house
	seat    *relayroom.Seat
	welcome relayroom.Welcome
	link    *wire.Link
	request relayroom.Request
	deaf    bool // keeps what it receives and acknowledges nothing
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

// open opens a room, whose host is the guest.
func open(t *testing.T, limits relayroom.Limits, first relayroom.Request) (*house, *guest) {
	h := &house{t: t, next: relayroom.Never}
	room, seat := relayroom.Open(first, limits, h.now)
	h.room = room
	host := &guest{house: h, seat: seat, link: wire.NewLink(0), request: first}
	host.attach()
	return h, host
}

// enter joins with a request that is accepted.
func (h *house) enter(r relayroom.Request) *guest {
	h.t.Helper()
	g := &guest{house: h, link: wire.NewLink(0), request: r}
	g.join()
	g.attach()
	return g
}

func (g *guest) join() {
	g.house.t.Helper()
	g.request.Got = g.link.Got()
	seat, replaced, err := g.house.room.Join(g.request, g.house.now)
	require.NoError(g.house.t, err)
	if replaced != nil {
		replaced.End("")
	}
	g.seat = seat
	g.house.flush()
}

func (g *guest) attach() {
	g.house.t.Helper()
	welcome, ok := g.house.room.Attach(g.seat, g, g.house.now)
	require.True(g.house.t, ok)
	g.welcome = welcome
	require.NoError(g.house.t, g.link.Resume(welcome.Got))
	g.house.flush()
	g.send()
}

// mesh is a room with guests who know each other, and have received nothing else.
func mesh(t *testing.T, limits relayroom.Limits, n int) (*house, []*guest) {
	h, host := open(t, limits, request(0))
	guests := []*guest{host}
	for i := 1; i < n; i++ {
		guests = append(guests, h.enter(request(i)))
		host.control(wire.UpAdmit, uint8(i))
	}
	h.pass(time.Second)
	for _, g := range guests {
		require.Len(t, g.got, n-1)
		g.got = nil
	}
	return h, guests
}

func (h *house) flush() { h.next = min(h.next, h.room.Flush(h.now)) }

// pass lets time pass, and calls the room when it wants to be called.
func (h *house) pass(d time.Duration) {
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

func (g *guest) Begin() []byte        { return []byte("head") }
func (g *guest) Backlog() int         { return g.backlog }
func (g *guest) End(reason string)    { g.ended = append(g.ended, reason) }
func (g *guest) Send(message []byte)  { g.receive(message[len("head"):]) }
func (g *guest) detach()              { g.link.Lost(); g.house.room.Detach(g.seat, g, g.house.now); g.house.flush() }
func (g *guest) leave()               { g.house.room.Leave(g.seat, g); g.house.flush() }
func (g *guest) again()               { g.request.Resume = true; g.join(); g.attach() }
func (g *guest) reliable(data []byte) { g.link.Reliable(data); g.send() }

func (g *guest) receive(frame []byte) {
	g.inbox = append(g.inbox, frame)
	if !g.deaf {
		g.read()
	}
}

// read takes in what was received.
func (g *guest) read() {
	t := g.house.t
	for _, frame := range g.inbox {
		received, err := g.link.Receive(frame, g.house.now)
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

// send sends all that is due.
func (g *guest) send() {
	for frame, ok := g.link.Frame(nil, g.house.now); ok; frame, ok = g.link.Frame(nil, g.house.now) {
		g.frame(frame)
	}
}

func (g *guest) frame(frame []byte) {
	g.house.room.Receive(g.seat, g, frame, g.house.now)
	g.house.flush()
}

func (g *guest) control(kind wire.UpKind, seat uint8) {
	g.reliable(wire.AppendUpControl(nil, wire.UpControl{Kind: kind, Seat: seat, On: true, Milliseconds: 300}))
}

func (g *guest) say(to *guest, text string) {
	g.reliable(wire.AppendPacket(nil, wire.Reliable, 0, to.welcome.Seat, []byte(text)))
}

// took returns the entries received until now, after some time.
func (g *guest) took() []string {
	g.house.pass(100 * time.Millisecond)
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
