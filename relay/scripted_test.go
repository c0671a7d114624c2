package relay

import (
	"context"
	"encoding/binary"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/relay/wire"
	"phoenixchannels/server/devserver/memnet"
)

const topic = "relay:ABCDEF"

// scripted is a relay of which a test says what it sends.
type scripted struct {
	t        *testing.T
	listener *memnet.Listener
	conns    chan *scriptedConn
}

func newScripted(t *testing.T) *scripted {
	s := &scripted{t: t, listener: memnet.Listen(), conns: make(chan *scriptedConn, 64)}
	server := &http.Server{Handler: http.HandlerFunc(s.serve)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(s.listener)
	}()
	t.Cleanup(func() {
		_ = s.listener.Close()
		_ = server.Close()
		<-done
	})
	return s
}

func (s *scripted) serve(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &scriptedConn{t: s.t, ws: conn, messages: make(chan scriptedMessage, 4096)}
	s.conns <- c
	c.read()
}

// accept waits for the next connection.
func (s *scripted) accept() *scriptedConn {
	s.t.Helper()
	select {
	case c := <-s.conns:
		return c
	case <-time.After(time.Hour):
		require.FailNow(s.t, "no connection came")
		return nil
	}
}

// socket makes a socket that is connected to the relay.
func (s *scripted) socket() *core.Socket {
	return newSocket(s.t, func(context.Context, string, string) (net.Conn, error) { return s.listener.Dial() })
}

// newSocket makes a socket that connects over dial, which the test closes at its end.
func newSocket(t *testing.T, dial func(context.Context, string, string) (net.Conn, error)) *core.Socket {
	t.Helper()
	config := core.Config{DialContext: dial, Proxy: func(*http.Request) (*url.URL, error) { return nil, nil }, Jitter: core.NoJitter}
	socket, err := core.NewSocket("ws://relay/socket", config)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, socket.Close())
		<-socket.Ended()
	})
	require.NoError(t, socket.Connect())
	return socket
}

// scriptedConn is the relay's end of one connection.
type scriptedConn struct {
	t        *testing.T
	ws       *websocket.Conn
	messages chan scriptedMessage
	joinRef  string
	delay    atomic.Int64 // of the answer to a ping
	mu       sync.Mutex   // of writing
}

type scriptedMessage struct {
	joinRef, ref, topic, event string
	payload                    []byte
	isBinary                   bool
}

func (c *scriptedConn) read() {
	defer close(c.messages)
	defer func() { _ = c.ws.Close() }()
	for {
		kind, data, err := c.ws.ReadMessage()
		if err != nil {
			return
		}
		var m scriptedMessage
		if kind == websocket.BinaryMessage {
			m.isBinary = true
			at := 5
			for i, field := range []*string{&m.joinRef, &m.ref, &m.topic, &m.event} {
				*field = string(data[at : at+int(data[i+1])])
				at += int(data[i+1])
			}
			m.payload = data[at:]
		} else {
			var parts [5]jsontext.Value
			if err := json.Unmarshal(data, &parts); err != nil {
				return
			}
			for i, field := range []*string{&m.joinRef, &m.ref, &m.topic, &m.event} {
				*field = strings.Trim(string(parts[i]), `"`)
			}
			m.payload = parts[4]
		}
		if m.event == "heartbeat" {
			time.Sleep(time.Duration(c.delay.Load()))
			c.reply(m, "ok", "{}")
			continue
		}
		c.messages <- m
	}
}

// expect waits for the next message, which must have this event.
func (c *scriptedConn) expect(event string) scriptedMessage {
	c.t.Helper()
	select {
	case m := <-c.messages:
		require.Equal(c.t, event, m.event, "%q", m.payload)
		return m
	case <-time.After(time.Hour):
		require.FailNow(c.t, "no message came")
		return scriptedMessage{}
	}
}

// silent makes sure that no message is there.
func (c *scriptedConn) silent() {
	c.t.Helper()
	synctest.Wait()
	select {
	case m := <-c.messages:
		require.Fail(c.t, "unexpected message", "%s %s", m.event, m.payload)
	default:
	}
}

func (c *scriptedConn) send(kind int, data []byte) {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	require.NoError(c.t, c.ws.WriteMessage(kind, data))
}

func (c *scriptedConn) reply(m scriptedMessage, status, response string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `[%q,%q,%q,"phx_reply",{"status":%q,"response":%s}]`, m.joinRef, m.ref, m.topic, status, response))
}

