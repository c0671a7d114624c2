package relay

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/relay/wire"
)

// A relay that breaks the protocol ends the client, with a text that says how. Nothing else
// happens.
func TestHostileRelayEndsTheClient(t *testing.T) {
	control := func(kind wire.DownKind, seat uint8, id uint32, info string) []byte {
		return wire.AppendDownControl(nil, wire.DownControl{Kind: kind, Seat: seat, ID: id, Info: []byte(info)})
	}
	packet := wire.AppendPacket(nil, wire.Reliable, 0, 7, []byte("packet"))
	for _, test := range []struct {
		name, want string
		frame      []byte
	}{
		{"an empty frame", "malformed: acknowledgement is cut off", nil},
		{"a number without an end", "malformed: acknowledgement is cut off", []byte{0x80}},
		{"a number that is too large", "malformed: acknowledgement has more than 32 bits", []byte{0xff, 0xff, 0xff, 0xff, 0x7f}},
		{"a section longer than the frame", "malformed: section has 100 bytes, 1 are left", []byte{0, 2, 100, 1}},
		{"a section that was there", "bad sequence", section(0, 1, packet)},
		{"a section that is not the next", "bad sequence", section(0, 3, packet)},
		{"the greatest section", "bad sequence", section(0, math.MaxInt32, packet)},
		{"an acknowledgement of what was not sent", "malformed: 1 frames acknowledged of 0", section(1, 2, packet)},
		{"a packet longer than the section", "malformed: packet has 100 bytes", section(0, 2, []byte{2, 7, 100, 1})},
		{"a packet larger than the limit", "packet too big", section(0, 2, binary.AppendUvarint([]byte{2, 7}, 1<<24))},
		{"a channel that does not exist", "malformed: channel 65536 is above 65535", section(0, 2, binary.AppendUvarint([]byte{2 | 4}, 65536))},
		{"unknown bits", "malformed: unknown bits", section(0, 2, []byte{2 | 128, 7, 0})},
		{"an unreliable packet among the reliable", "malformed: entry of mode 0 in the wrong section", section(0, 2, []byte{0, 7, 0})},
		{"a reliable packet among the unreliable", "malformed: entry of mode 2 in the wrong section", []byte{0, 0, 2, 7, 0}},
		{"an unknown control entry", "malformed: unknown kind 9", section(0, 2, []byte{3, 9, 0})},
		{"a control entry that ends", "malformed", section(0, 2, []byte{3})},
		{"a seat that does not exist", "malformed: seat 250 is above 249", section(0, 2, control(wire.DownPeer, 250, 9, "{}"))},
		{"a seat that is taken", "malformed: seat 7 is taken", section(0, 2, control(wire.DownPeer, 7, 9, "{}"))},
		{"the own seat", "malformed: seat 3 is taken", section(0, 2, control(wire.DownPeer, 3, 9, "{}"))},
		{"an id that is taken", "malformed: id 1007 of seat 8 is not possible", section(0, 2, control(wire.DownPeer, 8, 1007, "{}"))},
		{"the own id", "malformed: id 1003 of seat 8 is not possible", section(0, 2, control(wire.DownPeer, 8, 1003, "{}"))},
		{"id 0", "malformed: id 0 of seat 8 is not possible", section(0, 2, control(wire.DownPeer, 8, 0, "{}"))},
		{"an id of 32 bits", "malformed: id 2147483648 of seat 8 is not possible", section(0, 2, control(wire.DownPeer, 8, 1<<31, "{}"))},
		{"id 1 in a mesh", "malformed: id 1 of seat 8 in shape mesh", section(0, 2, control(wire.DownPeer, 8, 1, "{}"))},
		{"info that is not JSON", "malformed: info of seat 8", section(0, 2, control(wire.DownPeer, 8, 9, `{"a":`))},
		{"info that is no object", "malformed: info of seat 8", section(0, 2, control(wire.DownPeer, 8, 9, `[]`))},
		{"info that is too large", "malformed: info of seat 8 has 5002 bytes", section(0, 2, control(wire.DownPeer, 8, 9, `{`+strings.Repeat(" ", 5000)+`}`))},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g, c := linked(t, newScripted(t), Options{}, "")
				c.frame(test.frame)
				told := g.take()
				require.Len(t, told, 1)
				require.Contains(t, told[0], "ended "+test.want)
				<-g.client.Done()
				c.frame(section(0, 2, packet))
				g.send(1007, wire.Reliable, "after the end")
				require.Empty(t, g.take())
			})
		})
	}
}

