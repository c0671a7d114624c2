//go:build linux

package core

import (
	"errors"
	"maps"
	"math"
	"os"
	"slices"
	"sync"
	"syscall"
	"unsafe"
)

// systemSigns receives Linux's own reports: that an address or a link has changed, and that the
// clock was set, which also happens when the machine wakes. So an idle game need not check at
// intervals. Where a sandbox forbids the reports, as on Android, sockets check at intervals.
var systemSigns signReader

// signReader reads the reports while there are watches.
type signReader struct {
	mu      sync.Mutex
	watches map[*watch]struct{}
	sources []source // that are being read; nil: the system reports nothing
}

// source is an open file whose Read waits for a report.
type source struct {
	file   *os.File
	report syscall.Errno // an error of Read that is a report as well
}

// add registers a watch for the system's reports. The socket's mu must be held.
func (r *signReader) add(w *watch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.watches == nil {
		r.watches = map[*watch]struct{}{}
	}
	if len(r.watches) == 0 {
		r.start(openSources())
	}
	r.watches[w] = struct{}{}
}

func (r *signReader) remove(w *watch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.watches, w)
	if len(r.watches) == 0 {
		r.stop()
	}
}

// areReported reports whether the system reports the signs.
func (r *signReader) areReported() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sources != nil
}

// start reads the sources. r.mu must be held, as for stop.
func (r *signReader) start(sources []source) {
	r.sources = sources
	for _, s := range sources {
		go r.read(s)
	}
}

func (r *signReader) stop() {
	for _, s := range r.sources {
		_ = s.file.Close() // which ends its read
	}
	r.sources = nil
}

// read passes reports on to the watches. On an error that is not a report it returns, and the
// watches check at intervals.
func (r *signReader) read(from source) {
	buffer := make([]byte, 4<<10)
	for {
		_, err := from.file.Read(buffer)
		isOver := err != nil && !errors.Is(err, from.report)
		for _, w := range r.notified(from, isOver) {
			w.reported()
		}
		if isOver {
			return
		}
	}
}

// notified returns the watches that a report of a source concerns: none if the source has been
// closed. If the source is over, so are the others.
func (r *signReader) notified(from source, isOver bool) []*watch {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.sources, from) {
		return nil
	}
	if isOver {
		r.stop()
	}
	return slices.Collect(maps.Keys(r.watches))
}

// openSources opens what Linux reports the signs by; nil if it cannot.
func openSources() []source {
	network, err := openNetworkReports()
	if err != nil {
		return nil
	}
	clock, err := openClockReports()
	if err != nil {
		_ = network.Close()
		return nil
	}
	const tooMany = syscall.ENOBUFS // reports have arrived; one is enough
	return []source{{network, tooMany}, {clock, syscall.ECANCELED}}
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
