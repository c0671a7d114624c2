package core

import (
	"crypto/tls"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// configure changes settings of a peer's socket.
func (p *peer) configure(s *Socket, change func(*Config)) error {
	s.mu.Lock()
	config := s.config
	s.mu.Unlock()
	change(&config)
	return s.Configure(config.Settings)
}

func TestConfigure(t *testing.T) {
	t.Run("timeouts hold for the pushes and joins that follow", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(nil)
			channel := peer.join(s, "room:1")
			later, err := s.Channel("room:2", nil)
			require.NoError(t, err)
			require.NoError(t, p.configure(s, func(c *Config) { c.Timeout = 3 * time.Second }))

			for name, begin := range map[string]func() (*Push, error){
				"push": func() (*Push, error) { return channel.Push("ask", nil) },
				"join": later.Join,
			} {
				push, err := begin()
				require.NoError(t, err)
				began := time.Now()
				<-push.Done()
				require.Equal(t, 3*time.Second, time.Since(began), name)
			}
		})
	})
	t.Run("heartbeat interval holds for the wait that is under way", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(nil)
			time.Sleep(10 * time.Second)
			began := time.Now()
			require.NoError(t, p.configure(s, func(c *Config) { c.HeartbeatInterval = 2 * time.Second }))
			require.NoError(t, p.configure(s, func(c *Config) { c.Timeout = time.Second }), "which is no reason to wait anew")
			peer.expect("phoenix", "heartbeat")
			require.Equal(t, 2*time.Second, time.Since(began))
		})
	})
	t.Run("heartbeat interval changes nothing while an answer is awaited", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(nil)
			m := peer.expect("phoenix", "heartbeat")
			require.NoError(t, p.configure(s, func(c *Config) { c.HeartbeatInterval = time.Second }))
			time.Sleep(5 * time.Second)
			peer.silent()
			peer.reply(m, "ok", "{}")
			began := time.Now()
			peer.expect("phoenix", "heartbeat")
			require.Equal(t, time.Second, time.Since(began))
		})
	})
	t.Run("delays hold for the attempts that follow", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(nil)
			channel := peer.join(s, "room:1")
			require.NoError(t, p.configure(s, func(c *Config) {
				c.ReconnectAfter, c.RejoinAfter = milliseconds(700), milliseconds(900)
			}))
			times := attemptTimes(s)
			dropped := time.Now()
			peer.drop()
			peer = p.accept()
			synctest.Wait()
			require.Equal(t, 700*time.Millisecond, times.take()[0].Sub(dropped))

			join := peer.expect("room:1", "phx_join")
			peer.reply(join, "error", "{}")
			synctest.Wait()
			require.Equal(t, ChannelErrored, channel.State())
			refused := time.Now()
			peer.expect("room:1", "phx_join")
			require.Equal(t, 900*time.Millisecond, time.Since(refused))
		})
	})
	t.Run("what a connection is made with holds for the next", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(func(c *Config) { c.Header = http.Header{"X-Build": {"1"}} })
			require.NoError(t, p.configure(s, func(c *Config) {
				c.Header = http.Header{"X-Build": {"2"}}
				c.MaxMessageBytes = 60
			}))
			var got recorder[string]
			s.OnMessage(func(m *Message) { got.add(m.Event) })
			large := `[null,null,"room:1","large",{"x":"` + strings.Repeat("x", 60) + `"}]`
			peer.send(large)
			synctest.Wait()
			require.Equal(t, []string{"large"}, got.take(), "this one is as it was")

			peer.drop()
			peer = p.accept()
			require.Equal(t, "1", p.request(0).Header.Get("X-Build"))
			require.Equal(t, "2", p.request(1).Header.Get("X-Build"))
			var errs recorder[error]
			s.OnError(errs.add)
			peer.send(large)
			p.accept()
			require.ErrorIs(t, errs.take()[0], ErrMessageTooBig)
			require.Empty(t, got.take())
		})
	})
	t.Run("transport holds for the next connection, also after a fallback", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			refuse := true
			var p *pollPeer
			p = fallbackPeer(t, func(w http.ResponseWriter, r *http.Request) {
				if refuse {
					w.WriteHeader(http.StatusBadRequest)
					return
				}
				p.upgrade(w, r, websocket.Upgrader{})
			})
			s, opens := p.fallbackSocket()
			again := func(transport Transport) string {
				require.NoError(t, p.configure(s, func(c *Config) { c.Transport = transport }))
				require.NoError(t, s.Disconnect(0, ""))
				time.Sleep(5 * time.Second)
				require.NoError(t, s.Connect())
				require.NoError(t, s.WaitOpen(t.Context()))
				synctest.Wait()
				return opens.take()[0]
			}
			require.Equal(t, "longpoll", again(WebSocket), "fell back")
			refuse = false
			require.Equal(t, "longpoll", again(WebSocket), "and stays there")
			require.Equal(t, "longpoll", again(LongPoll))
			require.Equal(t, "websocket", again(WebSocket), "was chosen anew")
		})
	})
	t.Run("more room for messages lets reading go on", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(func(c *Config) { c.ManualDispatch, c.MaxQueuedBytes = true, 4<<10 })
			sent := make(chan struct{})
			go func() {
				defer close(sent)
				for range 50 {
					peer.send(`[null,null,"t","e","` + strings.Repeat("x", 1<<10) + `"]`)
				}
			}()
			synctest.Wait()
			require.Less(t, s.Queued(), 50)
			require.NoError(t, p.configure(s, func(c *Config) { c.MaxQueuedBytes = 1 << 20 }))
			<-sent
			synctest.Wait()
			require.GreaterOrEqual(t, s.Queued(), 50)
		})
	})
	t.Run("says once that certificates are not verified", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var lines strings.Builder
			p := newPeer(t)
			s := p.socket(func(c *Config) { c.Logger = slog.New(slog.NewTextHandler(&lines, nil)) })
			for range 2 {
				require.NoError(t, p.configure(s, func(c *Config) { c.TLS = &tls.Config{InsecureSkipVerify: true} }))
			}
			synctest.Wait()
			require.Equal(t, 1, strings.Count(lines.String(), "not verified"))
		})
	})
	t.Run("changes nothing on an error", func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(func(c *Config) { c.Timeout = time.Minute })
		err := p.configure(s, func(c *Config) { c.Timeout, c.Jitter = time.Second, 7 })
		require.ErrorIs(t, err, ErrInvalidConfig)
		require.ErrorContains(t, err, "Jitter")
		require.Equal(t, time.Minute, s.config.Timeout)
	})
	t.Run("keeps the version and the logger", func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(func(c *Config) { c.Version = "1.0.0" })
		require.NoError(t, s.Configure(Settings{}))
		require.Equal(t, "1.0.0", s.config.Version)
	})
}
