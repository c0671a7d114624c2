package devserver_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/relay/wire"
)

// relayPeer is a client in the room relay:1.
type relayPeer struct {
	client
	token   string
	params  map[string]any // member peer of the join
	link    *wire.Link
	welcome relayWelcome
	began   time.Time
	entries []string // that were received and not yet asked for
}

type relayWelcome struct {
	Seat        uint8  `json:"seat"`
	ID          int    `json:"id"`
	Host        *uint8 `json:"host"`
	Shape       string `json:"shape"`
	Got         uint32 `json:"got"`
	SeatMS      int    `json:"seat_ms"`
	MaxPacket   int    `json:"max_packet"`
	MaxBuffered int    `json:"max_buffered"`
	Resumed     bool   `json:"resumed"`
	Locked      bool   `json:"locked"`
}

const relayTopic = "relay:1"

// newRelayPeer returns a peer whose token and info have a number, and which has not joined.
func newRelayPeer(c client, number int, changes map[string]any) *relayPeer {
	p := &relayPeer{client: c, token: fmt.Sprintf("%032x", number), link: wire.NewLink(0), began: time.Now()}
	p.params = map[string]any{
		"version": 1, "token": p.token, "resume": false, "got": 0, "role": "auto", "shape": "mesh",
		"info": map[string]int{"n": number}, "max_peers": 0, "listed": false, "seat_ms": 30000,
	}
	maps.Copy(p.params, changes)
	return p
}

func (p *relayPeer) now() time.Duration { return time.Since(p.began) }

// joinParams are the params of a join, as JSON.
func (p *relayPeer) joinParams() string {
	params, err := json.Marshal(map[string]any{"peer": p.params})
	if err != nil {
		panic(err)
	}
	return string(params)
}

// request asks for a seat, and returns the reason if that is refused.
func (p *relayPeer) request() (reason string) {
	p.t.Helper()
	p.send(fmt.Sprintf(`["1","1",%q,"phx_join",%s]`, relayTopic, p.joinParams()))
	return payloadOf[responseTo[struct {
		Reason string `json:"reason"`
	}]](p.t, p.pass(`"1","1"`, `"phx_reply"`)).Response.Reason
}

// enter takes a seat.
func (p *relayPeer) enter() *relayPeer {
	p.t.Helper()
	require.Empty(p.t, p.request())
	p.welcome = payloadOf[relayWelcome](p.t, p.pass(`"welcome"`))
	require.NoError(p.t, p.link.Resume(p.welcome.Got))
	p.flush()
	return p
}

// again takes the seat over another connection.
func (p *relayPeer) again(c client) *relayPeer {
	p.t.Helper()
	p.client = c
	p.link.Lost()
	p.params["resume"], p.params["got"] = true, p.link.Got()
	return p.enter()
}

func (p *relayPeer) flush() {
	p.t.Helper()
	for frame, ok := p.link.Frame(nil, p.now()); ok; frame, ok = p.link.Frame(nil, p.now()) {
		p.pushBinary(relayTopic, "m", string(frame))
	}
}

// reliable sends entries in the reliable section, unreliable in the other one.
func (p *relayPeer) reliable(entries ...[]byte) {
	p.t.Helper()
	for _, entry := range entries {
		p.link.Reliable(entry)
	}
	p.flush()
}

func (p *relayPeer) unreliable(entries ...[]byte) {
	p.t.Helper()
	for _, entry := range entries {
		p.link.Unreliable(entry, p.now())
	}
	p.flush()
}

func (p *relayPeer) control(kind wire.UpKind, seat uint8) {
	p.t.Helper()
	p.reliable(wire.AppendUpControl(nil, wire.UpControl{Kind: kind, Seat: seat, On: seat == 1, Milliseconds: uint32(seat)}))
}

// say sends a reliable packet.
func (p *relayPeer) say(to *relayPeer, text string) {
	p.t.Helper()
	p.reliable(wire.AppendPacket(nil, wire.Reliable, 0, to.welcome.Seat, []byte(text)))
}

