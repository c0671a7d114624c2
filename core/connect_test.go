package core

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestConnectRequestsTheEndpoint(t *testing.T) {
	tests := map[string]struct {
		endpoint string
		params   any
		want     string
	}{
		"socket path":                {"ws://peer/socket", nil, "/socket/websocket?vsn=2.0.0"},
		"with the transport segment": {"ws://peer/socket/websocket", nil, "/socket/websocket?vsn=2.0.0"},
		"of long poll":               {"ws://peer/socket/longpoll", nil, "/socket/websocket?vsn=2.0.0"},
		"trailing slash":             {"ws://peer/socket/", nil, "/socket/websocket?vsn=2.0.0"},
		"http":                       {"http://peer/socket", nil, "/socket/websocket?vsn=2.0.0"},
		"no path":                    {"ws://peer", nil, "/websocket?vsn=2.0.0"},
		"own query":                  {"ws://peer/socket?a=1", map[string]any{"b": 2}, "/socket/websocket?a=1&b=2&vsn=2.0.0"},
		"port":                       {"ws://peer:65535/socket", nil, "/socket/websocket?vsn=2.0.0"},
		"port left out":              {"ws://peer:/socket", nil, "/socket/websocket?vsn=2.0.0"},
		"own query with an @":        {"ws://peer:4000/socket?mail=a@b", nil, "/socket/websocket?mail=a@b&vsn=2.0.0"},
		"own query with a space":     {"ws://peer/socket?name=Ada Lovelace&é=%20", nil, "/socket/websocket?name=Ada%20Lovelace&%C3%A9=%20&vsn=2.0.0"},
		"escaped slash in the path":  {"ws://peer/a%2Fb/socket/websocket/", nil, "/a%2Fb/socket/websocket?vsn=2.0.0"},
		"path with a space":          {"ws://peer/a b/ü", nil, "/a%20b/%C3%BC/websocket?vsn=2.0.0"},
		"fragment is dropped":        {"ws://peer/socket#x", nil, "/socket/websocket?vsn=2.0.0"},
		"nested params": {
			"ws://peer/socket", raw(`{"user":{"name":"Ann & Bob","tags":["x","ü"]},"on":true}`),
			"/socket/websocket?user%5Bname%5D=Ann+%26+Bob&user%5Btags%5D%5B%5D=x&user%5Btags%5D%5B%5D=%C3%BC&on=true&vsn=2.0.0",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s := p.socket(func(c *Config) { c.Params = test.params })
				require.NoError(t, s.SetEndpoint(test.endpoint))
				require.NoError(t, s.Connect())
				p.accept()
				require.Equal(t, test.want, p.request(0).URL.RequestURI())
			})
		})
	}
}

func TestHostHeaderReplacesTheHostOfTheEndpoint(t *testing.T) {
	for _, transport := range []Transport{WebSocket, LongPoll} {
		t.Run(transport.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPollPeer(t)
				if transport == WebSocket {
					p.answer(nil)
				}
				s := p.socket(func(c *Config) {
					c.Transport = transport
					c.Header = http.Header{"Host": {"play.example"}}
				})
				require.NoError(t, s.Connect())
				synctest.Wait()
				require.Equal(t, SocketOpen, s.State())
				for i := range p.attempts() {
					require.Equal(t, "play.example", p.request(i).Host)
				}
			})
		})
	}
}

