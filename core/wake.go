package core

import (
	"errors"
	"net/netip"
	"slices"
	"time"
)

// A computer that slept, or whose network changed, has a connection that looks open and is dead, or waits for an attempt that could
// succeed now. The heartbeat and the delays would notice in their own time; these signs make the socket look at once, so that it is
// connected again within a second.

const (
	// watchInterval is how often a socket looks for the signs.
	watchInterval = 300 * time.Millisecond
	// sleepThreshold is how far the wall clock must have run ahead of the monotonic clock, which stands still while most systems
	// sleep. A corrected clock looks the same, and costs one heartbeat.
	sleepThreshold = 3 * time.Second
	// minProbeTimeout is how long the server has at least to answer the heartbeat that follows a sign.
	minProbeTimeout = 400 * time.Millisecond
)

// errNetworkChanged ends a long-poll session whose requests may hang on a network that is gone.
var errNetworkChanged = errors.New("phoenix: the device slept or its network changed")

// watch looks for the signs from Connect to Disconnect. Its methods run under the socket's lock.
type watch struct {
	socket    *Socket
	next      task
	interval  time.Duration
	wall      func() time.Time // without a monotonic reading
	addresses func() []netip.Addr

	seen, seenWall time.Time    // both clocks at the latest look
	known          []netip.Addr // at the latest look that found any
}

func (w *watch) init(s *Socket) {
	w.socket, w.interval = s, watchInterval
	w.wall = func() time.Time { return time.Now().Round(0) }
	w.addresses = usableAddresses
	w.next.run = w.look
}

func (w *watch) start() {
	w.known = nil
	w.schedule()
}

func (w *watch) stop() { w.socket.timers.cancel(&w.next) }

func (w *watch) schedule() {
	w.seen, w.seenWall = time.Now(), w.wall()
	w.socket.timers.set(&w.next, w.interval)
}

func (w *watch) look() {
	s := w.socket
	slept := standstillOf(w.wall().Sub(w.seenWall), time.Since(w.seen), w.interval) > sleepThreshold
	s.start(func() {
		current := w.addresses() // asks the system, so not under the lock
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.wanted {
			return
		}
		w.schedule()
		gained, gone := w.compare(current)
		if slept || gained || gone {
			s.journal.note(LevelInfo, happenedCheck, "checking the connection", "slept", slept, "network_gained", gained, "address_gone", gone)
			s.networkChanged(slept || gained)
		}
	})
}

// compare reports whether this machine has an address that it did not have before, and whether it has lost the one that the connection
// uses. Some systems do not say; then neither holds.
func (w *watch) compare(current []netip.Addr) (gained, gone bool) {
	if len(current) == 0 {
		if w.known != nil {
			w.known = []netip.Addr{} // whatever comes back is gained
		}
		return false, false
	}
	gained = w.known != nil && slices.ContainsFunc(current, func(a netip.Addr) bool { return !slices.Contains(w.known, a) })
	w.known = current
	c := w.socket.conn
	if c == nil || c.link == nil {
		return gained, false
	}
	address := c.link.localAddr()
	return gained, address.IsValid() && isUsable(address) && !slices.Contains(current, address)
}

// networkChanged connects, or checks the connection, without further delay. A new beginning has its delays from the start as well: the
// first attempts after a sleep often come before the network is ready.
func (s *Socket) networkChanged(isNew bool) {
	if !s.wanted || s.offline {
		return
	}
	if isNew {
		s.retry.reset()
	}
	switch c := s.conn; {
	case c == nil:
		if isNew {
			s.dial()
		}
	case s.state == SocketConnecting: // perhaps over the network that was
		if isNew {
			c.stop()
			s.dial()
		}
	case s.state != SocketOpen:
	case c.link.needsHeartbeat():
		s.heartbeat.probe()
	default:
		c.stop()
		s.report(c, &closeError{code: closeAbnormal, err: errNetworkChanged})
	}
}

// probeTimeout is how long the answer to a heartbeat may take where there is reason to think that the connection is dead: several times
// what the network has taken so far.
func (c *connection) probeTimeout() time.Duration {
	usual := c.opened.Sub(c.dialed)
	if roundTrip := c.socket.counters.RoundTrip; roundTrip > 0 {
		usual = 2 * roundTrip
	}
	return min(max(2*usual, minProbeTimeout), c.socket.config.HeartbeatTimeout)
}

// isUsable reports whether an address can belong to a connection to a server elsewhere.
func isUsable(a netip.Addr) bool {
	return !a.IsLoopback() && !a.IsLinkLocalUnicast() && !a.IsMulticast()
}
