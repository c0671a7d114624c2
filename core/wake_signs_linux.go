//go:build linux

package core

import (
	"errors"
	"math"
	"os"
	"syscall"
	"unsafe"
)

// reportFile is an open file whose Read waits for a report.
type reportFile struct {
	*os.File
	report syscall.Errno // an error of Read that is a report as well
	buffer [4 << 10]byte
}

func (f *reportFile) wait() error {
	_, err := f.Read(f.buffer[:])
	if errors.Is(err, f.report) {
		return nil
	}
	return err
}

func (f *reportFile) close() { _ = f.Close() }

// openSources opens what Linux reports the signs by; nil if it cannot. An app on Android 11 or newer
// may not bind a netlink socket.
func openSources() []source { return bothSources(openNetworkReports, openClockReports) }

// openNetworkReports opens a netlink socket to which the kernel sends a message for each change of
// a link or an address.
func openNetworkReports() (*reportFile, error) {
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
	const tooMany = syscall.ENOBUFS // reports have arrived; one is enough
	return &reportFile{File: os.NewFile(uintptr(fd), "netlink"), report: tooMany}, nil
}

// openClockReports opens a timer that is due in years. Reading it fails with ECANCELED when the
// clock is set.
func openClockReports() (*reportFile, error) {
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
	return &reportFile{File: os.NewFile(fd, "timerfd"), report: syscall.ECANCELED}, nil
}
