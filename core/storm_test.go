package core

import (
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// The load that one client may put on a server with the default settings, whatever the server does.
const (
	mostInTheFirstMinute = 30
	mostInAnyLaterMinute = 12
)

// requireNoStorm checks the times at which connections, or joins, were accepted: after the first
// minute there are few in any period of a minute.
func requireNoStorm(t *testing.T, accepted []time.Time) {
	t.Helper()
	require.NotEmpty(t, accepted)
	first := accepted[0].Add(time.Minute)
	early := 0
	for i, moment := range accepted {
		if moment.Before(first) {
			early++
			continue
		}
		within := 0
		for _, other := range accepted[:i+1] {
			if !other.Before(first) && moment.Sub(other) < time.Minute {
				within++
			}
		}
		require.LessOrEqual(t, within, mostInAnyLaterMinute, "in the minute before %v", moment.Sub(accepted[0]))
	}
	require.LessOrEqual(t, early, mostInTheFirstMinute)
}

// ending is a server's behaviour: what it does with a connection after the join, where n is how
// many connections it has had.
type ending func(peer *peerConn, join wire, n int)

// After each of these the client waits for a growing delay. The channel is joined, so that messages
// are sent both ways.
func TestNoServerIsStormed(t *testing.T) {
	after := func(life time.Duration, end ending) ending {
		return func(peer *peerConn, join wire, n int) {
			peer.reply(join, "ok", "{}")
			time.Sleep(life)
			end(peer, join, n)
		}
	}
	closing := func(code int) ending { return func(peer *peerConn, _ wire, _ int) { peer.close(code) } }
	drop := func(peer *peerConn, _ wire, _ int) { peer.drop() }
	behaviours := map[string]ending{
		"closes with 1000": after(0, closing(1000)),
		"closes with 1011": after(0, closing(1011)),
		"closes with 1012": after(0, closing(1012)),
		"resets":           after(0, drop),
		"refuses the join and resets": func(peer *peerConn, join wire, _ int) {
			peer.reply(join, "error", "{}")
			peer.drop()
		},
		"sends a state over the limit": func(peer *peerConn, join wire, _ int) {
			peer.reply(join, "ok", `{"state":"`+string(make([]byte, 2000))+`"}`)
		},
		"breaks off after a second":       after(time.Second, drop),
		"breaks off after five seconds":   after(5*time.Second, drop),
		"breaks off after half a minute":  after(30*time.Second, drop),
		"breaks off sooner or later":      func(p *peerConn, j wire, n int) { after(time.Duration(n%9)*time.Second, drop)(p, j, n) },
		"lasts once in ten, for a minute": func(p *peerConn, j wire, n int) { after(time.Duration(n%10/9)*time.Minute, drop)(p, j, n) },
	}
	for name, end := range behaviours {
		for _, jitter := range []float64{NoJitter, 0.25} {
			t.Run(name+", jitter "+strconv.FormatFloat(jitter, 'g', -1, 64), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					p := newPeer(t)
					s := p.socket(func(c *Config) { c.MaxMessageBytes, c.Jitter = 1000, jitter })
					joining(t, s, "room:1", nil)
					require.NoError(t, s.Connect())
					var accepted []time.Time
					for began := time.Now(); time.Since(began) < 10*time.Minute; {
						peer := p.accept()
						accepted = append(accepted, time.Now())
						end(peer, peer.expect("room:1", "phx_join"), len(accepted))
					}
					require.Greater(t, len(accepted), 10)
					requireNoStorm(t, accepted)
				})
			})
		}
	}
}

// A refused connect costs a server as much as an accepted one.
func TestServerThatAnswersNoConnectIsNotStormed(t *testing.T) {
	behaviours := map[string]http.HandlerFunc{
		"403":       func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
		"500":       func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"hangs up":  func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"is silent": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	}
	for name, handler := range behaviours {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				p.answer(handler)
				s := p.socket(func(c *Config) { c.Jitter = 0.25 })
				times := attemptTimes(s)
				require.NoError(t, s.Connect())
				time.Sleep(10 * time.Minute)
				requireNoStorm(t, times.take())
			})
		})
	}
}

func TestLongPollSessionsThatAreGoneAtOnceAreNoStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s := p.socket(func(c *Config) { c.Transport = LongPoll })
		var mu sync.Mutex
		var sessions []time.Time
		p.answer(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("token") == "" {
				mu.Lock()
				sessions = append(sessions, time.Now())
				mu.Unlock()
				p.handle(w, r)
				return
			}
			p.respond(w, http.StatusGone)
		})
		require.NoError(t, s.Connect())
		time.Sleep(10 * time.Minute)
		require.NoError(t, s.Disconnect(0, ""))
		synctest.Wait()
		requireNoStorm(t, sessions)
	})
}

