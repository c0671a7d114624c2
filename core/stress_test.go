package core_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/server/devserver"
)

// TestEveryPushCompletesOnceWhateverHappens joins, pushes, leaves and disconnects from many
// goroutines while the server drops connections and crashes channels, and counts the completions.
func TestEveryPushCompletesOnceWhateverHappens(t *testing.T) {
	server := devserver.New(devserver.Options{})
	require.NoError(t, server.Start("127.0.0.1:0"))
	defer server.Close()
	s, err := core.NewSocket(server.URL(), core.Config{
		Params:  map[string]string{"user_id": "stress"},
		Timeout: 500 * time.Millisecond, RejoinAfter: []time.Duration{5 * time.Millisecond},
		ReconnectAfter: []time.Duration{time.Millisecond, 5 * time.Millisecond},
	})
	require.NoError(t, err)
	require.NoError(t, s.Connect())

	var made, completed, twice atomic.Int64
	var outcomes sync.Map
	watch := func(p *core.Push, err error) {
		if err != nil {
			return
		}
		made.Add(1)
		var once atomic.Bool
		p.OnComplete(func(r core.Reply) {
			if once.Swap(true) {
				twice.Add(1)
			}
			completed.Add(1)
			n, _ := outcomes.LoadOrStore(r.Status, new(atomic.Int64))
			n.(*atomic.Int64).Add(1)
		})
	}
	stop := time.Now().Add(2 * time.Second)
	var workers sync.WaitGroup
	for worker := range 8 {
		workers.Go(func() {
			for round := 0; time.Now().Before(stop); round++ {
				c, err := s.Channel(fmt.Sprintf("room:%d", worker/2), map[string]bool{"presence": false})
				require.NoError(t, err)
				watch(c.Join())
				for range 20 + rand.IntN(30) {
					switch rand.IntN(20) {
					case 0:
						watch(c.Push("crash", nil))
					case 1:
						watch(c.Push("noreply", nil))
					case 2:
						watch(c.Push("binary", []byte{1, 2, 3}))
					case 3:
						watch(s.Ping())
					case 4:
						time.Sleep(time.Duration(rand.IntN(3)) * time.Millisecond)
					default:
						watch(c.Push("echo", map[string]int{"round": round}))
					}
				}
				watch(c.Leave())
			}
		})
	}
	workers.Go(func() {
		for time.Now().Before(stop) {
			time.Sleep(time.Duration(20+rand.IntN(60)) * time.Millisecond)
			switch rand.IntN(3) {
			case 0:
				server.DropConnections()
			case 1:
				server.Disconnect("stress")
			case 2:
				require.NoError(t, s.Disconnect(0, ""))
				require.NoError(t, s.Connect())
			}
		}
	})
	workers.Wait()
	require.NoError(t, s.Close())
	<-s.Ended()
	require.Eventually(t, func() bool { return s.Queued() == 0 && made.Load() == completed.Load() }, 5*time.Second, time.Millisecond,
		"%d pushes, %d completed", made.Load(), completed.Load())
	require.Zero(t, twice.Load())
	require.Greater(t, made.Load(), int64(1000))
	n := s.Statistics()
	require.Zero(t, n.BufferedPushes+n.BufferedBytes+n.PendingPushes, "%+v", n)
	require.Empty(t, s.Channels())
	outcomes.Range(func(status, n any) bool {
		t.Logf("%-8s %d", status, n.(*atomic.Int64).Load())
		return true
	})
}
