package core

import (
	"bytes"
	"context"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
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

func TestNewSocketRefusesWhatCannotWork(t *testing.T) {
	tests := map[string]struct {
		endpoint string
		change   func(*Config)
		want     string
	}{
		"no scheme":            {"localhost:4000/socket", nil, "scheme"},
		"empty":                {"", nil, "no scheme"},
		"other scheme":         {"ftp://host/socket", nil, `"ftp"`},
		"no host":              {"ws:///socket", nil, "no host"},
		"no url":               {"ws://host:port/socket", nil, "endpoint"},
		"version":              {"ws://h", func(c *Config) { c.Version = "3.0.0" }, `Version is "3.0.0"`},
		"transport":            {"ws://h", func(c *Config) { c.Transport = 7 }, "Transport is 7"},
		"jitter":               {"ws://h", func(c *Config) { c.Jitter = 1.5 }, "Jitter is 1.5"},
		"timeout":              {"ws://h", func(c *Config) { c.Timeout = -1 }, "Timeout is negative"},
		"reconnect step":       {"ws://h", func(c *Config) { c.ReconnectAfter = []time.Duration{-1} }, "ReconnectAfter"},
		"header name":          {"ws://h", func(c *Config) { c.Header = map[string][]string{"a b": {"c"}} }, `"a b"`},
		"header value":         {"ws://h", func(c *Config) { c.Header = map[string][]string{"X-A": {"secret\r\nX-B: c"}} }, `"X-A" has a value with control characters`},
		"header of the socket": {"ws://h", func(c *Config) { c.Header = map[string][]string{"upgrade": {"x"}} }, "transport sets itself"},
		"token":                {"ws://h", func(c *Config) { c.AuthToken = "a\nb" }, "AuthToken"},
		"params list":          {"ws://h", func(c *Config) { c.Params = []int{1} }, "params must be a JSON object"},
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

func TestParamsFunctionIsAskedAtEachConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, calls := newPeer(t), 0
		s := p.socket(func(c *Config) {
			c.Params = func() any { calls++; return map[string]int{"try": calls} }
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
			c.Params = func() any {
				if calls++; calls == 1 {
					return "no object"
				}
				return nil
			}
		})
		var errs recorder[error]
		s.OnError(errs.add)
		require.NoError(t, s.Connect())
		p.accept()
		require.ErrorIs(t, errs.take()[0], ErrInvalidPayload)
		require.Equal(t, SocketOpen, s.State())
	})
}

func TestAuthTokenTravelsAsSubprotocol(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		tokens := []string{"ÿþ?>~", "two"}
		s := p.socket(func(c *Config) {
			c.AuthTokenFunc = func() string {
				token := tokens[0]
				tokens = tokens[1:]
				return token
			}
		})
		require.NoError(t, s.Connect())
		p.accept().drop()
		p.accept()
		require.Equal(t, "phoenix, base64url.bearer.phx.w7/Dvj8+fg", p.request(0).Header.Get("Sec-Websocket-Protocol"))
		require.Equal(t, "phoenix, base64url.bearer.phx.dHdv", p.request(1).Header.Get("Sec-Websocket-Protocol"))
	})
}

func TestWithoutAuthTokenNoSubprotocolIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, _ := p.connect(func(c *Config) { c.Header = map[string][]string{"X-Build": {"7"}} })
		require.Empty(t, p.request(0).Header.Get("Sec-Websocket-Protocol"))
		require.Equal(t, "7", p.request(0).Header.Get("X-Build"))
		require.ErrorContains(t, s.SetAuthToken("a\x00"), "AuthToken")
		require.NoError(t, s.SetAuthToken("t"))
		require.NoError(t, s.Disconnect(0, ""))
		require.NoError(t, s.Connect())
		p.accept()
		require.NotEmpty(t, p.request(1).Header.Get("Sec-Websocket-Protocol"))
	})
}

func TestConnectIsIdempotent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		require.Equal(t, SocketClosed, s.State())
		for range 3 {
			require.NoError(t, s.Connect())
		}
		require.Equal(t, SocketConnecting, s.State())
		p.accept()
		synctest.Wait()
		require.NoError(t, s.Connect())
		require.Equal(t, SocketOpen, s.State())
		time.Sleep(time.Second)
		require.Equal(t, 1, p.attempts())
	})
}

func TestEventsOfALifeComeInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		var log recorder[string]
		s.OnState(func(state SocketState) { log.add(state.String()) })
		s.OnOpen(func(e OpenEvent) { log.add("opened " + e.Endpoint + " " + e.Transport.String()) })
		s.OnClose(func(e CloseEvent) {
			log.add("lost " + strconv.Itoa(e.Code) + " requested " + strconv.FormatBool(e.WasRequested) + " again " + strconv.FormatBool(e.WillReconnect))
		})
		require.NoError(t, s.Connect())
		p.accept().close(1012)
		p.accept()
		synctest.Wait()
		require.NoError(t, s.Disconnect(4001, "enough"))
		require.Equal(t, SocketClosing, s.State())
		time.Sleep(time.Minute)
		require.Equal(t, []string{
			"connecting", "open", "opened ws://peer/socket websocket",
			"closed", "lost 1012 requested false again true",
			"connecting", "open", "opened ws://peer/socket websocket",
			"closing", "closed", "lost 4001 requested true again false",
		}, log.take())
		require.Equal(t, 2, p.attempts())
	})
}

func TestAnyCloseThatWasNotRequestedReconnects(t *testing.T) {
	for _, code := range []int{1000, 1001, 1002, 1008, 1009, 1011, 1012, 1013, 3000, 4000} {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s, peer := p.connect(nil)
				var closes recorder[CloseEvent]
				s.OnClose(closes.add)
				peer.close(code)
				p.accept()
				require.Equal(t, []CloseEvent{{Code: code, WillReconnect: true}}, closes.take())
			})
		})
	}
	t.Run("no close frame", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(nil)
			var closes recorder[CloseEvent]
			var errs recorder[error]
			s.OnClose(closes.add)
			s.OnError(errs.add)
			peer.drop()
			p.accept()
			require.Equal(t, 1006, closes.take()[0].Code)
			require.Len(t, errs.take(), 1)
		})
	})
}

func TestReconnectStepsAreThoseOfTheOfficialClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		p.refuse(503)
		s := p.socket(nil)
		times := attemptTimes(s)
		require.NoError(t, s.Connect())
		time.Sleep(20 * time.Second)
		require.Equal(t, milliseconds(10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000, 5000), steps(times.take())[:11])
	})
}

// attemptTimes records when attempts to connect begin.
func attemptTimes(s *Socket) *recorder[time.Time] {
	times := new(recorder[time.Time])
	s.OnState(func(state SocketState) {
		if state == SocketConnecting {
			times.add(time.Now())
		}
	})
	return times
}

func steps(times []time.Time) []time.Duration {
	var steps []time.Duration
	for i := 1; i < len(times); i++ {
		steps = append(steps, times[i].Sub(times[i-1]))
	}
	return steps
}

func TestServerThatAcceptsAndDropsIsNotStormed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		times := attemptTimes(s)
		require.NoError(t, s.Connect())
		for range 4 {
			p.accept().drop()
		}
		p.accept().send(`[null,null,"room:1","hello",{}]`) // proves itself
		synctest.Wait()
		require.Equal(t, milliseconds(10, 50, 100, 150), steps(times.take()))
		require.Equal(t, 5, p.attempts())
		s.mu.Lock()
		defer s.mu.Unlock()
		require.Zero(t, s.retry.tries, "the steps begin anew after the first message")
	})
}

