package core

import (
	"errors"
	"net/netip"
	"slices"
	"time"
)

// After a computer has slept or its network has changed, the connection may look open but be dead,
// or the socket may wait for an attempt that could succeed now. The heartbeat and the delays would
// notice eventually; these signs make the socket check at once, so that it is connected again
// within a second.

const (
	// watchInterval is the interval between checks where the system does not report the signs.
	watchInterval = 300 * time.Millisecond
	// settleTime is how long a socket waits for further reports after the first. It is longer than
	// addresses are cached.
	settleTime = 200 * time.Millisecond
	// sleepThreshold is how far the wall clock must have run ahead of the clock that stops while
	// the machine sleeps. A clock correction looks the same and costs one heartbeat.
	sleepThreshold = 3 * time.Second
	// minProbeTimeout is the minimum time that the server has to answer the heartbeat that follows
	// a sign.
	minProbeTimeout = 400 * time.Millisecond
)

// errNetworkChanged ends a long-poll session whose requests may hang on a network that no longer
// exists.
var errNetworkChanged = errors.New("phoenix: the device slept or its network changed")

// watch checks for the signs between Connect and Disconnect. The socket's mu must be held for its
// methods, except for reported.
type watch struct {
	socket    *Socket
	next      task
	interval  time.Duration
	signs     *signReader          // nil: the system reports nothing
	wall      func() time.Time     // the wall clock, without a monotonic reading
	awake     func() time.Duration // a clock that stops while the machine sleeps
	addresses func() []netip.Addr

	seenWall  time.Time     // wall at the latest check
	seenAwake time.Duration // awake at the latest check
	known     []netip.Addr  // addresses at the latest check that found any
}

func (w *watch) init(s *Socket) {
	w.socket, w.interval, w.signs = s, watchInterval, &systemSigns
	w.wall, w.awake, w.addresses = wallTime, awakeTime, usableAddresses
	w.next.run = w.look
}

func wallTime() time.Time { return time.Now().Round(0) }

func (w *watch) start() {
	w.known = nil
	if w.signs != nil {
		w.signs.add(w)
	}
	w.schedule()
	w.socket.timers.set(&w.next, w.interval) // a first check, to compare later reports with
}

func (w *watch) stop() {
	if w.signs != nil {
		w.signs.remove(w)
	}
	w.socket.timers.cancel(&w.next)
}

// schedule sets the time of the next check, unless the system reports the signs.
func (w *watch) schedule() {
	w.seenWall, w.seenAwake = w.wall(), w.awake()
	if w.signs == nil || !w.signs.areReported() {
		w.socket.timers.set(&w.next, w.interval)
	}
}

// reported makes the socket check soon. The socket's mu must not be held.
func (w *watch) reported() {
	w.socket.mu.Lock()
	defer w.socket.mu.Unlock()
	if w.socket.wanted && !w.next.waiting() {
		w.socket.timers.set(&w.next, settleTime)
	}
}

func (w *watch) look() {
	s := w.socket
	slept := standstillOf(w.wall().Sub(w.seenWall), w.awake()-w.seenAwake, w.interval) > sleepThreshold
	s.start(func() {
		current := w.addresses() // makes system calls, so without the lock
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

// compare reports whether this machine has gained an address, and whether it has just lost the
// address of the connection. A connection may use an address that was never listed, as some systems
// list only those of the usual routes. On systems that list no addresses, compare returns false for
// both.
func (w *watch) compare(current []netip.Addr) (gained, gone bool) {
	if len(current) == 0 {
		if w.known != nil {
			w.known = []netip.Addr{} // any address that comes back counts as gained
		}
		return false, false
	}
	before := w.known
	gained = before != nil && slices.ContainsFunc(current, func(a netip.Addr) bool { return !slices.Contains(before, a) })
	w.known = current
	c := w.socket.conn
	if c == nil || c.link == nil {
		return gained, false
	}
	address := c.link.localAddr()
	return gained, address.IsValid() && slices.Contains(before, address) && !slices.Contains(current, address)
}

// networkChanged connects, or checks the connection, without further delay. After a sleep or a new
// network the reconnect delays also start over, as the first attempts after a sleep often run
// before the network is ready.
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
	case s.state == SocketConnecting: // perhaps over the old network
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

// probeTimeout returns how long a heartbeat's reply may take if the connection is suspected to be
// dead: several times as long as the network has taken so far.
func (c *connection) probeTimeout() time.Duration {
	usual := c.opened.Sub(c.dialed)
	if roundTrip := c.socket.counters.RoundTrip; roundTrip > 0 {
		usual = 2 * roundTrip
	}
	return min(max(2*usual, minProbeTimeout), c.socket.config.HeartbeatTimeout)
}

// isUsable reports whether a connection to a remote server can have this local address.
func isUsable(a netip.Addr) bool {
	return !a.IsLoopback() && !a.IsLinkLocalUnicast() && !a.IsMulticast()
}
