package core

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLongPollCarriesAConversation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s := p.open(func(c *Config) {
			c.Params = map[string]string{"user_id": "u"}
			c.AuthToken = "tok/en+"
		})
		opening := p.request(0)
		require.Equal(t, "/socket/longpoll?user_id=u&vsn=2.0.0", opening.URL.RequestURI())
		require.Equal(t, "tok/en+", opening.Header.Get("X-Phoenix-Authtoken"))
		require.Empty(t, opening.Header.Get("X-Phoenix-Longpoll-Token"))

		channel, err := s.Channel("room:1", nil)
		require.NoError(t, err)
		_, err = channel.Join()
		require.NoError(t, err)
		require.Equal(t, []string{`["1","1","room:1","phx_join",{}]`}, <-p.sends)
		var got recorder[string]
		channel.On("hello", func(m *Message) { got.add(m.Payload.String()) })
		p.answers <- []string{`["1","1","room:1","phx_reply",{"status":"ok","response":{}}]`, `[null,null,"room:1","hello",{"a":1}]`}
		synctest.Wait()
		require.Equal(t, ChannelJoined, channel.State())
		require.Equal(t, []string{`{"a":1}`}, got.take())
		for i := range p.attempts() {
			if r := p.request(i); i > 0 {
				require.Equal(t, "session 1", r.URL.Query().Get("token"))
				require.Equal(t, "session 1", r.Header.Get("X-Phoenix-Longpoll-Token"))
				require.Equal(t, "tok/en+", r.Header.Get("X-Phoenix-Authtoken"))
			}
		}
		time.Sleep(5 * time.Minute) // polls without messages, and no heartbeat
		require.Empty(t, p.sends)
		require.Equal(t, SocketOpen, s.State())
	})
}

func TestLongPollSendsInBatchesOfAtMost100Lines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s, release := p.openBusy()
		for i := range 250 {
			require.NoError(t, s.Push(Message{Topic: "t", Event: "e", Payload: JSONPayload(fmt.Append(nil, i))}))
		}
		require.Len(t, <-p.sends, 1)
		release()
		var lines []string
		for _, want := range []int{100, 100, 50} {
			batch := <-p.sends
			require.Len(t, batch, want)
			lines = append(lines, batch...)
		}
		for i, line := range lines {
			require.Equal(t, fmt.Sprintf(`[null,null,"t","e",%d]`, i), line)
		}
		require.Equal(t, "application/x-ndjson", p.latestSend().Header.Get("Content-Type"))
	})
}

func TestLongPollSendsLargeMessagesInBatchesThatTheServerTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s, release := p.openBusy()
		for _, size := range []int{400_000, 400_000, 400_000, 5_000_000, 10, 20, 7_900_000} {
			require.NoError(t, s.Push(Message{Topic: "t", Event: "e", Payload: JSONPayload(strconv.AppendQuote(nil, strings.Repeat("x", size)))}))
		}
		require.Len(t, <-p.sends, 1)
		release()
		for _, want := range []int{2, 1, 1, 2, 1} {
			require.Len(t, <-p.sends, want)
		}
	})
}

// A proxy counts the bytes of the request, which are more than those of the payloads.
func TestLongPollRequestsOfManyMessagesStayBelowTheLimitOfProxies(t *testing.T) {
	double := &Format{AppendJSON: func(dst, data []byte) ([]byte, error) {
		return strconv.AppendQuote(dst, string(data)+string(data)), nil
	}}
	for name, payload := range map[string]func([]byte) Payload{
		"binary": BinaryPayload, "JSON": func(data []byte) Payload { return JSONPayload(strconv.AppendQuote(nil, string(data))) },
		"a format that takes more bytes as JSON": double.Payload,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPollPeer(t)
				s, release := p.openBusy()
				for range 90 {
					require.NoError(t, s.Push(Message{Topic: "t", Event: "e", Payload: payload(bytes.Repeat([]byte("x"), 11_600))}))
				}
				require.Len(t, <-p.sends, 1)
				release()
				for sent := 0; sent < 90; {
					lines := <-p.sends
					require.LessOrEqual(t, len(strings.Join(lines, "\n")), 1<<20)
					sent += len(lines)
				}
				require.Equal(t, SocketOpen, s.State())
			})
		})
	}
}

func TestLongPollMessageThatTheServerRefusesIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s := p.open(nil)
		var errs recorder[error]
		s.OnError(errs.add)
		p.answer(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			<-r.Context().Done()
		})
		require.NoError(t, s.Push(Message{Topic: "t", Event: "e"}))
		require.Contains(t, fmt.Sprint(errs.take()), "sending to http://peer/socket/longpoll: the server answered 400; a message may be larger than it accepts")
	})
}

// A server that stops reading, answers and hangs up. Whether its answer or the reset arrives first
// is a matter of luck.
func TestLongPollMessageThatIsTooLargeForTheServerIsNamed(t *testing.T) {
	for name, hangUp := range map[string]func(*net.TCPConn){
		"it answers and closes": func(conn *net.TCPConn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		},
		"it resets without an answer": func(conn *net.TCPConn) { _ = conn.SetLinger(0) },
		"it closes without an answer": func(*net.TCPConn) {},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := NewSocket("ws://"+pollServerWithoutRoom(t, hangUp)+"/socket", Config{Transport: LongPoll, ReconnectAfter: []time.Duration{time.Hour}})
			require.NoError(t, err)
			defer func() { _ = s.Close() }()
			errs := make(chan error, 4)
			s.OnError(func(err error) { errs <- err })
			require.NoError(t, s.Connect())
			require.NoError(t, s.WaitOpen(t.Context()))
			require.NoError(t, s.Push(Message{Topic: "t", Event: "e", Payload: JSONPayload(strconv.AppendQuote(nil, strings.Repeat("x", 9_000_000)))}))
			require.ErrorContains(t, <-errs, "may be larger than it accepts")
		})
	}
}

// pollServerWithoutRoom starts a long-poll server on a real network that hangs up on each message.
// It returns the server's address.
func pollServerWithoutRoom(t *testing.T, hangUp func(*net.TCPConn)) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			_, _ = io.ReadFull(r.Body, make([]byte, 100_000))
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			hangUp(conn.(*net.TCPConn))
			_ = conn.Close()
		case r.URL.Query().Get("token") == "":
			_, _ = io.WriteString(w, `{"messages":[],"status":410,"token":"session 1"}`)
		default:
			<-r.Context().Done()
		}
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

func TestLongPollLimitsMessagesNotPolls(t *testing.T) {
	message := func(i, size int) string {
		return fmt.Sprintf(`[null,null,"t","e",{"n":%d,"text":"%s"}]`, i, strings.Repeat("x", size))
	}
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s := p.open(func(c *Config) { c.MaxMessageBytes = 4 << 10 })
		var got recorder[Payload]
		var errs recorder[error]
		s.OnMessage(func(m *Message) { got.add(m.Payload) })
		s.OnError(errs.add)
		var poll []string
		for i := range 100 {
			poll = append(poll, message(i, 1<<10))
		}
		p.answers <- poll
		time.Sleep(time.Minute)
		require.Len(t, got.all(), 100)
		require.Empty(t, errs.all())
		require.EqualValues(t, 1, s.Statistics().Connects, "the session stays")

		p.answers <- []string{message(100, 1<<10), message(101, 5<<10), message(102, 1<<10)}
		synctest.Wait()
		require.Len(t, got.all(), 101, "what came before the large one")
		require.ErrorIs(t, errors.Join(errs.all()...), ErrMessageTooBig)
	})
}

func TestLongPollCarriesBinaryAsBase64(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s := p.open(nil)
		var got recorder[[]byte]
		s.OnMessage(func(m *Message) { got.add(m.Payload.Binary()) })
		require.NoError(t, s.Push(Message{Topic: "t", Event: "e", Payload: BinaryPayload([]byte{0, 255})}))
		line, err := base64.StdEncoding.DecodeString((<-p.sends)[0])
		require.NoError(t, err)
		require.Equal(t, "\x00\x00\x00\x01\x01te\x00\xff", string(line))
		p.answers <- []string{"\x02\x01\x02tbi~"}
		require.Equal(t, [][]byte{[]byte("~")}, got.take())
	})
}

func TestLongPollOfVersion1SendsOneMessageARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s := p.open(func(c *Config) { c.Version = "1.0.0" })
		for range 3 {
			require.NoError(t, s.Push(Message{Topic: "t", Event: "e"}))
		}
		for range 3 {
			require.Equal(t, []string{`{"topic":"t","event":"e","payload":{},"ref":null,"join_ref":null}`}, <-p.sends)
		}
		require.Equal(t, "application/json", p.latestSend().Header.Get("Content-Type"))
	})
}