func TestHostileWelcomeEndsTheClient(t *testing.T) {
	for changes, want := range map[string]string{
		"seat=250":                 "seat is 250; it must be from 0 to 249",
		"seat=-1":                  "seat must be a number",
		"seat=1.5":                 "seat is 1.5; it must be from 0 to 249",
		"seat=":                    "seat is missing",
		"id=0":                     "id is 0; it must be from 1 to 2147483647",
		"id=99999999999999999999":  "id is 99999999999999999999; it must be",
		`id="1003"`:                "id must be a number",
		"host=true":                "host must be a number",
		`shape="star"`:             `shape is "star"`,
		"shape={}":                 `shape is {}`,
		"got=1":                    "bad sequence",
		"got=4294967296":           "got is 4294967296; it must be",
		"resumed=1":                "resumed must be true or false",
		"max_packet=0":             "max_packet is 0",
		"max_buffered=99999999999": "max_buffered is 99999999999",
		"seat_ms=null":             "seat_ms must be a number",
		"id=1":                     "welcome: id 1 for seat 3 of a room in shape mesh",
		`shape="host" host=3`:      "welcome: id 1003 for seat 3 of a room in shape host",
	} {
		t.Run(changes, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				relay := newScripted(t)
				g := play(t, relay.socket(), Options{Shape: ShapeMesh})
				relay.accept().accepted("%s", changes)
				told := g.take()
				require.Len(t, told, 1)
				require.Contains(t, told[0], "ended ")
				require.Contains(t, told[0], want)
			})
		})
	}
}

func TestMessagesOutOfTurnEndTheClient(t *testing.T) {
	for name, misbehave := range map[string]func(*scriptedConn){
		"a frame before the welcome": func(c *scriptedConn) { c.frame([]byte{0, 0}) },
		"a frame that is text":       func(c *scriptedConn) { c.push(eventWelcome, welcomeOf("")); c.push(eventFrame, "{}") },
		"a welcome that is binary": func(c *scriptedConn) {
			head := []byte{0, byte(len(c.joinRef)), byte(len(topic)), byte(len(eventWelcome))}
			c.send(websocket.BinaryMessage, append(head, c.joinRef+topic+eventWelcome...))
		},
		"a welcome that is no object":       func(c *scriptedConn) { c.push(eventWelcome, "[]") },
		"a second welcome, of another seat": func(c *scriptedConn) { c.push(eventWelcome, welcomeOf("")); c.push(eventWelcome, welcomeOf("seat=4")) },
		"a second welcome, of another id": func(c *scriptedConn) {
			c.push(eventWelcome, welcomeOf(""))
			c.push(eventWelcome, welcomeOf("id=4 resumed=true"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				relay := newScripted(t)
				g := play(t, relay.socket(), Options{Shape: ShapeMesh})
				c := relay.accept()
				join := c.expect("phx_join")
				c.joinRef = join.joinRef
				c.reply(join, "ok", "{}")
				misbehave(c)
				told := g.take()
				require.NotEmpty(t, told)
				require.Contains(t, told[len(told)-1], "ended malformed")
			})
		})
	}
}

// FuzzClient gives a client what a relay may send, and lets it lose its link in between. Each step
// is a byte for what happens, one for how much belongs to it, and that.
func FuzzClient(f *testing.F) {
	const welcomes, frames, ends, sends, losses, kinds = 0, 1, 2, 3, 4, 5
	step := func(kind byte, data string) []byte { return append([]byte{kind, byte(len(data))}, data...) }
	welcome, peer := step(welcomes, welcomeOf("")), step(frames, string(section(0, 1, joinedEntry(7))))
	resumed := step(welcomes, welcomeOf("resumed=true"))
	f.Add(append(welcome, peer...))
	f.Add(append(append(append(append(welcome, peer...), step(sends, "hello")...), step(losses, "")...), resumed...))
	f.Add(append(append(step(welcomes, welcomeOf(`shape="host"`)), step(frames, string(section(0, 1, joinedEntry(7))))...), step(ends, `{"reason":"kicked"}`)...))
	f.Fuzz(func(t *testing.T, steps []byte) {
		socket, err := core.NewSocket("ws://relay/socket", core.Config{ManualDispatch: true})
		require.NoError(t, err)
		defer func() { require.NoError(t, socket.Close()) }()
		g := play(t, socket, Options{Shape: ShapeMesh})
		for len(steps) >= 2 {
			kind, size := steps[0]%kinds, min(int(steps[1]), len(steps)-2)
			data := steps[2 : 2+size]
			steps = steps[2+size:]
			switch kind {
			case welcomes:
				g.client.receive(&core.Message{Event: eventWelcome, Payload: core.JSONPayload(data)})
			case frames:
				g.client.receive(&core.Message{Event: eventFrame, Payload: core.BinaryPayload(data)})
			case ends:
				g.client.receive(&core.Message{Event: eventEnded, Payload: core.JSONPayload(data)})
			case sends:
				g.client.Send(data)
				g.send(0, wire.Reliable, string(data))
				g.client.fill(g.client.joinRef)
			case losses:
				g.client.mu.Lock()
				g.client.lost()
				g.client.mu.Unlock()
			}
		}
		for i, told := range g.told {
			require.NotEqual(t, "malformed records", told)
			require.False(t, strings.HasPrefix(told, "ended") && i != len(g.told)-1, g.told)
		}
	})
}