func TestJitterSpreadsTheDelays(t *testing.T) {
	low, high := time.Hour, time.Duration(0)
	for range 1000 {
		b := backoff{steps: []time.Duration{time.Second}, jitter: 0.25}
		delay := b.next()
		low, high = min(low, delay), max(high, delay)
	}
	assert.GreaterOrEqual(t, low, 750*time.Millisecond)
	assert.LessOrEqual(t, high, 1250*time.Millisecond)
	assert.Greater(t, high-low, 300*time.Millisecond)
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
				require.Equal(t, &HandshakeError{StatusCode: status, Endpoint: "ws://peer/socket/websocket"}, refused)
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
		p.network.ignore(true)
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

func TestDisconnect(t *testing.T) {
	t.Run("tells the server code and reason", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			require.NoError(t, s.Disconnect(4000, "bye"))
			closed := peer.closeError()
			require.Equal(t, []any{4000, "bye"}, []any{closed.Code, closed.Text})
		})
	})
	t.Run("sends first what was pushed before", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			channel := peer.join(s, "room:1")
			for i := range 100 {
				_, err := channel.Push("n", i)
				require.NoError(t, err)
			}
			require.NoError(t, s.Disconnect(0, ""))
			for i := range 100 {
				require.Equal(t, strconv.Itoa(i), peer.expect("room:1", "n").Payload)
			}
			require.Equal(t, 1000, peer.closeError().Code)
		})
	})
	t.Run("refuses codes that a client may not send", func(t *testing.T) {
		s, err := NewSocket("ws://peer/socket", Config{})
		require.NoError(t, err)
		for _, code := range []int{-1, 1, 1001, 1005, 1006, 2999, 5000} {
			require.ErrorContains(t, s.Disconnect(code, ""), strconv.Itoa(code))
		}
		require.ErrorContains(t, s.Disconnect(0, strings.Repeat("x", 124)), "123 bytes")
		require.ErrorContains(t, s.Disconnect(0, "\xff"), "UTF-8")
	})
	t.Run("does nothing on a socket that was never connected", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newPeer(t).socket(nil)
			var closes recorder[CloseEvent]
			s.OnClose(closes.add)
			require.NoError(t, s.Disconnect(0, ""))
			require.Empty(t, closes.take())
		})
	})
	t.Run("while connecting ends the attempt", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			p.network.ignore(true)
			s := p.socket(nil)
			var closes recorder[CloseEvent]
			var errs recorder[error]
			s.OnClose(closes.add)
			s.OnError(errs.add)
			require.NoError(t, s.Connect())
			require.NoError(t, s.Disconnect(0, "changed my mind"))
			require.Equal(t, SocketClosed, s.State())
			time.Sleep(time.Minute)
			require.Equal(t, []CloseEvent{{WasRequested: true, Code: 1000, Reason: "changed my mind"}}, closes.take())
			require.Empty(t, errs.take())
		})
	})
	t.Run("between two attempts ends them", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			p.refuse(503)
			s := p.socket(nil)
			require.NoError(t, s.Connect())
			time.Sleep(5 * time.Second)
			var closes recorder[CloseEvent]
			s.OnClose(closes.add)
			require.NoError(t, s.Disconnect(0, ""))
			require.NoError(t, s.Disconnect(0, ""))
			before := p.attempts()
			time.Sleep(time.Minute)
			require.Equal(t, []CloseEvent{{WasRequested: true, Code: 1000}}, closes.take())
			require.Equal(t, before, p.attempts())
		})
	})
	t.Run("does not wait long for a server that does not answer", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			peer.ws.SetCloseHandler(func(int, string) error { return nil })
			began := time.Now()
			closed := make(chan struct{})
			s.OnClose(func(CloseEvent) { close(closed) })
			require.NoError(t, s.Disconnect(0, ""))
			<-closed
			require.LessOrEqual(t, time.Since(began), closeTimeout)
		})
	})
	t.Run("followed at once by a connect makes a new connection", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(nil)
			channel := peer.join(s, "room:1")
			var closes recorder[CloseEvent]
			s.OnClose(closes.add)
			require.NoError(t, s.Disconnect(0, "one"))
			require.NoError(t, s.Connect())
			next := p.accept()
			next.reply(next.expect("room:1", "phx_join"), "ok", "{}")
			require.Equal(t, 1000, peer.closeError().Code)
			time.Sleep(10 * time.Second)
			require.Equal(t, []CloseEvent{{WasRequested: true, Code: 1000, Reason: "one"}}, closes.take())
			require.Equal(t, ChannelJoined, channel.State())
			require.Equal(t, 2, p.attempts())
		})
	})
}

func TestChannelsRejoinAfterAReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		a, b := peer.join(s, "room:a"), peer.join(s, "room:b")
		var errs recorder[string]
		a.OnError(func(reason Payload) { errs.add(reason.String()) })
		peer.drop()
		next := p.accept()
		first := next.expect("room:a", "phx_join")
		require.NotEqual(t, "1", first.JoinRef)
		next.reply(first, "ok", "{}")
		next.reply(next.expect("room:b", "phx_join"), "ok", "{}")
		require.Equal(t, []string{`{"source":"transport","reason":"connection_closed"}`}, errs.take())
		require.Equal(t, []ChannelState{ChannelJoined, ChannelJoined}, []ChannelState{a.State(), b.State()})
		require.Equal(t, 1, s.Statistics().Reconnects)
	})
}

func TestRawPushWaitsForTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		ref := s.MakeRef()
		require.NoError(t, s.Push(Message{Ref: ref, Topic: "admin", Event: "status"}))
		require.Equal(t, 1, s.Statistics().BufferedPushes)
		require.NoError(t, s.Connect())
		peer := p.accept()
		require.Equal(t, wire{"", ref, "admin", "status", "{}"}, peer.nextMessage())
		require.NoError(t, s.Push(Message{JoinRef: "7", Topic: "admin", Event: "x", Payload: BinaryPayload([]byte{1})}))
		require.Equal(t, []byte("\x00\x01\x00\x05\x017adminx\x01"), peer.next().data)
		require.Zero(t, s.Statistics().BufferedPushes)
	})
}