func (c *scriptedConn) push(event, payload string) {
	c.t.Helper()
	c.send(websocket.TextMessage, fmt.Appendf(nil, `[%q,null,%q,%q,%s]`, c.joinRef, topic, event, payload))
}

// frame sends a frame as it is.
func (c *scriptedConn) frame(data []byte) {
	c.t.Helper()
	head := []byte{0, byte(len(c.joinRef)), byte(len(topic)), byte(len(eventFrame))}
	head = append(head, c.joinRef+topic+eventFrame...)
	c.send(websocket.BinaryMessage, append(head, data...))
	synctest.Wait()
}

// welcomeOf is a welcome of a mesh in which the client has seat 3 and id 1003, with changes.
func welcomeOf(changes string, args ...any) string {
	all := map[string]string{
		"seat": "3", "id": "1003", "host": "0", "shape": `"mesh"`, "got": "0", "seat_ms": "30000", "max_packet": "4194304", "max_buffered": "8388608",
		"resumed": "false", "locked": "false",
	}
	for change := range strings.FieldsSeq(fmt.Sprintf(changes, args...)) {
		name, value, _ := strings.Cut(change, "=")
		all[name] = value
	}
	var parts []string
	for name, value := range all {
		if value != "" {
			parts = append(parts, fmt.Sprintf("%q:%s", name, value))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// accepted answers the join with a welcome, and returns its params.
func (c *scriptedConn) accepted(changes string, args ...any) jsontext.Value {
	c.t.Helper()
	join := c.expect("phx_join")
	c.joinRef = join.joinRef
	c.reply(join, "ok", "{}")
	c.push(eventWelcome, welcomeOf(changes, args...))
	synctest.Wait()
	return join.payload
}

// peer is the control entry for a peer that joined: seat n has id 1000 + n.
func joinedEntry(seat uint8) []byte {
	return wire.AppendDownControl(nil, wire.DownControl{Kind: wire.DownPeer, Seat: seat, ID: 1000 + uint32(seat), Info: []byte("{}")})
}

// section is a frame with one reliable section.
func section(ack, seq int, entries ...[]byte) []byte {
	var all []byte
	for _, e := range entries {
		all = append(all, e...)
	}
	frame := binary.AppendUvarint(nil, uint64(ack))
	frame = binary.AppendUvarint(frame, uint64(seq))
	return append(binary.AppendUvarint(frame, uint64(len(all))), all...)
}

// game is what a client delivers to, and the names of what it was told.
type game struct {
	t      *testing.T
	client *Client
	mu     sync.Mutex
	told   []string
}

// play makes a client of the channel.
func play(t *testing.T, socket *core.Socket, options Options) *game {
	t.Helper()
	channel, err := socket.Channel(topic, nil)
	require.NoError(t, err)
	g := &game{t: t}
	g.client, err = New(channel, nil, options, Handlers{Deliver: g.deliver})
	require.NoError(t, err)
	return g
}

var kindNames = [...]string{
	"packet", "connected", "peer connected", "peer disconnected", "host", "lost", "resumed", "ended", "info", "round trip", "away", "back", "locked",
}

func (g *game) deliver(records []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for len(records) > 0 {
		r, rest, ok := ReadRecord(records)
		if !ok {
			g.told = append(g.told, "malformed records")
			return
		}
		records = rest
		text := kindNames[r.Kind]
		if r.Peer != 0 {
			text += fmt.Sprint(" ", r.Peer)
		}
		switch r.Kind {
		case KindPacket:
			text += fmt.Sprintf(" %d/%d", r.Mode, r.Channel)
			fallthrough
		case KindEnded, KindInfo:
			text = strings.TrimSuffix(text+" "+string(r.Data), " ")
		case KindConnected:
			text += fmt.Sprintf(" %v host %d", Shape(r.Data[0]), binary.LittleEndian.Uint32(r.Data[1:]))
		case KindResumed, KindRoundTrip:
			text += fmt.Sprintf(" %d ms", binary.LittleEndian.Uint32(r.Data))
		case KindLocked:
			text += fmt.Sprint(" ", r.Data[0])
		}
		g.told = append(g.told, text)
	}
}

// take returns what was told since the last take.
func (g *game) take() []string {
	synctest.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	told := g.told
	g.told = nil
	return told
}

// send sends one packet.
func (g *game) send(target int32, mode wire.Mode, text string) {
	g.client.Send(AppendRecord(nil, Record{Peer: target, Mode: uint8(mode), Data: []byte(text)}))
}
