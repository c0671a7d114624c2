package core

import (
	"errors"
	"os"
	"sync"
	"syscall"
)

// openSources opens what macOS and iOS report the signs by; nil if it cannot.
func openSources() []source { return bothSources(openRouteReports, openSleepReports) }

// routeSocket receives a message for each change of an address, a link or a route.
type routeSocket struct {
	*os.File
	buffer [2 << 10]byte
}

func openRouteReports() (*routeSocket, error) {
	syscall.ForkLock.RLock()
	fd, err := syscall.Socket(syscall.AF_ROUTE, syscall.SOCK_RAW, syscall.AF_UNSPEC)
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, err
	}
	if err := syscall.SetNonblock(fd, true); err != nil {
		_ = syscall.Close(fd)
		return nil, err
	}
	return &routeSocket{File: os.NewFile(uintptr(fd), "route")}, nil
}

// wait skips the messages about routes, which change with each new server.
func (s *routeSocket) wait() error {
	const typeOffset = 3 // in the header of all messages
	for {
		n, err := s.Read(s.buffer[:])
		if errors.Is(err, syscall.ENOBUFS) {
			return nil // messages were lost
		}
		if err != nil {
			return err
		}
		if n <= typeOffset {
			continue
		}
		switch s.buffer[typeOffset] {
		case syscall.RTM_NEWADDR, syscall.RTM_DELADDR, syscall.RTM_IFINFO:
			return nil
		}
	}
}

func (s *routeSocket) close() { _ = s.Close() }

// sleepTimer fires at an interval of a clock that goes on during sleep, so that the first thing
// after a longer sleep is that it fires.
type sleepTimer struct {
	mu     sync.Mutex
	queue  int // a kqueue
	closed bool
}

const (
	sleepTimerSeconds = 30   // like the heartbeat's
	continuousTime    = 0x80 // NOTE_MACH_CONTINUOUS_TIME, which syscall lacks
)

func openSleepReports() (*sleepTimer, error) {
	syscall.ForkLock.RLock()
	queue, err := syscall.Kqueue()
	if err == nil {
		syscall.CloseOnExec(queue)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, err
	}
	t := &sleepTimer{queue: queue}
	if err := t.set(sleepTimerSeconds, 0); err != nil {
		_ = syscall.Close(queue)
		return nil, err
	}
	return t, nil
}

func (t *sleepTimer) set(seconds int64, flags uint16) error {
	timer := syscall.Kevent_t{
		Ident: 1, Filter: syscall.EVFILT_TIMER, Flags: syscall.EV_ADD | flags,
		Fflags: syscall.NOTE_SECONDS | continuousTime, Data: seconds,
	}
	_, err := syscall.Kevent(t.queue, []syscall.Kevent_t{timer}, nil, nil)
	return err
}

// wait blocks a thread, as a kqueue cannot wait beside Go's own. It returns after a sleep only.
func (t *sleepTimer) wait() error {
	events := make([]syscall.Kevent_t, 1)
	for {
		wall, awake := wallTime(), awakeTime()
		_, err := syscall.Kevent(t.queue, nil, events, nil)
		if errors.Is(err, syscall.EINTR) {
			err = nil
		}
		t.mu.Lock()
		if t.closed {
			err = os.ErrClosed
		}
		if err != nil {
			t.closed = true
			_ = syscall.Close(t.queue)
		}
		t.mu.Unlock()
		if err != nil {
			return err
		}
		if wallTime().Sub(wall)-(awakeTime()-awake) > sleepThreshold {
			return nil
		}
	}
}

// close makes wait return, which closes the queue.
func (t *sleepTimer) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.closed = true
		_ = t.set(0, syscall.EV_ONESHOT)
	}
}