func TestRawPushRefusesWhatTheProtocolCannotCarry(t *testing.T) {
	s, err := NewSocket("ws://peer/socket", Config{Version: "1.0.0"})
	require.NoError(t, err)
	require.ErrorIs(t, s.Push(Message{Event: "x"}), ErrInvalidTopic)
	require.ErrorIs(t, s.Push(Message{Topic: "\xff", Event: "x"}), ErrInvalidTopic)
	require.ErrorIs(t, s.Push(Message{Topic: "a"}), ErrInvalidEvent)
	require.ErrorIs(t, s.Push(Message{Topic: "a", Event: "\xff"}), ErrInvalidEvent)
	require.ErrorIs(t, s.Push(Message{Topic: "a", Event: "x", Payload: BinaryPayload(nil)}), ErrInvalidPayload)
	require.NoError(t, s.Close())
	require.ErrorIs(t, s.Push(Message{Topic: "a", Event: "x"}), ErrSocketClosed)
}

func TestOnMessageSeesEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		var events recorder[string]
		id := s.OnMessage(func(m *Message) { events.add(m.Topic + " " + m.Event + " " + m.Status + " " + m.Payload.String()) })
		peer.push("", "room:unknown", "shout", `{"a":1}`)
		peer.send(`[null,"77","phoenix","phx_reply",{"status":"ok","response":{}}]`)
		require.Equal(t, []string{`room:unknown shout  {"a":1}`, `phoenix phx_reply ok {}`}, events.take())
		s.Off(id)
		peer.push("", "room:unknown", "shout", `{}`)
		require.Empty(t, events.take())
	})
}

func TestMalformedMessagesAreSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		channel := peer.join(s, "room:1")
		var errs recorder[error]
		s.OnError(errs.add)
		bad := []string{"hello", "", `["1","2"`, `{"topic":"a"}`, "42", `["1","2","t","e"]`, `["1","2",5,"e",{}]`, `[null,null,"t","e",{}] x`}
		for _, text := range bad {
			peer.send(text)
		}
		peer.write(websocket.BinaryMessage, []byte{9, 1, 2})
		got := errs.take()
		require.Len(t, got, len(bad)+1)
		for _, err := range got {
			require.ErrorIs(t, err, ErrMalformedMessage)
		}
		require.Equal(t, ChannelJoined, channel.State())
		require.Equal(t, len(bad)+1, s.Statistics().MalformedMessages)
	})
}

func TestMessageOverTheLimitEndsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(func(c *Config) { c.MaxMessageBytes = 1000 })
		var errs recorder[error]
		s.OnError(errs.add)
		go func() {
			_ = peer.ws.WriteMessage(websocket.TextMessage, []byte(`[null,null,"t","e","`+strings.Repeat("x", 1000)+`"]`))
		}()
		p.accept()
		require.ErrorIs(t, errs.take()[0], ErrMessageTooBig)
	})
}

func TestLargeMessagesPassBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		channel := peer.join(s, "room:1")
		text := strings.Repeat("x", 3<<20)
		var got recorder[int]
		channel.On("big", func(m *Message) { got.add(m.Payload.Len()) })
		_, err := channel.Push("big", text)
		require.NoError(t, err)
		require.Len(t, peer.nextMessage().Payload, len(text)+2)
		peer.push("", "room:1", "big", `"`+text+`"`)
		require.Equal(t, []int{len(text) + 2}, got.take())
	})
}

