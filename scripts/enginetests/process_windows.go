package main

import (
	"fmt"
	"syscall"
)

// suspendable is a process that can be stopped.
type suspendable struct{ handle syscall.Handle }

var (
	ntdll            = syscall.NewLazyDLL("ntdll.dll")
	ntSuspendProcess = ntdll.NewProc("NtSuspendProcess")
	ntResumeProcess  = ntdll.NewProc("NtResumeProcess")
)

func openProcess(pid int) (suspendable, error) {
	const suspendResume = 0x0800 // PROCESS_SUSPEND_RESUME
	handle, err := syscall.OpenProcess(suspendResume, false, uint32(pid))
	return suspendable{handle}, err
}

func (s suspendable) stop() error   { return s.call(ntSuspendProcess) }
func (s suspendable) resume() error { return s.call(ntResumeProcess) }
func (s suspendable) close()        { _ = syscall.CloseHandle(s.handle) }

func (s suspendable) call(function *syscall.LazyProc) error {
	if status, _, _ := function.Call(uintptr(s.handle)); int32(status) < 0 {
		return fmt.Errorf("%s: status %#x", function.Name, status)
	}
	return nil
}