func TestLongPollThatEndsReconnects(t *testing.T) {
	page := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			switch status {
			case 0:
				panic(http.ErrAbortHandler)
			case -1:
				w.Header().Set("Content-Length", "100")
				_, _ = io.WriteString(w, "{")
				return
			case http.StatusFound:
				w.Header().Set("Location", "/login")
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	tests := map[string]struct {
		answer any
		code   int
		reason string
	}{
		"session gone":         {410, 3410, "session_gone"},
		"forbidden":            {403, 1008, "polling http://peer/socket/longpoll: the server answered 403; the session was gone, and its socket refused the params"},
		"status 500 in a body": {500, 1011, "polling http://peer/socket/longpoll: the server answered with status 500"},
		"unknown status":       {299, 1011, "polling http://peer/socket/longpoll: the server answered with status 299"},
		"HTTP 403":             {page(403, "<html>"), 1011, "the server answered 403"},
		"HTTP 500":             {page(500, "oops"), 1011, "polling http://peer/socket/longpoll: the server answered 500; Phoenix fails like this when it has a binary message"},
		"HTTP 504":             {page(504, "<html>"), 1011, "the server answered 504; a proxy waited less long than the server holds a poll"},
		"HTTP redirect":        {page(302, ""), 1011, "polling http://peer/socket/longpoll: the server answered 302"},
		"no JSON":              {page(200, "<html>"), 1011, "the answer is not from Phoenix; it may be the login page of a network: malformed message from the server: invalid"},
		"no answer":            {page(0, ""), 1006, "polling http://peer/socket/longpoll: EOF"},
		"half an answer":       {page(-1, ""), 1006, "polling http://peer/socket/longpoll: unexpected EOF"},
		"message too big":      {[]string{strings.Repeat("x", 2000)}, 1006, "size limit"},
		"body too big":         {page(200, strings.Repeat(" ", 9000)), 1006, "size limit"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPollPeer(t)
				s := p.open(func(c *Config) { c.MaxMessageBytes = 1000 })
				var closes recorder[CloseEvent]
				var errs recorder[error]
				s.OnClose(closes.add)
				s.OnError(errs.add)
				p.answers <- test.answer
				time.Sleep(5 * time.Millisecond)
				got := closes.take()
				require.Len(t, got, 1)
				require.Equal(t, test.code, got[0].Code)
				require.Contains(t, got[0].Reason, test.reason)
				require.Less(t, got[0].RetryIn, time.Second, "only a refused connect shows that the credentials are refused")
				if test.code != closeGone {
					require.EqualError(t, errs.take()[0], got[0].Reason, "what went wrong, in the same words")
				}
				require.NoError(t, s.WaitOpen(t.Context()))
			})
		})
	}
}

func TestLongPollAnswersOfAnotherFormEndTheConnection(t *testing.T) {
	for body, reason := range map[string]string{
		"":                                     "malformed message from the server: it is empty",
		"[]":                                   "the answer is an array; it must be an object",
		`{"status":"ok"}`:                      "status is a string; it must be an integer",
		`{"status":2.5}`:                       "status is a number; it must be an integer",
		`{"status":[`:                          "unexpected EOF",
		`{"status":200,"token":7}`:             "token is a number; it must be a string",
		`{"status":200,"messages":{}}`:         "messages is an object; it must be an array",
		`{"status":200,"messages":[{}]}`:       "a message is an object; it must be a string",
		`{"status":200,"messages":["half`:      "unexpected EOF",
		`{"status":200,"messages":["\ud800"]}`: "invalid surrogate pair",
		`{"status":200,"token":"t","messages":[]} {}`: "more text after the answer",
		`{"token":"t","messages":[]}`:                 "the server answered with status 0",
		`{"status":null,"token":"t"}`:                 "the server answered with status 0",
	} {
		t.Run(body, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPollPeer(t)
				s := p.open(nil)
				var closes recorder[CloseEvent]
				s.OnClose(closes.add)
				p.answers <- http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
				time.Sleep(5 * time.Millisecond)
				got := closes.take()
				require.Len(t, got, 1)
				require.Equal(t, closeInternal, got[0].Code)
				require.Contains(t, got[0].Reason, reason)
				require.NoError(t, s.WaitOpen(t.Context()))
			})
		})
	}
}