// receive reads one message of the server, and adds what is in it to the entries.
func (p *relayPeer) receive() {
	p.t.Helper()
	require.NoError(p.t, p.SetReadDeadline(time.Now().Add(time.Minute)))
	kind, data, err := p.ReadMessage()
	require.NoError(p.t, err)
	if kind == websocket.TextMessage {
		p.entries = append(p.entries, string(data))
		return
	}
	_, frame, found := strings.Cut(string(data), relayTopic+"m")
	require.True(p.t, found, "%q", data)
	received, err := p.link.Receive([]byte(frame), p.now())
	require.NoError(p.t, err)
	p.read(received.Reliable, wire.ReliableSection)
	p.read(received.Unreliable, wire.UnreliableSection)
	p.flush()
}

func (p *relayPeer) read(data []byte, section wire.Section) {
	p.t.Helper()
	for len(data) > 0 {
		var entry wire.Down
		rest, err := wire.ReadDown(data, section, p.welcome.MaxPacket, &entry)
		require.NoError(p.t, err)
		data = rest
		p.entries = append(p.entries, describe(&entry))
	}
}

func describe(entry *wire.Down) string {
	if entry.Mode != wire.Control {
		modes := [...]string{"unreliable", "ordered", "reliable"}
		return fmt.Sprintf("%s %d from %d: %s", modes[entry.Mode], entry.Channel, entry.Seat, entry.Data)
	}
	c := entry.Control
	names := [...]string{wire.DownPeer: "peer", wire.DownGone: "gone", wire.DownHost: "host", wire.DownAway: "away", wire.DownBack: "back"}
	switch c.Kind {
	case wire.DownLocked:
		return fmt.Sprint("locked ", c.On)
	case wire.DownRoundTrip:
		return fmt.Sprintf("round trip %d %d", c.Seat, c.Milliseconds)
	case wire.DownPeer:
		return fmt.Sprintf("peer %d %s", c.Seat, c.Info)
	}
	return fmt.Sprintf("%s %d", names[c.Kind], c.Seat)
}

// expectEntries waits for exactly these entries or JSON messages, in this order.
func (p *relayPeer) expectEntries(expected ...string) {
	p.t.Helper()
	for len(p.entries) < len(expected) {
		p.receive()
	}
	require.Equal(p.t, expected, p.entries[:len(expected)])
	p.entries = p.entries[len(expected):]
}

// expectEnd waits for the end of the channel, with a reason or, if that is empty, without.
func (p *relayPeer) expectEnd(reason string) {
	p.t.Helper()
	if reason != "" {
		p.expectEntries(fmt.Sprintf(`["1",null,%q,"ended",{"reason":%q}]`, relayTopic, reason))
	}
	p.expectEntries(fmt.Sprintf(`["1","1",%q,"phx_close",{}]`, relayTopic))
}

// expectNothing asserts that nothing is received before the reply of a heartbeat that is sent now.
func (p *relayPeer) expectNothing() {
	p.t.Helper()
	time.Sleep(100 * time.Millisecond)
	p.send(heartbeat)
	for len(p.entries) == 0 {
		p.receive()
	}
	p.expectEntries(heartbeatReply)
	require.Empty(p.t, p.entries)
}

// mesh has several peers enter the room, who all know each other.
func mesh(t *testing.T, dial func(string) client, n int, changes map[string]any) []*relayPeer {
	t.Helper()
	peers := make([]*relayPeer, n)
	for i := range peers {
		peers[i] = newRelayPeer(dial(""), i, changes).enter()
		assert.EqualValues(t, i, peers[i].welcome.Seat)
		for _, other := range peers[:i] {
			other.expectEntries(fmt.Sprintf(`peer %d {"n":%d}`, i, i))
			peers[i].expectEntries(fmt.Sprintf(`peer %d {"n":%d}`, other.welcome.Seat, other.welcome.Seat))
			if other == peers[0] {
				other.control(wire.UpAdmit, uint8(i))
			}
		}
	}
	return peers
}
