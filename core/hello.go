//go:build !js || nativetransport

package core

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// The first message of TLS, the ClientHello, has more than 1,500 bytes with a key that is secure against quantum computers, and so takes
// two packets. Some routers, firewalls and servers between drop the second, or both. So an attempt whose hello gets no answer is followed
// by one with a hello of the usual 300 bytes.

const (
	// helloPatience is how long the answer to a large hello may take at most, a third of the attempt's time at most: the time of two
	// retransmissions, and so long enough for a slow or lossy network. Being wrong costs no more than the other key exchange.
	helloPatience    = 3 * time.Second
	minHelloPatience = 500 * time.Millisecond
	// helloAgain is the least time between two attempts that try both hellos. Between them an attempt has one hello, the other than
	// the one that got no answer, and all of its time for it: a server that is just slow, or closes what it accepts, has no more
	// connections from that.
	helloAgain = time.Minute
	// minHelloWait is how long an attempt that was ended from outside must have waited for the answer to say something about it.
	minHelloWait = time.Second
	// maxHelloEndpoints limits how many endpoints are remembered; the one that was learned first is forgotten first.
	maxHelloEndpoints = 64
)

// helloMemory remembers which hello an endpoint answers. There is one for all sockets: what drops packets is the network between, and a
// game that makes a socket for each match should not wait each time. An endpoint that always answered is not in it.
type helloMemory struct {
	mu    sync.Mutex
	known map[string]*helloRecord // by host and port
	order []string
}

type helloRecord struct {
	small  bool      // the next attempt begins with the small hello
	outage bool      // the small one had no answer either, so neither is to blame
	both   time.Time // when an attempt last tried both
}

// hellos is the memory of this process.
var hellos helloMemory

// begin returns what an attempt at an endpoint begins with.
func (m *helloMemory) begin(endpoint string, transport Transport, config *Settings) *hello {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := &hello{}
	record := m.known[endpoint]
	if record != nil {
		h.small = record.small
	}
	if !h.small && config.hasSmallHello() && (record == nil || time.Since(record.both) >= helloAgain) {
		h.patience = min(helloPatience, config.Timeout/3)
		if fallback := config.LongPollFallbackAfter; fallback > 0 && transport == WebSocket {
			h.patience = min(h.patience, fallback/2)
		}
		h.patience = max(h.patience, minHelloPatience)
	}
	return h
}

// answered takes that a hello got its answer. After an outage either might have got it, so the next attempt begins with the large one.
func (m *helloMemory) answered(endpoint string, h *hello) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if record := m.known[endpoint]; record != nil {
		record.small = h.small && !record.outage
		record.outage = false
	}
}

// unanswered takes that a hello got none. It returns the hello to go on with in the same attempt, nil to end it.
func (m *helloMemory) unanswered(ctx context.Context, endpoint string, h *hello) *hello {
	m.mu.Lock()
	defer m.mu.Unlock()
	record := m.known[endpoint]
	if record == nil {
		record = m.add(endpoint)
	}
	record.small = !h.small
	record.outage = record.outage || h.small
	if h.patience == 0 || ctx.Err() != nil {
		return nil
	}
	record.both = time.Now()
	return &hello{small: true}
}

func (m *helloMemory) add(endpoint string) *helloRecord {
	if m.known == nil {
		m.known = map[string]*helloRecord{}
	}
	if len(m.order) == maxHelloEndpoints {
		delete(m.known, m.order[0])
		m.order = append(m.order[:0], m.order[1:]...)
	}
	record := new(helloRecord)
	m.known[endpoint] = record
	m.order = append(m.order, endpoint)
	return record
}

// hello is how an attempt begins TLS.
type hello struct {
	small    bool
	patience time.Duration // how long to wait for an answer; 0 for as long as the attempt may take

	sent       atomic.Pointer[time.Time]
	isAnswered atomic.Bool
}

// isUnanswered reports whether a hello was sent that got no answer, so that its size may be the reason.
func (h *hello) isUnanswered(ctx context.Context) bool {
	sent := h.sent.Load()
	return sent != nil && !h.isAnswered.Load() && (ctx.Err() == nil || time.Since(*sent) >= minHelloWait)
}

// watch looks for the hello and its answer on a connection.
func (h *hello) watch(conn net.Conn) net.Conn { return &helloConn{Conn: conn, hello: h} }

type helloConn struct {
	net.Conn
	hello *hello
	timer *time.Timer
}

// tlsHandshake is the first byte of a ClientHello, as of no text of HTTP or SOCKS.
const tlsHandshake = 22

func (c *helloConn) Write(p []byte) (int, error) {
	if c.hello.sent.Load() == nil && len(p) > 0 && p[0] == tlsHandshake {
		now := time.Now()
		c.hello.sent.Store(&now)
		if c.hello.patience > 0 {
			c.timer = time.AfterFunc(c.hello.patience, func() { _ = c.Close() })
		}
	}
	return c.Conn.Write(p)
}

func (c *helloConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && c.hello.sent.Load() != nil {
		c.hello.isAnswered.Store(true)
		if c.timer != nil {
			c.timer.Stop()
		}
	}
	return n, err
}
