package core

import (
	"context"
	"encoding/json/jsontext"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// peer is a scripted server on an in-memory network: a test determines what it sends and checks
// what it receives. It knows nothing of the protocol except the form of a message.
type peer struct {
	t       *testing.T
	network *memoryNetwork
	conns   chan *peerConn
	handler http.HandlerFunc // instead of the upgrade, if set

	mu       sync.Mutex
	requests []*http.Request
}

func newPeer(t *testing.T) *peer {
	p := &peer{t: t, network: newMemoryNetwork(), conns: make(chan *peerConn, 64)}
	server := &http.Server{Handler: http.HandlerFunc(p.serve)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(p.network)
	}()
	t.Cleanup(func() {
		p.network.shutdown()
		_ = server.Close()
		<-done
	})
	return p
}

func (p *peer) serve(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.requests = append(p.requests, r)
	handler := p.handler
	p.mu.Unlock()
	if handler != nil {
		handler(w, r)
		return
	}
	p.upgrade(w, r, websocket.Upgrader{})
}

func (p *peer) upgrade(w http.ResponseWriter, r *http.Request, upgrader websocket.Upgrader) {
	upgrader.CheckOrigin = func(*http.Request) bool { return true }
	upgrader.Subprotocols = []string{"phoenix"}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	conn.SetCloseHandler(func(code int, text string) error {
		return conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
	})
	c := &peerConn{t: p.t, ws: conn, frames: make(chan peerFrame, 4096), closed: make(chan error, 1)}
	go c.read()
	p.conns <- c
}

// answer makes the peer answer all further requests with fn.
func (p *peer) answer(fn http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handler = fn
}

// refuse makes the peer answer with a status; 0 makes it accept again.
func (p *peer) refuse(status int) {
	if status == 0 {
		p.answer(nil)
		return
	}
	p.answer(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
}

// attempts returns the number of requests so far.
func (p *peer) attempts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.requests)
}

func (p *peer) request(i int) *http.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	require.Greater(p.t, len(p.requests), i)
	return p.requests[i]
}

// accept waits for the next connection.
func (p *peer) accept() *peerConn {
	p.t.Helper()
	select {
	case c := <-p.conns:
		return c
	case <-time.After(time.Hour):
		require.FailNow(p.t, "no connection came")
		return nil
	}
}

// socket makes a socket that connects to the peer, without jitter. The test's cleanup closes it.
func (p *peer) socket(change func(*Config)) *Socket {
	p.t.Helper()
	config := Config{DialContext: p.network.DialContext, Proxy: noProxy, Jitter: NoJitter}
	if change != nil {
		change(&config)
	}
	s, err := NewSocket("ws://peer/socket", config)
	require.NoError(p.t, err)
	s.watch.interval = 1 << 62 // the test must not depend on this machine's network
	s.watch.signs = nil
	began := time.Now()
	s.watch.awake = func() time.Duration { return time.Since(began) }
	s.watch.addresses = func() []netip.Addr { return nil } // the same for tests that call look
	p.t.Cleanup(func() { closeSocket(p.t, s) })
	return s
}

func closeSocket(t *testing.T, s *Socket) {
	require.NoError(t, s.Close())
	select {
	case <-s.Ended():
	case <-time.After(time.Minute):
		require.Fail(t, "the socket's goroutines did not end")
	}
	s.Dispatch(0)
}

// connect opens a socket and returns both ends.
func (p *peer) connect(change func(*Config)) (*Socket, *peerConn) {
	p.t.Helper()
	s := p.socket(change)
	require.NoError(p.t, s.Connect())
	c := p.accept()
	synctest.Wait()
	require.Equal(p.t, SocketOpen, s.State())
	return s, c
}

// join returns a joined channel.
func (c *peerConn) join(s *Socket, topic string) *Channel {
	c.t.Helper()
	channel, err := s.Channel(topic, nil)
	require.NoError(c.t, err)
	_, err = channel.Join()
	require.NoError(c.t, err)
	c.reply(c.expect(topic, "phx_join"), "ok", "{}")
	synctest.Wait()
	require.Equal(c.t, ChannelJoined, channel.State())
	return channel
}

// peerConn is the server's end of one connection.
type peerConn struct {
	t      *testing.T
	ws     *websocket.Conn
	frames chan peerFrame
	closed chan error
	mu     sync.Mutex
	gate   chan struct{} // reading waits until it is closed; nil: no wait
}

type peerFrame struct {
	kind int
	data []byte
}

func (c *peerConn) read() {
	for {
		kind, data, err := c.ws.ReadMessage()
		if err != nil {
			c.closed <- err
			_ = c.ws.Close()
			return
		}
		c.frames <- peerFrame{kind, data}
		c.mu.Lock()
		gate := c.gate
		c.mu.Unlock()
		if gate != nil {
			<-gate
		}
	}
}

// stopReading makes the peer read at most one further frame until resume is called.
func (c *peerConn) stopReading() (resume func()) {
	gate := make(chan struct{})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gate = gate
	return sync.OnceFunc(func() { close(gate) })
}

// next waits for the next frame.
func (c *peerConn) next() peerFrame {
	c.t.Helper()
	select {
	case f := <-c.frames:
		return f
	case <-time.After(time.Hour):
		require.FailNow(c.t, "no message came")
		return peerFrame{}
	}
}

