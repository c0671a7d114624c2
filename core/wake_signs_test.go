package core

import (
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// fakeSource reports what a test sends to it.
type fakeSource struct {
	reports chan error
	closed  chan struct{}
}

func newFakeSource() *fakeSource {
	return &fakeSource{reports: make(chan error), closed: make(chan struct{})}
}

func (f *fakeSource) wait() error {
	select {
	case err := <-f.reports:
		return err
	case <-f.closed:
		return io.EOF
	}
}

func (f *fakeSource) close() { close(f.closed) }

// reportBy makes the socket rely on the source's reports.
func (f *fakeSource) reportBy(s *Socket) {
	s.watch.signs = &signReader{open: func() []source { return []source{f} }}
}

// timersOf returns how many timed tasks the socket has.
func timersOf(s *Socket) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.timers.queue)
}

// For an idle game on battery: where the system reports the signs, a connected socket has only one
// timer, its heartbeat's.
func TestSocketLooksOnlyWhenTheSystemReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(fromThisMachine(p))
		set := networks(s)
		system := newFakeSource()
		system.reportBy(s)
		require.NoError(t, s.Connect())
		peer := p.accept()
		time.Sleep(watchInterval)
		synctest.Wait()
		require.Equal(t, 1, timersOf(s))

		set("10.0.0.7")
		changed := time.Now()
		system.reports <- nil
		system.reports <- nil
		peer.reply(peer.expect("phoenix", "heartbeat"), "ok", "{}")
		require.Equal(t, settleTime, time.Since(changed))
		time.Sleep(watchInterval)
		synctest.Wait()
		require.Equal(t, 1, timersOf(s))
		require.NoError(t, s.Disconnect(0, ""))
		s.watch.reported() // a report that is late
		time.Sleep(time.Minute)
		require.Equal(t, 1, p.attempts())
	})
}

// A system that reports the end of a sleep, to a socket that has been quiet for long.
func TestReportOfASleepMakesTheSocketCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(func(c *Config) { c.HeartbeatInterval = 24 * time.Hour })
		sleep := sleeping(s)
		system := newFakeSource()
		system.reportBy(s)
		require.NoError(t, s.Connect())
		peer := p.accept()
		time.Sleep(time.Hour)
		peer.silent()
		system.reports <- nil
		time.Sleep(time.Minute)
		peer.silent()
		sleep()
		woken := time.Now()
		system.reports <- nil
		peer.reply(peer.expect("phoenix", "heartbeat"), "ok", "{}")
		require.Equal(t, settleTime, time.Since(woken))
	})
}

// As on Android 11 and newer, or when a source breaks.
func TestSocketLooksAtIntervalsWithoutReports(t *testing.T) {
	for name, breaks := range map[string]bool{"never any": false, "no more": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s := p.socket(fromThisMachine(p))
				set := networks(s)
				system := newFakeSource()
				system.reportBy(s)
				if !breaks {
					s.watch.signs.open = func() []source { return nil }
				}
				require.NoError(t, s.Connect())
				peer := p.accept()
				time.Sleep(time.Second)
				if breaks {
					system.reports <- errors.New("broken")
					synctest.Wait()
				}
				require.False(t, s.watch.signs.areReported())
				time.Sleep(watchInterval)
				set("10.0.0.7")
				changed := time.Now()
				peer.reply(peer.expect("phoenix", "heartbeat"), "ok", "{}")
				require.LessOrEqual(t, time.Since(changed), watchInterval)
			})
		})
	}
}

// The sources, and the goroutines that wait for them, are there only while a socket is in use.
func TestSourcesAreOpenWhileThereAreWatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var opened []*fakeSource
		r := signReader{open: func() []source {
			opened = append(opened, newFakeSource(), newFakeSource())
			return []source{opened[len(opened)-2], opened[len(opened)-1]}
		}}
		first, second := new(watch), new(watch)
		for round := range 2 {
			r.add(first)
			r.add(second)
			require.True(t, r.areReported())
			require.Len(t, opened, 2*(round+1))
			r.remove(first)
			require.True(t, r.areReported())
			r.remove(second)
			r.remove(second)
			require.False(t, r.areReported())
			for _, s := range opened {
				<-s.closed
			}
			require.Empty(t, r.watches)
		}
	})
}

// This system's own sources, which are those that a socket uses: they report nothing by themselves,
// and their waits end when they are closed.
func TestSystemsOwnSources(t *testing.T) {
	for range 3 {
		sources := openSources()
		if sources == nil {
			t.Skip("the system reports nothing")
		}
		for _, s := range sources {
			ended := make(chan error)
			go func() {
				for {
					if err := s.wait(); err != nil {
						ended <- err
						return
					}
				}
			}()
			s.close()
			require.Error(t, <-ended)
		}
	}
}
