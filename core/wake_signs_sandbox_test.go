//go:build linux && (amd64 || arm64)

package core

import (
	"errors"
	"runtime"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// Android 11 and newer refuse an app's bind of a netlink socket with EACCES, which a filter of
// system calls does here.
func TestNoSourcesWhereNetlinkIsRefused(t *testing.T) {
	type answer struct {
		allowed error
		sources []source
		bind    error
	}
	answers := make(chan answer)
	go func() {
		runtime.LockOSThread() // the filter goes with this thread, which ends with the goroutine
		var a answer
		if a.allowed = refuse(syscall.SYS_BIND, syscall.EACCES); a.allowed == nil {
			_, a.bind = openNetworkReports()
			a.sources = openSources()
		}
		answers <- a
	}()
	a := <-answers
	if a.allowed != nil {
		t.Skipf("no filter of system calls can be had here: %v", a.allowed)
	}
	require.ErrorIs(t, a.bind, syscall.EACCES)
	require.Nil(t, a.sources)
	reader := signReader{open: func() []source { return a.sources }}
	reader.add(new(watch))
	require.False(t, reader.areReported())
}

// refuse makes a system call fail in this thread.
func refuse(number uint32, code syscall.Errno) error {
	const (
		setNoNewPrivileges, setFilter = 38, 22
		filterMode                    = 2
		load, ifEqual, answer         = 0x20, 0x15, 0x06
		fail, allow                   = 0x00050000, 0x7fff0000
	)
	filter := []syscall.SockFilter{
		{Code: load}, // the call's number
		{Code: ifEqual, Jt: 0, Jf: 1, K: number},
		{Code: answer, K: fail | uint32(code)},
		{Code: answer, K: allow},
	}
	program := syscall.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	_, _, first := syscall.RawSyscall6(syscall.SYS_PRCTL, setNoNewPrivileges, 1, 0, 0, 0, 0)
	_, _, second := syscall.RawSyscall(syscall.SYS_PRCTL, setFilter, filterMode, uintptr(unsafe.Pointer(&program)))
	if first != 0 || second != 0 {
		return errors.Join(first, second)
	}
	return nil
}
