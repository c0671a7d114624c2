//go:build unix

package main

import (
	"os"
	"syscall"
)

// suspendable is a process that can be stopped.
type suspendable struct{ process *os.Process }

func openProcess(pid int) (suspendable, error) {
	process, err := os.FindProcess(pid)
	return suspendable{process}, err
}

func (s suspendable) stop() error   { return s.process.Signal(syscall.SIGSTOP) }
func (s suspendable) resume() error { return s.process.Signal(syscall.SIGCONT) }
func (s suspendable) close()        { _ = s.process.Release() }
