package client

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver/memnet"
)

// peer is the server's end of one client: it takes HTTP requests and answers each when the player
// says so. It knows nothing of Phoenix.
type peer struct {
	t        *testing.T
	listener *memnet.Listener
	server   *http.Server
	served   chan struct{}

	mu        sync.Mutex
	exchanges []*exchange // that wait for their answer
	upgraded  *serverConn // the latest WebSocket
}

// exchange is one HTTP request that waits for its answer.
type exchange struct {
	request *http.Request
	body    []byte
	read    bool // its body was taken account of
	answers chan http.HandlerFunc
}

func newPeer(t *testing.T) *peer {
	p := &peer{t: t, listener: memnet.Listen(), served: make(chan struct{})}
	p.server = &http.Server{Handler: p}
	go func() {
		defer close(p.served)
		_ = p.server.Serve(p.listener)
	}()
	return p
}

func (p *peer) dial(context.Context, string, string) (net.Conn, error) { return p.listener.Dial() }

func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	e := &exchange{request: r, body: body, answers: make(chan http.HandlerFunc)}
	p.mu.Lock()
	p.exchanges = append(p.exchanges, e)
	p.mu.Unlock()
	defer p.forget(e)
	select {
	case answer := <-e.answers:
		answer(w, r)
	case <-r.Context().Done(): // the client hung up
	}
}

func (p *peer) forget(e *exchange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, other := range p.exchanges {
		if other == e {
			p.exchanges = append(p.exchanges[:i:i], p.exchanges[i+1:]...)
		}
	}
}

// waiting gives the requests of a kind that wait for their answer. POST is a kind, all else the
// other.
func (p *peer) waiting(post bool) []*exchange {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []*exchange
	for _, e := range p.exchanges {
		if (e.request.Method == http.MethodPost) == post {
			list = append(list, e)
		}
	}
	return list
}

// shutdown ends the server and all its connections.
func (p *peer) shutdown() {
	_ = p.listener.Close()
	if c := p.conn(); c != nil {
		c.drop()
	}
	_ = p.server.Close()
	<-p.served
}

func (p *peer) conn() *serverConn {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.upgraded
}

// upgrade is the answer that makes a WebSocket of the request.
func (p *peer) upgrade(subprotocol string, compress bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		upgrader := websocket.Upgrader{EnableCompression: compress, CheckOrigin: func(*http.Request) bool { return true }}
		header := http.Header{}
		if subprotocol != "" {
			header.Set("Sec-WebSocket-Protocol", subprotocol)
		}
		ws, err := upgrader.Upgrade(w, r, header)
		if err != nil {
			p.t.Errorf("upgrade: %v", err)
			return
		}
		c := &serverConn{ws: ws}
		ws.SetCloseHandler(func(int, string) error { return nil }) // the player answers
		p.mu.Lock()
		p.upgraded = c
		p.mu.Unlock()
		go c.read()
	}
}

// serverConn is the server's end of a WebSocket.
type serverConn struct {
	ws *websocket.Conn

	mu     sync.Mutex
	frames []sentFrame
	end    error // why reading ended
}

type sentFrame struct {
	data   []byte
	binary bool
}

func (c *serverConn) read() {
	for {
		kind, data, err := c.ws.ReadMessage()
		c.mu.Lock()
		if err != nil {
			c.end = err
			c.mu.Unlock()
			return
		}
		c.frames = append(c.frames, sentFrame{data, kind == websocket.BinaryMessage})
		c.mu.Unlock()
	}
}

// take gives the frames that came since the last take.
func (c *serverConn) take() []sentFrame {
	c.mu.Lock()
	defer c.mu.Unlock()
	frames := c.frames
	c.frames = nil
	return frames
}

// ended is why the client's frames ended, nil while they may come.
func (c *serverConn) ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.end
}

func (c *serverConn) write(data []byte, binary bool) error {
	kind := websocket.TextMessage
	if binary {
		kind = websocket.BinaryMessage
	}
	return c.ws.WriteMessage(kind, data)
}

func (c *serverConn) control(kind int, data []byte) error {
	return c.ws.WriteControl(kind, data, time.Now().Add(time.Second))
}

func (c *serverConn) drop() { _ = c.ws.Close() }

// answer sends the answer of an exchange.
func (e *exchange) answer(t *testing.T, fn http.HandlerFunc) {
	t.Helper()
	select {
	case e.answers <- fn:
	case <-e.request.Context().Done():
		require.FailNow(t, "the client hung up", "%s %s", e.request.Method, e.request.URL)
	}
}