func TestNewSocketRefusesWhatCannotWork(t *testing.T) {
	tests := map[string]struct {
		endpoint string
		change   func(*Config)
		want     string
	}{
		"no scheme":            {"localhost:4000/socket", nil, "scheme"},
		"empty":                {"", nil, "no scheme"},
		"other scheme":         {"ftp://host/socket", nil, `"ftp"`},
		"host not ASCII":       {"ws://bücher.example/socket", nil, "write it as Punycode"},
		"no host":              {"ws:///socket", nil, "no host"},
		"no url":               {"ws://host:port/socket", nil, "endpoint"},
		"port too large":       {"ws://localhost:99999/socket", nil, `"ws://localhost:99999/socket" has the port 99999; it must be from 1 to 65535`},
		"port of IPv6":         {"ws://[::1]:65536/socket", nil, "port 65536"},
		"port 0":               {"ws://localhost:0/socket", nil, "port 0"},
		"endless port":         {"ws://localhost:99999999999999999999999/socket", nil, "port 9999"},
		"version":              {"ws://h", func(c *Config) { c.Version = "3.0.0" }, `Version is "3.0.0"`},
		"transport":            {"ws://h", func(c *Config) { c.Transport = 7 }, "Transport is 7"},
		"jitter":               {"ws://h", func(c *Config) { c.Jitter = 1.5 }, "Jitter is 1.5"},
		"timeout":              {"ws://h", func(c *Config) { c.Timeout = -1 }, "Timeout is negative"},
		"reconnect step":       {"ws://h", func(c *Config) { c.ReconnectAfter = []time.Duration{-1} }, "ReconnectAfter"},
		"header name":          {"ws://h", func(c *Config) { c.Header = map[string][]string{"a b": {"c"}} }, `"a b"`},
		"header value":         {"ws://h", func(c *Config) { c.Header = map[string][]string{"X-A": {"secret\r\nX-B: c"}} }, `"X-A" has a value with control characters`},
		"header of the socket": {"ws://h", func(c *Config) { c.Header = map[string][]string{"upgrade": {"x"}} }, "the transport sets the header"},
		"token":                {"ws://h", func(c *Config) { c.AuthToken = "a\nb" }, "the auth token"},
		"params list":          {"ws://h", func(c *Config) { c.Params = []int{1} }, "params must be a JSON object"},
		"space before it":      {" ws://h/socket", nil, "begins or ends with white space"},
		"line break after it":  {"ws://h/socket\n", nil, "begins or ends with white space"},
		"params not JSON":      {"ws://h", func(c *Config) { c.Params = func() {} }, "invalid payload"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			config := Config{}
			if test.change != nil {
				test.change(&config)
			}
			_, err := NewSocket(test.endpoint, config)
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "secret")
		})
	}
}

func TestPasswordsStayOutOfTheErrorsOfAnEndpoint(t *testing.T) {
	for _, test := range []struct{ endpoint, want string }{
		{"ws://ada:secret/x@host/socket", `"…@host/socket" is not a URL; in a user name or a password write /`},
		{"ws://ada:secret?x@host/socket", `"…" is not a URL`},
		{"ws://ada:secret#x@host/socket", `"…@host/socket" is not a URL`},
		{"ws://ada:sec%secret@host/socket", `"…@host/socket" is not a URL`},
		{"ws://ada:1/secret@host/socket", `"…@host/socket" has an @ in the wrong place; in a user name`},
		{"ws://ada:123456?secret@host/socket", `"…" has an @ in the wrong place`},
		{"ws://ada:123456#secret@host/socket", `"…@host/socket" has an @ in the wrong place`},
		{"ws://ada:1/se@secret@host/socket", `"…@host/socket"`},
		{"ws//ada:secret@host/socket", `"…@host/socket" has no scheme`},
		{"ws//ada:se@secret@host/socket", `"…@host/socket"`},
		{"ada:secret@host://socket", `"…@host://socket" has the scheme "ada"`},
		{"ws//host/socket?mail=a@b&token=secret", `"…" has no scheme`},
		{"ws//host/socket?token=secret", `"ws//host/socket" has no scheme`},
	} {
		t.Run(test.endpoint, func(t *testing.T) {
			_, err := NewSocket(test.endpoint, Config{})
			require.ErrorIs(t, err, ErrInvalidConfig)
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "secret")
			require.NotContains(t, err.Error(), "%se")
			require.NotContains(t, err.Error(), "123456")
		})
	}
}

func TestParamsFunctionIsAskedAtEachConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, calls := newPeer(t), 0
		s := p.socket(func(c *Config) {
			c.Params = asking(func() any { calls++; return map[string]int{"try": calls} })
		})
		require.NoError(t, s.Connect())
		p.accept().drop()
		p.accept()
		require.Contains(t, p.request(0).URL.RawQuery, "try=1")
		require.Contains(t, p.request(1).URL.RawQuery, "try=2")
	})
}

func TestParamsFunctionThatFailsIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, calls := newPeer(t), 0
		s := p.socket(func(c *Config) {
			c.Params = asking(func() any {
				if calls++; calls == 1 {
					return "no object"
				}
				return nil
			})
		})
		var errs recorder[error]
		s.OnError(errs.add)
		require.NoError(t, s.Connect())
		p.accept()
		got := errs.take()[0]
		require.ErrorIs(t, got, ErrInvalidPayload)
		require.EqualError(t, got, "phoenix: the params of the connect: invalid payload: params must be a JSON object")
		require.Equal(t, SocketOpen, s.State())
	})
}