func TestJoinsThatCrashAtOnceAreNoStorm(t *testing.T) {
	for _, life := range []time.Duration{0, time.Second, 10 * time.Second} {
		t.Run(life.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(func(c *Config) { c.HeartbeatInterval = time.Hour })
				c, _ := joining(t, s, "room:1", nil)
				var joins []time.Time
				for began := time.Now(); time.Since(began) < 10*time.Minute; {
					join := peer.expect("room:1", "phx_join")
					joins = append(joins, time.Now())
					peer.reply(join, "ok", "{}")
					time.Sleep(life)
					peer.push(c.JoinRef(), "room:1", "phx_error", "{}")
				}
				require.Greater(t, len(joins), 10)
				requireNoStorm(t, joins)
			})
		})
	}
}

// A server allows one session per user and ends the older one.
func TestTwoDevicesOfOneUserDoNotStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		for range 2 {
			require.NoError(t, p.socket(func(c *Config) { c.Jitter = 0.25 }).Connect())
		}
		older := p.accept()
		var accepted []time.Time
		for began := time.Now(); time.Since(began) < 10*time.Minute; {
			newer := p.accept()
			newer.send(`[null,null,"user:1","welcome",{}]`)
			accepted = append(accepted, time.Now())
			older.close(4001)
			older = newer
		}
		last := accepted[len(accepted)-1].Add(-time.Minute)
		var recent int
		for _, moment := range accepted {
			if moment.After(last) {
				recent++
			}
		}
		require.LessOrEqual(t, recent, 2*mostInAnyLaterMinute)
	})
}

// After a deploy or a short drop, a client whose connection had lasted reconnects immediately.
func TestShortDropIsMetAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		_, peer := p.connect(func(c *Config) { c.HeartbeatInterval = 24 * time.Hour })
		for _, life := range []time.Duration{time.Minute, 5 * time.Second, time.Hour} {
			time.Sleep(life)
			peer.close(1012)
			dropped := time.Now()
			peer = p.accept()
			require.LessOrEqual(t, time.Since(dropped), 50*time.Millisecond)
		}
	})
}

func TestDelaysMoveBackWhileAConnectionLasts(t *testing.T) {
	b := backoff{steps: milliseconds(10, 50, 100, 5000)}
	for range 10 {
		b.next(0)
	}
	require.Equal(t, 5*time.Second, b.next(0))
	b.lasted(4 * time.Second)
	require.Equal(t, 5*time.Second, b.delay(0), "not long enough")
	b.lasted(5 * time.Second)
	require.Equal(t, 100*time.Millisecond, b.delay(0), "one step")
	b.lasted(time.Hour)
	require.Equal(t, 10*time.Millisecond, b.delay(0), "all of them")
	b.lasted(time.Hour)
	require.Equal(t, 10*time.Millisecond, b.next(0), "and no more")
}

func TestDelaysOfZeroBeginAgainAfterAnyConnection(t *testing.T) {
	b := backoff{steps: milliseconds(10, 0)}
	require.Equal(t, 10*time.Millisecond, b.next(0))
	require.Zero(t, b.next(0))
	b.lasted(0)
	require.Equal(t, 10*time.Millisecond, b.next(0))
}

// With custom steps the long-term rate is that of the last step.
func TestPaceIsThatOfTheLastStep(t *testing.T) {
	for _, last := range milliseconds(0, 100, 60_000) {
		t.Run(last.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := backoff{steps: []time.Duration{0, last}, jitter: 0.5}
				began := time.Now()
				for range 100 {
					b.began()
					time.Sleep(b.next(0))
				}
				require.GreaterOrEqual(t, time.Since(began), 80*last)
				require.LessOrEqual(t, time.Since(began), 130*last)
			})
		})
	}
}

func TestCallersWhoSkipEachDelayDoNotStorm(t *testing.T) {
	calls := map[string]func(*Socket){
		"Connect":      func(s *Socket) { _ = s.Connect() },
		"ReconnectNow": (*Socket).ReconnectNow,
		"SetOnline":    func(s *Socket) { s.SetOnline(true) },
		"CheckNow":     (*Socket).CheckNow,
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s := p.socket(nil)
				s.OnClose(func(CloseEvent) { call(s) })
				require.NoError(t, s.Connect())
				var accepted []time.Time
				for began := time.Now(); time.Since(began) < 10*time.Minute; {
					peer := p.accept()
					accepted = append(accepted, time.Now())
					peer.drop()
				}
				require.LessOrEqual(t, len(accepted), mostInTheFirstMinute+10*mostInAnyLaterMinute)
			})
		})
	}
}

func TestConnectSkipsTheDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		p.network.fail(http.ErrServerClosed)
		s := p.socket(nil)
		require.NoError(t, s.Connect())
		time.Sleep(10 * time.Minute)
		p.network.fail(nil)
		require.NoError(t, s.Connect())
		called := time.Now()
		p.accept()
		require.Zero(t, time.Since(called))
	})
}
