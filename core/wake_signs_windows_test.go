package core

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Windows calls a callback on a thread of its own.
func TestAddressReportsFromAnotherThread(t *testing.T) {
	createThread := kernel.NewProc("CreateThread")
	s := &callbackSource{reports: addressChanged, cancel: func() {}, closed: make(chan struct{})}
	limit := time.AfterFunc(10*time.Second, s.close)
	defer limit.Stop()
	for range 3 {
		thread, _, err := createThread.Call(0, 0, onAddressChange(), 0, 0, 0)
		require.NotZero(t, thread, err)
		require.NoError(t, s.wait())
	}
	s.close()
	s.close()
	require.Error(t, s.wait())
}

func TestOnlyTheEndOfASleepIsReported(t *testing.T) {
	const suspend, resumeAutomatic = 0x4, 0x12
	_, _, _ = syscall.SyscallN(onPowerEvent(), 0, suspend, 0)
	require.Empty(t, resumed)
	_, _, _ = syscall.SyscallN(onPowerEvent(), 0, resumeAutomatic, 0)
	_, _, _ = syscall.SyscallN(onPowerEvent(), 0, resumeAutomatic, 0)
	require.Len(t, resumed, 1)
	<-resumed
}

func TestClockThatStopsDuringSleepGoesOnOtherwise(t *testing.T) {
	before := awakeTime()
	time.Sleep(50 * time.Millisecond)
	passed := awakeTime() - before
	require.Greater(t, passed, 20*time.Millisecond)
	require.Less(t, passed, 10*time.Second)
}
