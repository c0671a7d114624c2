package control

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/gorilla/websocket"
)

// raw is a WebSocket server whose every word comes from a test. The first byte of what crosses
// between it and the test is the number of the client that said the rest, or that gets it as a
// text; everyone stands for all clients.
type raw struct {
	ready   chan struct{} // closed when the test is there
	writing sync.Mutex    // to the test
	test    *websocket.Conn

	mu      sync.Mutex
	clients []*websocket.Conn
}

const everyone = 255

// Any origin may connect, as the test's own may.
var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// newRaw answers with the endpoint of a new one, for clients. The test's own end is beside it:
// .../test in place of .../socket.
func (c *Control) newRaw(w http.ResponseWriter, request *http.Request) {
	r := &raw{ready: make(chan struct{})}
	c.mu.Lock()
	c.raws = append(c.raws, r)
	number := len(c.raws) - 1
	c.mu.Unlock()
	fmt.Fprintf(w, "ws://%s/control/raw/%d/socket", request.Host, number)
}

// openRaw is the test's end.
func (c *Control) openRaw(w http.ResponseWriter, request *http.Request) {
	r, conn := c.upgradeRaw(w, request)
	if conn == nil {
		return
	}
	r.test = conn
	close(r.ready)
	defer r.close()
	for {
		_, message, err := conn.ReadMessage()
		if err != nil {
			return
		}
		if len(message) > 0 {
			r.toClients(message[0], message[1:])
		}
	}
}

// connectRaw is a client's end.
func (c *Control) connectRaw(w http.ResponseWriter, request *http.Request) {
	r, conn := c.upgradeRaw(w, request)
	if conn == nil {
		return
	}
	defer conn.Close()
	r.mu.Lock()
	client := byte(len(r.clients))
	r.clients = append(r.clients, conn)
	r.mu.Unlock()
	for {
		_, message, err := conn.ReadMessage()
		if err != nil || r.toTest(client, message) != nil {
			return
		}
	}
}

// upgradeRaw opens the WebSocket of an end; without one the request is answered.
func (c *Control) upgradeRaw(w http.ResponseWriter, request *http.Request) (*raw, *websocket.Conn) {
	r := c.raw(request.PathValue("number"))
	if r == nil {
		http.NotFound(w, request)
		return nil, nil
	}
	conn, err := upgrader.Upgrade(w, request, nil)
	if err != nil {
		return nil, nil
	}
	return r, conn
}

func (c *Control) raw(number string) *raw {
	c.mu.Lock()
	defer c.mu.Unlock()
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 || i >= len(c.raws) {
		return nil
	}
	return c.raws[i]
}

func (r *raw) toTest(client byte, message []byte) error {
	<-r.ready
	r.writing.Lock()
	defer r.writing.Unlock()
	return r.test.WriteMessage(websocket.BinaryMessage, append([]byte{client}, message...))
}

// toClients is called by one goroutine. A client that has gone misses what it gets.
func (r *raw) toClients(client byte, text []byte) {
	r.mu.Lock()
	clients := slices.Clone(r.clients)
	r.mu.Unlock()
	for i, conn := range clients {
		if client == everyone || int(client) == i {
			_ = conn.WriteMessage(websocket.TextMessage, text)
		}
	}
}

func (r *raw) close() {
	select {
	case <-r.ready:
		r.test.Close()
	default: // the test has never come
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, conn := range r.clients {
		conn.Close()
	}
}