func TestLongPollIgnoresMembersItDoesNotKnow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s := p.open(nil)
		var closes recorder[CloseEvent]
		var got recorder[string]
		s.OnClose(closes.add)
		s.OnMessage(func(m *Message) { got.add(m.Event) })
		for _, body := range []string{
			`{"node":{"name":["a"]},"status":204,"token":"session 1","messages":null}`,
			`{"messages":["[null,null,\"t\",\"after\",{}]"],"node":"b","token":"session 1","status":200}`,
		} {
			p.answers <- http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
		}
		require.Empty(t, closes.take())
		time.Sleep(time.Second)
		require.Equal(t, []string{"after"}, got.take())
		require.Empty(t, closes.take())
	})
}

func TestLongPollSendThatFailsReconnects(t *testing.T) {
	for _, status := range []int{408, 410, 500} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPollPeer(t)
				p.status = func(string) int { return status }
				s := p.open(nil)
				var errs recorder[error]
				var closes recorder[CloseEvent]
				s.OnError(errs.add)
				s.OnClose(closes.add)
				require.NoError(t, s.Push(Message{Topic: "t", Event: "e"}))
				if status == 410 {
					require.Empty(t, errs.take())
					closed := closes.take()[0]
					require.Equal(t, []any{3410, "session_gone"}, []any{closed.Code, closed.Reason}, "as when a poll finds out")
				} else {
					require.EqualError(t, errs.take()[0], fmt.Sprintf("phoenix: sending to http://peer/socket/longpoll: the server answered with status %d", status))
					require.Equal(t, 1011, closes.take()[0].Code)
				}
				require.NoError(t, s.WaitOpen(t.Context()))
			})
		})
	}
}

// Each message takes three bytes of the body; a list of them would take twenty times as many.
func TestLongPollReadsMessagesOneByOne(t *testing.T) {
	const messages = 1 << 18
	body := `{"status":200,"token":"t","messages":[""` + strings.Repeat(`,""`, messages-1) + `]}`
	l := answeredLink(1<<20, cannedAnswer{200, []byte(body)}, cannedAnswer{200, []byte(`{"status":410}`)})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	read := 0
	for f, err := l.read(nil); err == nil && len(f.data) == 0; f, err = l.read(nil) {
		read++
	}
	runtime.ReadMemStats(&after)
	require.Equal(t, messages, read)
	require.Less(t, int(after.TotalAlloc-before.TotalAlloc), 6*len(body), "the body as it was read")
}

func TestLongPollMessagesDoNotKeepEachOther(t *testing.T) {
	large := strings.Repeat("x", 10_000)
	l := answeredLink(1<<20, cannedAnswer{200, []byte(`{"messages":["` + large + `","small","esc\"aped",null],"status":200}`)})
	for _, want := range []string{large, "small", `esc"aped`, ""} {
		f, err := l.read(nil)
		require.NoError(t, err)
		require.Equal(t, want, string(f.data))
		require.Less(t, cap(f.data), 2*len(want)+16)
	}
}

func TestLongPollWithoutALimitOfMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s := p.socket(func(c *Config) {
			c.Transport = LongPoll
			c.MaxMessageBytes = math.MaxInt64
		})
		require.NoError(t, s.Connect())
		synctest.Wait()
		require.Equal(t, SocketOpen, s.State())
	})
}

func TestLongPollPausesWhenTheServerDoesNotWaitForMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s := p.open(nil)
		var got recorder[time.Time]
		s.OnMessage(func(*Message) { got.add(time.Now()) })
		polls := func(d time.Duration) int {
			synctest.Wait()
			before := p.attempts()
			time.Sleep(d)
			synctest.Wait()
			return p.attempts() - before
		}
		require.Equal(t, 6, polls(time.Minute), "no pause after one that waited")

		var waiting atomic.Bool
		p.answer(func(w http.ResponseWriter, r *http.Request) {
			if waiting.Load() {
				p.handle(w, r)
			} else {
				p.respond(w, 204)
			}
		})
		n := polls(time.Minute)
		require.Greater(t, n, 40)
		require.Less(t, n, 80)

		waiting.Store(true)
		p.answers <- []string{`[null,null,"t","e",{}]`}
		sent := time.Now()
		time.Sleep(10 * time.Second)
		require.Len(t, got.all(), 1)
		require.LessOrEqual(t, got.all()[0].Sub(sent), time.Second)
		require.Equal(t, 6, polls(time.Minute), "no pause any more")
	})
}

func TestLongPollThatIsNotAnsweredTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s := p.open(func(c *Config) { c.LongPollTimeout = 3 * time.Second })
		var errs recorder[error]
		s.OnError(errs.add)
		time.Sleep(3 * time.Second)
		require.Contains(t, fmt.Sprint(errs.take()), "no answer within 3s")
	})
}

func TestLongPollThatCannotBeginSaysWhy(t *testing.T) {
	answer := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	hangUp := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	tests := map[string]struct {
		down    error
		handler http.HandlerFunc
		code    int
		want    string
	}{
		"refused by the socket": {nil, answer(200, `{"status":403}`), 1008, "the server answered 403; the server's socket refused the params or the auth token"},
		"failing":               {nil, answer(200, `{"status":500}`), 1011, "the server answered 500"},
		"not there":             {nil, answer(404, ""), 1011, "the server answered 404; there is no socket; check the path of the endpoint, and that its socket has longpoll: true"},
		"behind a broken proxy": {nil, answer(502, ""), 1011, "the server answered 502"},
		"a page of the network": {nil, answer(200, "<html>"), 1011, "the answer is not from Phoenix; it may be the login page of a network: malformed message"},
		"down":                  {errors.New("connection refused"), nil, 1006, "connection refused"},
		"hanging up":            {nil, hangUp, 1006, "EOF"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				p.answer(test.handler)
				p.network.fail(test.down)
				s := p.socket(func(c *Config) {
					c.Transport = LongPoll
					c.Params = map[string]string{"key": "s3cret"}
				})
				var errs recorder[error]
				var closes recorder[CloseEvent]
				s.OnError(errs.add)
				s.OnClose(closes.add)
				require.NoError(t, s.Connect())
				closed, err := closes.take()[0], errs.take()[0]
				require.ErrorContains(t, err, "phoenix: connecting to http://peer/socket/longpoll: "+test.want)
				require.NotContains(t, err.Error(), "s3cret")
				require.Equal(t, test.code, closed.Code)
				require.Equal(t, err.Error(), closed.Reason)
			})
		})
	}
}

func TestLongPollDisconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s := p.open(nil)
		var closes recorder[CloseEvent]
		s.OnClose(closes.add)
		require.NoError(t, s.Push(Message{Topic: "t", Event: "last words"}))
		require.NoError(t, s.Disconnect(0, ""))
		require.Contains(t, (<-p.sends)[0], "last words")
		time.Sleep(time.Minute)
		require.Equal(t, []CloseEvent{{WasRequested: true, Code: 1000}}, closes.take())
	})
}

func TestLongPollLeavesNoConnectionOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		var open atomic.Int64
		s := p.open(func(c *Config) {
			c.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := p.network.DialContext(ctx, network, addr)
				open.Add(1)
				return &closedConn{Conn: conn, closed: sync.OnceFunc(func() { open.Add(-1) })}, err
			}
		})
		synctest.Wait() // it is polling
		require.NoError(t, s.Push(Message{Topic: "t", Event: "e"}))
		synctest.Wait()
		require.Equal(t, 2, int(open.Load()), "that of the poll, and that of the push, which is idle")
		require.NoError(t, s.Disconnect(0, ""))
		synctest.Wait()
		require.Zero(t, open.Load())
	})
}

// closedConn is a network connection that reports when it is closed.
type closedConn struct {
	net.Conn
	closed func()
}

func (c *closedConn) Close() error {
	c.closed()
	return c.Conn.Close()
}

// net/http automatically repeats a GET when a reused connection breaks. The messages of the lost
// answer would be missing in the middle of a join.
func TestLongPollWhoseAnswerIsLostReconnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPollPeer(t)
		s := p.open(nil)
		var closes recorder[CloseEvent]
		s.OnClose(closes.add)
		p.answers <- http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		synctest.Wait()
		require.Len(t, closes.take(), 1)
		time.Sleep(time.Second)
		require.NoError(t, s.WaitOpen(t.Context()))
		for i := range p.attempts() {
			request := p.request(i)
			require.Empty(t, request.TransferEncoding, "a poll has no body")
			require.LessOrEqual(t, request.ContentLength, int64(0))
		}
	})
}
