//go:build linux

package core

import (
	"errors"
	"math"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// systemSigns receives Linux's own reports: that an address or a link has changed, and that the
// clock was set, which also happens when the machine wakes. So an idle game need not check at
// intervals. Where a sandbox forbids the reports, as on Android, sockets check at intervals.
var systemSigns signReader

type signReader struct {
	once    sync.Once
	reports atomic.Bool

	mu      sync.Mutex
	watches map[*watch]struct{}
}

// add registers a watch for the system's reports. The socket's mu must be held.
func (r *signReader) add(w *watch) {
	r.once.Do(r.open)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watches[w] = struct{}{}
}

func (r *signReader) remove(w *watch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.watches, w)
}

// areReported reports whether the system reports the signs.
func (r *signReader) areReported() bool { return r.reports.Load() }

func (r *signReader) open() {
	r.watches = map[*watch]struct{}{}
	network, err := openNetworkReports()
	if err != nil {
		return
	}
	clock, err := openClockReports()
	if err != nil {
		_ = network.Close()
		return
	}
	r.reports.Store(true)
	go r.read(network, syscall.ENOBUFS) // too many reports arrived; one is enough
	go r.read(clock, syscall.ECANCELED)
}

// read passes reports on to the watches. On an error that is not a report it returns, and the
// watches check at intervals.
func (r *signReader) read(reports *os.File, report syscall.Errno) {
	defer func() { _ = reports.Close() }()
	buffer := make([]byte, 4<<10)
	for {
		_, err := reports.Read(buffer)
		over := err != nil && !errors.Is(err, report)
		if over {
			r.reports.Store(false)
		}
		r.mu.Lock()
		watches := make([]*watch, 0, len(r.watches))
		for w := range r.watches {
			watches = append(watches, w)
		}
		r.mu.Unlock()
		for _, w := range watches {
			w.reported()
		}
		if over {
			return
		}
	}
}

// openNetworkReports opens a netlink socket to which the kernel sends a message for each change of
// a link or an address.
func openNetworkReports() (*os.File, error) {
	const groupLink, groupIPv4, groupIPv6 = 1 << 0, 1 << 4, 1 << 8
	fd, err := syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_RAW|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, syscall.NETLINK_ROUTE)
	if err != nil {
		return nil, err
	}
	address := &syscall.SockaddrNetlink{Family: syscall.AF_NETLINK, Groups: groupLink | groupIPv4 | groupIPv6}
	if err := syscall.Bind(fd, address); err != nil {
		_ = syscall.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), "netlink"), nil
}

// openClockReports opens a timer that is due in years. Reading it fails with ECANCELED when the
// clock is set.
func openClockReports() (*os.File, error) {
	const clockRealtime, absolute, cancelOnSet = 0, 1 << 0, 1 << 1
	fd, _, errno := syscall.Syscall(syscall.SYS_TIMERFD_CREATE, clockRealtime, syscall.O_CLOEXEC|syscall.O_NONBLOCK, 0)
	if errno != 0 {
		return nil, errno
	}
	due := struct{ interval, value syscall.Timespec }{}
	due.value.Sec = math.MaxInt32 // seconds since 1970
	_, _, errno = syscall.Syscall6(syscall.SYS_TIMERFD_SETTIME, fd, absolute|cancelOnSet, uintptr(unsafe.Pointer(&due)), 0, 0, 0)
	if errno != 0 {
		_ = syscall.Close(int(fd))
		return nil, errno
	}
	return os.NewFile(fd, "timerfd"), nil
}