// wire is a message of version 2.0.0 as in its frame.
type wire struct {
	JoinRef, Ref, Topic, Event string
	Payload                    string
}

func (c *peerConn) nextMessage() wire {
	c.t.Helper()
	f := c.next()
	require.Equal(c.t, websocket.TextMessage, f.kind)
	var m Message
	require.NoError(c.t, serializerV2{}.decode(frame{data: f.data}, &m), string(f.data))
	return wire{m.JoinRef, m.Ref, m.Topic, m.Event, string(m.Payload.JSON())}
}

// expect waits for the next message, which must have this topic and event.
func (c *peerConn) expect(topic, event string) wire {
	c.t.Helper()
	m := c.nextMessage()
	require.Equal(c.t, []string{topic, event}, []string{m.Topic, m.Event})
	return m
}

// silent checks that there are no unread messages.
func (c *peerConn) silent() {
	c.t.Helper()
	synctest.Wait()
	select {
	case f := <-c.frames:
		require.FailNow(c.t, "unexpected message", string(f.data))
	default:
	}
}

func (c *peerConn) send(text string) {
	c.t.Helper()
	c.write(websocket.TextMessage, []byte(text))
}

func (c *peerConn) write(kind int, data []byte) {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	require.NoError(c.t, c.ws.WriteMessage(kind, data))
}

// reply answers a message.
func (c *peerConn) reply(m wire, status, response string) {
	c.t.Helper()
	c.send("[" + quoted(m.JoinRef) + "," + quoted(m.Ref) + "," + quoted(m.Topic) + `,"phx_reply",{"status":` + quoted(status) + `,"response":` + response + "}]")
}

// push sends a message as a channel process does with push; with an empty joinRef, as with
// broadcast.
func (c *peerConn) push(joinRef, topic, event, payload string) {
	c.t.Helper()
	c.send("[" + quoted(joinRef) + ",null," + quoted(topic) + "," + quoted(event) + "," + payload + "]")
}

func quoted(s string) string {
	if s == "" {
		return "null"
	}
	return strconv.Quote(s)
}

// close sends a close frame with a code.
func (c *peerConn) close(code int) {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	require.NoError(c.t, c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second)))
}

// drop ends the connection without a close frame.
func (c *peerConn) drop() { _ = c.ws.Close() }

// closeError waits until the client closes the connection and returns its close frame.
func (c *peerConn) closeError() *websocket.CloseError {
	c.t.Helper()
	select {
	case err := <-c.closed:
		var closed *websocket.CloseError
		require.ErrorAs(c.t, err, &closed)
		return closed
	case <-time.After(time.Hour):
		require.FailNow(c.t, "the client did not close")
		return nil
	}
}

// memoryNetwork is a network of in-memory connections, for tests in virtual time.
type memoryNetwork struct {
	accepts chan net.Conn
	closed  chan struct{}
	once    sync.Once
	mu      sync.Mutex
	down    error
	held    chan struct{} // closed when dials continue
}

func newMemoryNetwork() *memoryNetwork {
	return &memoryNetwork{accepts: make(chan net.Conn), closed: make(chan struct{})}
}

func (n *memoryNetwork) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	n.mu.Lock()
	down := n.down
	n.mu.Unlock()
	if down != nil {
		return nil, down
	}
	if err := n.wait(ctx); err != nil {
		return nil, err
	}
	client, server := net.Pipe()
	select {
	case n.accepts <- server:
		return client, nil
	case <-n.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// fail makes further dials fail with err; nil makes them succeed again.
func (n *memoryNetwork) fail(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = err
}

// hold blocks dials until hold(false), or forever.
func (n *memoryNetwork) hold(held bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case held:
		n.held = make(chan struct{})
	case n.held != nil:
		close(n.held)
		n.held = nil
	}
}

func (n *memoryNetwork) wait(ctx context.Context) error {
	n.mu.Lock()
	held := n.held
	n.mu.Unlock()
	if held == nil {
		return nil
	}
	select {
	case <-held:
		return nil
	case <-n.closed:
		return net.ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (n *memoryNetwork) Accept() (net.Conn, error) {
	select {
	case c := <-n.accepts:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

func (n *memoryNetwork) shutdown() { n.once.Do(func() { close(n.closed) }) }

func (n *memoryNetwork) Close() error {
	n.shutdown()
	return nil
}

func (n *memoryNetwork) Addr() net.Addr { return memoryAddr{} }

type memoryAddr struct{}

func (memoryAddr) Network() string { return "memory" }
func (memoryAddr) String() string  { return "memory" }

// recorder records the values passed to handlers, in order.
type recorder[T any] struct {
	mu   sync.Mutex
	list []T
}

func (r *recorder[T]) add(v T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, v)
}

func (r *recorder[T]) all() []T {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]T(nil), r.list...)
}

// take returns the values since the last take.
func (r *recorder[T]) take() []T {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.list
	r.list = nil
	return list
}

// asking makes params from a function that neither fails nor waits.
func asking(fn func() any) func(context.Context) (any, error) {
	return func(context.Context) (any, error) { return fn(), nil }
}

// raw is JSON text as a caller would pass it.
func raw(text string) jsontext.Value { return jsontext.Value(text) }

func noProxy(*http.Request) (*url.URL, error) { return nil, nil }