func TestHeartbeat(t *testing.T) {
	t.Run("goes out at each interval", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			for range 3 {
				began := time.Now()
				m := peer.expect("phoenix", "heartbeat")
				require.Equal(t, 30*time.Second, time.Since(began))
				require.Equal(t, wire{"", m.Ref, "phoenix", "heartbeat", "{}"}, m)
				peer.reply(m, "ok", "{}")
				synctest.Wait()
			}
			require.Equal(t, SocketOpen, s.State())
		})
	})
	t.Run("measures the round trip", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			m := peer.expect("phoenix", "heartbeat")
			time.Sleep(70 * time.Millisecond)
			peer.reply(m, "ok", "{}")
			synctest.Wait()
			require.Equal(t, 70*time.Millisecond, s.Statistics().RoundTrip)
		})
	})
	t.Run("that is not answered ends the connection", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(func(c *Config) { c.HeartbeatTimeout = 7 * time.Second })
			channel := peer.join(s, "room:1")
			var reasons recorder[string]
			var errs recorder[error]
			channel.OnError(func(reason Payload) { reasons.add(reason.String()) })
			s.OnError(errs.add)
			peer.expect("phoenix", "heartbeat")
			began := time.Now()
			p.accept().expect("room:1", "phx_join")
			require.Equal(t, 7*time.Second+10*time.Millisecond, time.Since(began))
			require.Equal(t, []string{`{"source":"transport","reason":"heartbeat_timeout"}`}, reasons.take())
			require.Equal(t, []error{ErrHeartbeatTimeout}, errs.take())
		})
	})
	t.Run("does not go out after a disconnect", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(nil)
			peer.expect("phoenix", "heartbeat") // not answered
			require.NoError(t, s.Disconnect(0, ""))
			time.Sleep(10 * time.Minute)
			peer.silent()
			require.Equal(t, 1, p.attempts())
		})
	})
	t.Run("answer with another ref does not count", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			_, peer := p.connect(nil)
			peer.expect("phoenix", "heartbeat")
			peer.send(`[null,"999","phoenix","phx_reply",{"status":"ok","response":{}}]`)
			p.accept()
		})
	})
	t.Run("waits for a large message that is still coming in", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(func(c *Config) { c.HeartbeatInterval = 10 * time.Second })
			writer, err := peer.ws.NextWriter(websocket.TextMessage)
			require.NoError(t, err)
			_, err = writer.Write([]byte(`[null,null,"t","e","`))
			require.NoError(t, err)
			m := peer.expect("phoenix", "heartbeat")
			for range 20 { // slowly, far longer than the heartbeat's timeout
				time.Sleep(5 * time.Second)
				_, err := writer.Write(bytes.Repeat([]byte("x"), 8<<10))
				require.NoError(t, err)
			}
			_, err = writer.Write([]byte(`"]`))
			require.NoError(t, err)
			require.NoError(t, writer.Close())
			peer.reply(m, "ok", "{}")
			synctest.Wait()
			require.Equal(t, SocketOpen, s.State())
			require.Equal(t, 1, p.attempts())
		})
	})
}

func TestPing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		_, err := s.Ping()
		require.ErrorIs(t, err, ErrNotConnected)
		require.NoError(t, s.Connect())
		peer := p.accept()
		synctest.Wait()

		ping, err := s.Ping()
		require.NoError(t, err)
		m := peer.expect("phoenix", "heartbeat")
		time.Sleep(20 * time.Millisecond)
		peer.reply(m, "ok", "{}")
		reply, err := ping.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, "ok", reply.Status)
		require.Equal(t, 20*time.Millisecond, ping.RoundTrip())

		late, err := s.Ping()
		require.NoError(t, err)
		<-late.Done()
		reply, _ = late.Reply()
		require.Equal(t, StatusTimeout, reply.Status)

		lost, err := s.Ping()
		require.NoError(t, err)
		peer.drop()
		<-lost.Done()
		reply, _ = lost.Reply()
		require.Equal(t, StatusClosed, reply.Status)
	})
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

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		channel := peer.join(s, "room:1")
		waiting, err := s.Channel("room:2", nil)
		require.NoError(t, err)
		join, err := waiting.Join()
		require.NoError(t, err)
		buffered, err := waiting.Push("e", nil)
		require.NoError(t, err)
		sent, err := channel.Push("e", nil)
		require.NoError(t, err)
		ping, err := s.Ping()
		require.NoError(t, err)
		var closes recorder[string]
		channel.OnClose(func(reason Payload) { closes.add(reason.String()) })
		waiting.OnClose(func(reason Payload) { closes.add(reason.String()) })

		require.NoError(t, s.Close())
		require.NoError(t, s.Close())
		for _, push := range []*Push{join, buffered, sent, ping} {
			reply, err := push.Wait(t.Context())
			require.NoError(t, err)
			require.Equal(t, StatusClosed, reply.Status)
		}
		gone := `{"source":"transport","reason":"socket_closed"}`
		require.Equal(t, []string{gone, gone}, closes.take())
		require.Equal(t, 1000, peer.closeError().Code)
		<-s.Ended()
		require.Zero(t, s.Statistics().BufferedBytes)

		require.ErrorIs(t, s.Connect(), ErrSocketClosed)
		_, err = s.Channel("room:3", nil)
		require.ErrorIs(t, err, ErrSocketClosed)
		_, err = channel.Push("e", nil)
		require.ErrorIs(t, err, ErrSocketClosed)
		_, err = channel.Join()
		require.ErrorIs(t, err, ErrSocketClosed)
		_, err = s.Ping()
		require.ErrorIs(t, err, ErrNotConnected)
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
