package core

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// fallbackPeer serves both transports; webSocket handles a WebSocket.
func fallbackPeer(t *testing.T, webSocket http.HandlerFunc) *pollPeer {
	p := newPollPeer(t)
	poll := p.handle
	p.answer(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/websocket") {
			webSocket(w, r)
		} else {
			poll(w, r)
		}
	})
	return p
}

func (p *pollPeer) fallbackSocket() (*Socket, *recorder[string]) {
	s := p.socket(func(c *Config) { c.LongPollFallbackAfter = 2500 * time.Millisecond })
	opens := new(recorder[string])
	s.OnOpen(func(e OpenEvent) { opens.add(e.Transport.String()) })
	return s, opens
}

func TestFallsBackToLongPoll(t *testing.T) {
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	refuse := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400) }
	t.Run("at once when the WebSocket fails", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := fallbackPeer(t, refuse)
			s, opens := p.fallbackSocket()
			began := time.Now()
			require.NoError(t, s.Connect())
			require.NoError(t, s.WaitOpen(t.Context()))
			require.Zero(t, time.Since(began))
			require.Equal(t, []string{"longpoll"}, opens.take())
		})
	})
	t.Run("when the WebSocket does not open in time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := fallbackPeer(t, hang)
			s, opens := p.fallbackSocket()
			began := time.Now()
			require.NoError(t, s.Connect())
			require.NoError(t, s.WaitOpen(t.Context()))
			require.Equal(t, 2500*time.Millisecond, time.Since(began))
			require.Equal(t, []string{"longpoll"}, opens.take())
		})
	})
	t.Run("when the WebSocket opens but carries nothing", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var p *pollPeer
			p = fallbackPeer(t, func(w http.ResponseWriter, r *http.Request) { p.upgrade(w, r, websocket.Upgrader{}) })
			s, opens := p.fallbackSocket()
			require.NoError(t, s.Connect())
			p.accept().expect("phoenix", "heartbeat") // the health check
			time.Sleep(3 * time.Second)
			require.Equal(t, []string{"websocket", "longpoll"}, opens.take())
		})
	})
	t.Run("for the rest of the socket's life", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := fallbackPeer(t, refuse)
			s, opens := p.fallbackSocket()
			for range 3 {
				require.NoError(t, s.Connect())
				require.NoError(t, s.WaitOpen(t.Context()))
				require.NoError(t, s.Disconnect(0, ""))
				time.Sleep(time.Second)
			}
			require.Equal(t, []string{"longpoll", "longpoll", "longpoll"}, opens.take())
			webSockets := 0
			for i := range p.attempts() {
				if strings.HasSuffix(p.request(i).URL.Path, "/websocket") {
					webSockets++
				}
			}
			require.Equal(t, 1, webSockets)
		})
	})
}

func TestWebSocketThatAnsweredIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p *pollPeer
		p = fallbackPeer(t, func(w http.ResponseWriter, r *http.Request) { p.upgrade(w, r, websocket.Upgrader{}) })
		s, opens := p.fallbackSocket()
		require.NoError(t, s.Connect())
		peer := p.accept()
		peer.reply(peer.expect("phoenix", "heartbeat"), "ok", "{}")
		time.Sleep(10 * time.Second)
		peer.drop()
		p.accept()
		require.Equal(t, []string{"websocket", "websocket"}, opens.take())
	})
}

func TestWebSocketHasItsTurnAgainWhenLongPollFailsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		p.refuse(503) // the server is down
		s := p.socket(func(c *Config) { c.LongPollFallbackAfter = time.Second })
		require.NoError(t, s.Connect())
		time.Sleep(5 * time.Second)
		p.refuse(0)
		p.accept() // a WebSocket
		synctest.Wait()
		require.Equal(t, SocketOpen, s.State())
	})
}

func TestConnectAfterADisconnectBeginsWithTheWebSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
		p.answer(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/longpoll") {
				hang(w, r)
			} else {
				w.WriteHeader(502)
			}
		})
		s := p.socket(func(c *Config) { c.LongPollFallbackAfter = time.Second })
		require.NoError(t, s.Connect())
		synctest.Wait()
		require.Equal(t, "/socket/longpoll", p.request(p.attempts()-1).URL.Path)
		require.NoError(t, s.Disconnect(0, ""))
		p.answer(nil)
		require.NoError(t, s.Connect())
		p.accept()
		require.Equal(t, "/socket/websocket", p.request(p.attempts()-1).URL.Path)
	})
}

func TestNewEndpointHasItsWebSocketTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p *pollPeer
		p = fallbackPeer(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/other") {
				p.upgrade(w, r, websocket.Upgrader{})
			} else {
				w.WriteHeader(400)
			}
		})
		s, opens := p.fallbackSocket()
		require.NoError(t, s.Connect())
		require.NoError(t, s.WaitOpen(t.Context()))
		require.NoError(t, s.Disconnect(0, ""))
		require.NoError(t, s.SetEndpoint("ws://peer/socket?key=2"))
		require.NoError(t, s.Connect())
		require.NoError(t, s.WaitOpen(t.Context()))
		require.NoError(t, s.Disconnect(0, ""))
		require.NoError(t, s.SetEndpoint("ws://peer/other"))
		require.NoError(t, s.Connect())
		p.accept()
		require.NoError(t, s.WaitOpen(t.Context()))
		require.Equal(t, []string{"longpoll", "longpoll", "websocket"}, opens.take())
	})
}

func TestNewTransportDoesNotEndAWebSocketThatIsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, _ := p.connect(func(c *Config) { c.LongPollFallbackAfter = time.Second })
		config := s.config
		config.Transport = LongPoll
		require.NoError(t, s.Configure(config.Settings))
		time.Sleep(5 * time.Second)
		require.Equal(t, SocketOpen, s.State())
		require.Equal(t, 1, p.attempts())
	})
}

func TestWithoutFallbackTheWebSocketIsTriedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		p.refuse(400)
		s := p.socket(nil)
		require.NoError(t, s.Connect())
		time.Sleep(time.Minute)
		for i := range p.attempts() {
			require.Equal(t, "/socket/websocket", p.request(i).URL.Path)
		}
	})
}
