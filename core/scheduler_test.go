package core

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A process that is suspended and resumed finds tasks that were due long ago; tests/suspend does
// that to a real one.
func TestWhatIsFarTooLateLetsTheReaderCatchUpFirst(t *testing.T) {
	tests := map[string]struct {
		delays []time.Duration // of tasks, set in this order; negative delays are those of a suspended process
		want   []time.Duration // when they run
	}{
		"in time":                     {[]time.Duration{time.Second}, []time.Duration{time.Second}},
		"a little late":               {[]time.Duration{-standstill}, []time.Duration{0}},
		"far too late":                {[]time.Duration{-standstill - 1}, []time.Duration{catchUp}},
		"one late, one not":           {[]time.Duration{-time.Hour, time.Hour}, []time.Duration{catchUp, time.Hour}},
		"all late":                    {[]time.Duration{-time.Hour, -time.Minute}, []time.Duration{catchUp, catchUp}},
		"one set for while it reads":  {[]time.Duration{-time.Hour, catchUp / 2}, []time.Duration{catchUp, catchUp}},
		"one for right after reading": {[]time.Duration{-time.Hour, 2 * catchUp}, []time.Duration{catchUp, 2 * catchUp}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				s := scheduler{mu: &mu, guard: func() {}}
				began, ran := time.Now(), make([]time.Duration, len(test.delays))
				for i, delay := range test.delays {
					mu.Lock()
					s.set(&task{run: func() { ran[i] = time.Since(began) }}, delay)
					mu.Unlock()
					synctest.Wait() // the process resumes with the first
				}
				time.Sleep(2 * time.Hour)
				mu.Lock()
				defer mu.Unlock()
				require.Equal(t, test.want, ran)
			})
		})
	}
}

func TestTaskThatIsCancelledWhileTheReaderCatchesUpDoesNotRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		s := scheduler{mu: &mu, guard: func() {}}
		answered := task{run: func() { t.Error("it was answered") }}
		mu.Lock()
		s.set(&answered, -time.Hour)
		mu.Unlock()
		synctest.Wait()
		time.Sleep(catchUp / 2)
		mu.Lock()
		s.cancel(&answered)
		mu.Unlock()
		time.Sleep(time.Hour)
	})
}