func TestAuthTokenTravelsAsSubprotocol(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		tokens := []string{"ÿþ?>~", "two"}
		s := p.socket(func(c *Config) {
			c.AuthTokenFunc = func(context.Context) (string, error) {
				token := tokens[0]
				tokens = tokens[1:]
				return token, nil
			}
		})
		require.NoError(t, s.Connect())
		p.accept().drop()
		p.accept()
		require.Equal(t, "phoenix, base64url.bearer.phx.w7/Dvj8+fg", p.request(0).Header.Get("Sec-Websocket-Protocol"))
		require.Equal(t, "phoenix, base64url.bearer.phx.dHdv", p.request(1).Header.Get("Sec-Websocket-Protocol"))
	})
}

func TestFailureToGetTheAuthTokenIsAFailedConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		outcomes := []func() (string, error){
			func() (string, error) { return "", errors.New("the login is down") },
			func() (string, error) { return "line\n", nil },
			func() (string, error) { return "token", nil },
		}
		s := p.socket(func(c *Config) {
			c.AuthTokenFunc = func(context.Context) (string, error) {
				next := outcomes[0]
				outcomes = outcomes[1:]
				return next()
			}
		})
		var errs recorder[error]
		s.OnError(errs.add)
		require.NoError(t, s.Connect())
		p.accept()
		require.Equal(t, 1, p.attempts(), "no attempt goes out without its token")
		got := errs.take()
		require.Len(t, got, 2)
		require.EqualError(t, got[0], "phoenix: the auth token of the connect: the login is down")
		require.ErrorIs(t, got[1], ErrInvalidConfig)
		require.NotContains(t, got[1].Error(), "line")
	})
}

func TestWithoutAuthTokenNoSubprotocolIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, _ := p.connect(func(c *Config) { c.Header = map[string][]string{"X-Build": {"7"}} })
		require.Empty(t, p.request(0).Header.Get("Sec-Websocket-Protocol"))
		require.Equal(t, "7", p.request(0).Header.Get("X-Build"))
		require.ErrorContains(t, p.configure(s, func(c *Config) { c.AuthToken = "a\x00" }), "the auth token")
		require.NoError(t, p.configure(s, func(c *Config) { c.AuthToken = "t" }))
		require.NoError(t, s.Disconnect(0, ""))
		require.NoError(t, s.Connect())
		p.accept()
		require.NotEmpty(t, p.request(1).Header.Get("Sec-Websocket-Protocol"))
	})
}

func TestOpenNamesTheEndpointThatWasDialed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		p.network.hold(true)
		s := p.socket(nil)
		var opens recorder[OpenEvent]
		s.OnOpen(opens.add)
		require.NoError(t, s.Connect())
		synctest.Wait()
		require.NoError(t, s.SetEndpoint("ws://other/socket"))
		p.network.hold(false)
		p.accept().drop()
		p.accept()
		require.Equal(t, []OpenEvent{{"ws://peer/socket", WebSocket}, {"ws://other/socket", WebSocket}}, opens.take())
	})
}

func TestConnectIsIdempotent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		require.Equal(t, SocketClosed, s.State())
		p.network.hold(true)
		for range 3 {
			require.NoError(t, s.Connect())
		}
		synctest.Wait()
		require.Equal(t, SocketConnecting, s.State())
		p.network.hold(false)
		p.accept()
		synctest.Wait()
		require.NoError(t, s.Connect())
		require.Equal(t, SocketOpen, s.State())
		time.Sleep(time.Second)
		require.Equal(t, 1, p.attempts())
	})
}

func TestRefusedHandshakeIsNamed(t *testing.T) {
	for _, status := range []int{301, 401, 403, 404, 500} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				p.refuse(status)
				s := p.socket(func(c *Config) { c.Params = map[string]string{"key": "secret"} })
				var errs recorder[error]
				var closes recorder[CloseEvent]
				s.OnError(errs.add)
				s.OnClose(closes.add)
				require.NoError(t, s.Connect())
				synctest.Wait()
				var refused *HandshakeError
				require.ErrorAs(t, errs.take()[0], &refused)
				require.Equal(t, status, refused.StatusCode)
				require.Equal(t, "ws://peer/socket/websocket", refused.Endpoint)
				require.Contains(t, refused.Error(), strconv.Itoa(status))
				closed := closes.take()[0]
				require.True(t, closed.WillReconnect)
				require.NotContains(t, closed.Reason, "secret")
			})
		})
	}
}

func TestConnectAttemptHasATimeLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		p.network.hold(true)
		s := p.socket(func(c *Config) { c.Timeout = 3 * time.Second })
		var errs recorder[error]
		s.OnError(errs.add)
		require.NoError(t, s.Connect())
		time.Sleep(2999 * time.Millisecond)
		require.Empty(t, errs.take())
		time.Sleep(time.Millisecond)
		require.ErrorContains(t, errs.take()[0], "no answer within 3s")
	})
}

// The network's own deadline is the same as the attempt's, and may be noticed first.
func TestServerThatAcceptsAndSaysNothingIsNamedAlike(t *testing.T) {
	for _, transport := range []Transport{WebSocket, LongPoll} {
		t.Run(transport.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				p.answer(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
				s := p.socket(func(c *Config) { c.Timeout, c.Transport = 500*time.Millisecond, transport })
				var errs recorder[error]
				s.OnError(errs.add)
				require.NoError(t, s.Connect())
				time.Sleep(500 * time.Millisecond)
				require.EqualError(t, errs.take()[0], "phoenix: connecting to ws://peer/socket: no answer within 500ms")
			})
		})
	}
}

func TestAnswerThatIsNoWebSocketSaysWhatToDo(t *testing.T) {
	upgrade := func(accept string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Upgrade", "websocket")
			w.Header().Set("Connection", "Upgrade")
			w.Header().Set("Sec-WebSocket-Accept", accept)
			w.WriteHeader(http.StatusSwitchingProtocols)
		}
	}
	page := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<html>")
		}
	}
	tests := map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"a wrong Sec-WebSocket-Accept": {upgrade("d3Jvbmc="), "answered 101, but not as a WebSocket does (Upgrade, Connection or Sec-WebSocket-Accept is wrong)"},
		"a page":                       {page(200), "answered 200, which is a page and not a socket: check the path of the endpoint, and whether the network requires a login"},
		"no such path":                 {page(404), "answered 404; there is no socket; check the path of the endpoint (a socket with websocket: false needs the LONGPOLL transport)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				p.answer(test.handler)
				s := p.socket(nil)
				var errs recorder[error]
				s.OnError(errs.add)
				require.NoError(t, s.Connect())
				require.ErrorContains(t, errs.take()[0], "phoenix: connecting to ws://peer/socket/websocket: the server "+test.want)
			})
		})
	}
}

func TestWaitOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, s.WaitOpen(ctx), context.DeadlineExceeded)
		require.NoError(t, s.Connect())
		require.NoError(t, s.WaitOpen(t.Context()))
		require.NoError(t, s.WaitOpen(t.Context()), "at once when it is open")
		require.NoError(t, s.Disconnect(0, ""))
		go func() {
			time.Sleep(time.Second)
			_ = s.Close()
		}()
		require.ErrorIs(t, s.WaitOpen(t.Context()), ErrSocketClosed)
	})
}

func TestSecretsStayOutOfLogsAndErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		p := newPeer(t)
		s := p.socket(func(c *Config) {
			c.Params = map[string]string{"password": "s3cret"}
			c.AuthToken = "s3cret"
			c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		require.NoError(t, s.SetEndpoint("ws://user:s3cret@peer/socket?key=s3cret"))
		var errs recorder[error]
		s.OnError(errs.add)
		for _, status := range []int{403, 302, 500} {
			p.refuse(status)
			require.NoError(t, s.Connect())
			time.Sleep(time.Second)
			require.NoError(t, s.Disconnect(0, ""))
		}
		p.network.fail(context.DeadlineExceeded)
		require.NoError(t, s.Connect())
		time.Sleep(time.Second)
		p.network.fail(nil)
		p.refuse(0)
		peer := p.accept()
		require.Equal(t, "Basic dXNlcjpzM2NyZXQ=", p.request(p.attempts()-1).Header.Get("Authorization"))
		channel, err := s.Channel("room:1", map[string]string{"password": "s3cret"})
		require.NoError(t, err)
		_, err = channel.Join()
		require.NoError(t, err)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", `{"key":"s3cret"}`)
		synctest.Wait()
		for _, err := range errs.take() {
			require.NotContains(t, err.Error(), "s3cret")
		}
		require.NotEmpty(t, log.String())
		require.NotContains(t, log.String(), "s3cret")
		require.NotContains(t, log.String(), "czNjcmV0")
	})
}
