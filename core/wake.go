package core

import (
	"log/slog"
	"net"
	"time"
)

// A computer that slept, or changed its network, has a connection that looks open and is dead. The heartbeat would find out in its
// own time; these signs make it look at once, so that it takes no longer than one heartbeat timeout.

const (
	// watchInterval is how often an open connection looks for the signs.
	watchInterval = 5 * time.Second
	// sleepThreshold is how far the wall clock must have run ahead of the monotonic clock, which stands still while most systems
	// sleep. A corrected clock looks the same, and costs one heartbeat.
	sleepThreshold = 3 * time.Second
)

// wakeClock is what the signs are read from.
type wakeClock struct {
	wall  func() time.Time // without a monotonic reading
	addrs func() ([]net.Addr, error)
}

var systemClock = wakeClock{
	wall:  func() time.Time { return time.Now().Round(0) },
	addrs: net.InterfaceAddrs,
}

func (h *heartbeat) startWatch() {
	h.watched, h.watchedWall = time.Now(), h.socket.clock.wall()
	h.socket.timers.set(&h.watch, watchInterval)
}

// look probes the connection when there is a sign.
func (h *heartbeat) look() {
	s, c := h.socket, h.socket.conn
	slept := s.clock.wall().Sub(h.watchedWall)-time.Since(h.watched) > sleepThreshold
	own := c.link.localAddr()
	h.startWatch()
	s.start(func() {
		moved := addressGone(own, s.clock.addrs) // asks the system, so not under the lock
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.conn == c && s.state == SocketOpen && (slept || moved) {
			s.journal.note(slog.LevelInfo, "probing the connection", "slept", slept, "address_gone", moved)
			h.probe()
		}
	})
}

// addressGone tells whether this machine no longer has the address that a connection goes out from. When in doubt it says no.
func addressGone(own net.Addr, addrs func() ([]net.Addr, error)) bool {
	tcp, ok := own.(*net.TCPAddr)
	if !ok || tcp.IP.IsLoopback() {
		return false
	}
	current, err := addrs()
	if err != nil || len(current) == 0 {
		return false // some systems do not say
	}
	for _, addr := range current {
		if network, ok := addr.(*net.IPNet); ok && network.IP.Equal(tcp.IP) {
			return false
		}
	}
	return true
}
