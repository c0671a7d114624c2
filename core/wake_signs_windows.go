package core

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

var (
	kernel                     = syscall.NewLazyDLL("kernel32.dll")
	queryUnbiasedInterruptTime = kernel.NewProc("QueryUnbiasedInterruptTime")

	ipHelper             = syscall.NewLazyDLL("iphlpapi.dll")
	notifyAddressChange  = ipHelper.NewProc("NotifyUnicastIpAddressChange")
	cancelAddressChanges = ipHelper.NewProc("CancelMibChangeNotify2")

	power            = syscall.NewLazyDLL("powrprof.dll")
	registerResume   = power.NewProc("PowerRegisterSuspendResumeNotification")
	unregisterResume = power.NewProc("PowerUnregisterSuspendResumeNotification")
)

// awakeTime is a clock that stops while the machine sleeps. Go's monotonic clock does not stop on
// Windows.
func awakeTime() time.Duration {
	var count uint64 // of 100 ns
	_, _, _ = queryUnbiasedInterruptTime.Call(uintptr(unsafe.Pointer(&count)))
	return time.Duration(count) * 100
}

// callbackSource is a registered callback of Windows.
type callbackSource struct {
	reports <-chan struct{}
	cancel  func()
	closed  chan struct{}
	closing sync.Once
}

func (s *callbackSource) wait() error {
	select {
	case <-s.reports:
		return nil
	case <-s.closed:
		return os.ErrClosed
	}
}

func (s *callbackSource) close() {
	s.closing.Do(func() {
		s.cancel()
		close(s.closed)
	})
}

// Windows calls these on threads of its own. Go cannot free a callback, so all registrations share
// them. A report that is left from an earlier registration costs one check.
var (
	addressChanged, resumed = make(chan struct{}, 1), make(chan struct{}, 1)

	onAddressChange = sync.OnceValue(func() uintptr {
		return syscall.NewCallback(func(_, _, _ uintptr) uintptr {
			report(addressChanged)
			return 0
		})
	})
	onPowerEvent = sync.OnceValue(func() uintptr {
		return syscall.NewCallback(func(_ uintptr, event uint32, _ uintptr) uintptr {
			const resumeAutomatic = 0x12 // after each sleep
			if event == resumeAutomatic {
				report(resumed)
			}
			return 0
		})
	})
)

func report(to chan<- struct{}) {
	select {
	case to <- struct{}{}:
	default: // one waits already
	}
}

// openSources registers for Windows' reports; nil if it cannot.
func openSources() []source { return bothSources(openAddressReports, openResumeReports) }

var errNoReports = errors.New("phoenix: Windows does not report this")

// openAddressReports registers for the changes of this machine's addresses. Wine has no such
// reports: it says that they are registered, but sets no handle.
func openAddressReports() (*callbackSource, error) {
	if err := notifyAddressChange.Find(); err != nil {
		return nil, err
	}
	var handle uintptr
	const bothFamilies, notAtOnce = 0, 0
	if code, _, _ := notifyAddressChange.Call(bothFamilies, onAddressChange(), 0, notAtOnce, uintptr(unsafe.Pointer(&handle))); code != 0 {
		return nil, syscall.Errno(code)
	}
	if handle == 0 {
		return nil, errNoReports
	}
	cancel := func() { _, _, _ = cancelAddressChanges.Call(handle) }
	return &callbackSource{reports: addressChanged, cancel: cancel, closed: make(chan struct{})}, nil
}

// openResumeReports registers for the ends of this machine's sleeps.
func openResumeReports() (*callbackSource, error) {
	if err := registerResume.Find(); err != nil {
		return nil, err
	}
	var handle uintptr
	subscription := struct{ callback, context uintptr }{callback: onPowerEvent()}
	const isCallback = 2
	if code, _, _ := registerResume.Call(isCallback, uintptr(unsafe.Pointer(&subscription)), uintptr(unsafe.Pointer(&handle))); code != 0 {
		return nil, syscall.Errno(code)
	}
	cancel := func() { _, _, _ = unregisterResume.Call(handle) }
	return &callbackSource{reports: resumed, cancel: cancel, closed: make(chan struct{})}, nil
}
