//go:build !js || nativetransport

package core

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// The first message of TLS, the ClientHello, has more than 1,500 bytes if its key is secure against
// quantum computers, and so takes two packets. Some routers, firewalls and servers in between drop
// the second packet, or both. If the hello of an attempt gets no answer, an attempt with a hello of
// the usual 300 bytes therefore follows.

const (
	// helloPatience is the maximum wait for the answer to a large hello, which is also limited to a
	// third of the attempt's time. It allows two retransmissions, and so is long enough for a slow
	// or lossy network. A wrong guess only costs the other key exchange.
	helloPatience    = 3 * time.Second
	minHelloPatience = 500 * time.Millisecond
	// helloAgain is the minimum time between two attempts that try both hellos. In between, an
	// attempt uses only one hello, not the one that got no answer, and has its full time for it. So
	// a server that is merely slow, or closes the connections that it accepts, does not get
	// additional connections.
	helloAgain = time.Minute
	// minHelloWait is how long an attempt that was ended from outside must have waited for an
	// answer before the missing answer counts.
	minHelloWait = time.Second
	// maxHelloEndpoints is the maximum number of remembered endpoints; the one learned first is
	// forgotten first.
	maxHelloEndpoints = 64
)

// helloMemory remembers which hello an endpoint answers. All sockets share one, because it is the
// network in between that drops packets, and a game that creates a socket for each match should not
// wait each time. It does not contain endpoints that have always answered.
type helloMemory struct {
	mu    sync.Mutex
	known map[string]*helloRecord // by host and port
	order []string
}

type helloRecord struct {
	small  bool      // the next attempt starts with the small hello
	outage bool      // the small one got no answer either, so the size is not the cause
	both   time.Time // when an attempt last tried both
}

// hellos is the memory of this process.
var hellos helloMemory

// choose returns the hello with which an attempt at an endpoint starts.
func (m *helloMemory) choose(endpoint string, transport Transport, config *Settings) *hello {
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

// answered records that a hello got its answer. After an outage either hello might have got one, so
// the next attempt starts with the large hello.
func (m *helloMemory) answered(endpoint string, h *hello) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if record := m.known[endpoint]; record != nil {
		record.small = h.small && !record.outage
		record.outage = false
	}
}

// unanswered records that a hello got no answer. It returns the hello with which the same attempt
// continues, or nil to end the attempt.
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

// hello is how an attempt starts TLS.
type hello struct {
	small    bool
	patience time.Duration // how long to wait for an answer; 0 means as long as the attempt may take

	sent       atomic.Pointer[time.Time]
	isAnswered atomic.Bool
}

// isUnanswered reports whether a hello was sent and got no answer, so that its size may be the
// cause.
func (h *hello) isUnanswered(ctx context.Context) bool {
	sent := h.sent.Load()
	return sent != nil && !h.isAnswered.Load() && (ctx.Err() == nil || time.Since(*sent) >= minHelloWait)
}

// watch returns a connection that records the hello and its answer.
func (h *hello) watch(conn net.Conn) net.Conn { return &helloConn{Conn: conn, hello: h} }

type helloConn struct {
	net.Conn
	hello *hello
	timer *time.Timer
}

// tlsHandshake is the first byte of a ClientHello. HTTP and SOCKS messages never start with it.
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
