package core

import (
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// answering makes the peer answer a handshake with text, in which ACCEPT stands for the answer to
// the key. A WebSocket follows.
func (p *peer) answering(t *testing.T, text string) {
	p.answer(func(w http.ResponseWriter, r *http.Request) {
		sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		text := strings.ReplaceAll(text, "\n", "\r\n")
		_, _ = conn.Write([]byte(strings.ReplaceAll(text, "ACCEPT", base64.StdEncoding.EncodeToString(sum[:]))))
		t.Cleanup(func() { _ = conn.Close() })
	})
}

const switching = "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Accept: ACCEPT\n"

func TestHandshakeIsAsLenientAsABrowsers(t *testing.T) {
	const extensions = "Sec-WebSocket-Extensions: "
	tests := map[string]struct {
		answer     string
		compressed bool
	}{
		"as usual":                    {switching + "\n", false},
		"other letters":               {"HTTP/1.1 101 ok\nupgrade: WebSocket\nCONNECTION: keep-alive, upgrade\nsec-websocket-accept: ACCEPT\n\n", false},
		"no words in the status line": {strings.Replace(switching, " Switching Protocols", "", 1) + "\n", false},
		"after early hints":           {"HTTP/1.1 103 Early Hints\nLink: </a.css>\n\n" + switching + "\n", false},
		"after two interim answers":   {"HTTP/1.1 102 Processing\n\nHTTP/1.1 103 Early Hints\n\n" + switching + "\n", false},
		"a subprotocol of its own":    {switching + "Sec-WebSocket-Protocol: phoenix\n\n", false},
		"both parameters":             {switching + extensions + "permessage-deflate; server_no_context_takeover; client_no_context_takeover\n\n", true},
		"the client's left out":       {switching + extensions + "permessage-deflate; server_no_context_takeover\n\n", true},
		"a window":                    {switching + extensions + "permessage-deflate;server_no_context_takeover;server_max_window_bits=10\n\n", true},
		"a quoted window":             {switching + extensions + "permessage-deflate; server_max_window_bits=\"12\"; server_no_context_takeover\n\n", true},
		"other letters of it":         {switching + extensions + "Permessage-Deflate; Server_No_Context_Takeover\n\n", true},
		"an empty header":             {switching + extensions + "\n\n", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				p.answering(t, test.answer)
				s := p.socket(func(c *Config) { c.Compression = true })
				require.NoError(t, s.Connect())
				synctest.Wait()
				require.Equal(t, SocketOpen, s.State())
				require.Equal(t, 1, p.attempts())
				s.mu.Lock()
				defer s.mu.Unlock()
				require.Equal(t, test.compressed, s.conn.link.(*websocketLink).compression != nil)
			})
		})
	}
}

func TestMessageThatArrivesWithTheHandshakeIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		const message = `[null,null,"t","early",{}]`
		p.answering(t, switching+"\n"+string([]byte{finalFrame | websocket.TextMessage, byte(len(message))})+message)
		s := p.socket(nil)
		var got recorder[string]
		s.OnMessage(func(m *Message) { got.add(m.Event) })
		require.NoError(t, s.Connect())
		require.Equal(t, []string{"early"}, got.take())
	})
}

// If a server compresses on terms that this client cannot meet, the client does not offer
// compression any more.
func TestCompressionThatCannotBeAgreedOnIsDoneWithout(t *testing.T) {
	for name, terms := range map[string]string{
		"with a context":        "permessage-deflate",
		"with a window of ours": "permessage-deflate; server_no_context_takeover; client_max_window_bits=9",
		"of another kind":       "permessage-deflate; server_no_context_takeover; strength=5",
		"with no such window":   "permessage-deflate; server_no_context_takeover; server_max_window_bits=99",
		"twice":                 "permessage-deflate; server_no_context_takeover, permessage-deflate; server_no_context_takeover",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				p.answer(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("Sec-WebSocket-Extensions") == "" {
						p.upgrade(w, r, websocket.Upgrader{})
						return
					}
					conn, _, _ := w.(http.Hijacker).Hijack()
					_, _ = conn.Write([]byte(strings.ReplaceAll(switching, "\n", "\r\n") + "Sec-WebSocket-Extensions: " + terms + "\r\n\r\n"))
					_ = conn.Close()
				})
				s := p.socket(func(c *Config) { c.Compression = true })
				require.NoError(t, s.Connect())
				peer := p.accept()
				peer.join(s, "room:1")
				require.Equal(t, 2, p.attempts())
				peer.drop()
				p.accept()
				require.Equal(t, 3, p.attempts(), "it is remembered")
				require.NoError(t, s.SetEndpoint("ws://other/socket"))
				require.NoError(t, s.Disconnect(0, ""))
				require.NoError(t, s.Connect())
				p.accept()
				require.Equal(t, 5, p.attempts(), "of this server")
			})
		})
	}
}

func TestAnswersThatAreNoHandshake(t *testing.T) {
	for name, test := range map[string]struct{ answer, want string }{
		"interim answers without end": {strings.Repeat("HTTP/1.1 103 Early Hints\n\n", 100), "too many interim responses"},
		"another accept":              {strings.Replace(switching, "ACCEPT", "abc", 1) + "\n", "the server answered 101, but not as a WebSocket does"},
		"another protocol":            {strings.Replace(switching, ": websocket", ": h2c", 1) + "\n", "the server answered 101, but not as a WebSocket does"},
		"no HTTP":                     {"SSH-2.0-OpenSSH_9.2\n", "malformed HTTP"},
		"half a header":               {"HTTP/1.1 101 Swi", "no answer within"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				p.answering(t, test.answer)
				s := p.socket(nil)
				var errs recorder[error]
				s.OnError(errs.add)
				require.NoError(t, s.Connect())
				time.Sleep(10 * time.Second)
				require.ErrorContains(t, errs.take()[0], test.want)
			})
		})
	}
}

// overEachTransport runs a test over WebSocket and over long polling.
func overEachTransport(t *testing.T, name string, test func(t *testing.T, p *peer, transport Transport)) {
	for _, transport := range []Transport{WebSocket, LongPoll} {
		t.Run(strings.TrimSpace(name+" "+transport.String()), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, newPeer(t), transport) })
		})
	}
}

func TestRefusalHasTheAnswersHeadersAndBody(t *testing.T) {
	overEachTransport(t, "", func(t *testing.T, p *peer, transport Transport) {
		body := strings.Repeat("é", 5000)
		p.answer(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Set-Cookie", "session=s3cret")
			w.Header().Set("X-Reason", "banned")
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(body))
		})
		s := p.socket(func(c *Config) { c.Transport = transport })
		var errs recorder[error]
		s.OnError(errs.add)
		require.NoError(t, s.Connect())
		refused, ok := errors.AsType[*HandshakeError](errs.take()[0])
		require.True(t, ok)
		require.Equal(t, body[:maxErrorBody], refused.Body)
		require.Equal(t, "banned", refused.Header.Get("X-Reason"))
		require.NotContains(t, fmt.Sprint(refused.Header), "s3cret")
	})
}

// A refusal by a firewall says nothing about the game's token.
func TestRefusalInFrontOfPhoenixIsNamed(t *testing.T) {
	for name, test := range map[string]struct {
		server, body string
		isInFront    bool
	}{
		"Phoenix on Bandit":          {"", "", false},
		"Phoenix on Cowboy":          {"Cowboy", "", false},
		"Phoenix behind nginx":       {"nginx", "", false},
		"an error handler's answer":  {"", "banned", false},
		"the same, on Cowboy":        {"Cowboy", "banned", false},
		"a rule against bots":        {"cloudflare", "<html>error code: 1010</html>", true},
		"a proxy of the data centre": {"nginx/1.25", "<html>403 Forbidden</html>", true},
	} {
		overEachTransport(t, name, func(t *testing.T, p *peer, transport Transport) {
			p.answer(func(w http.ResponseWriter, _ *http.Request) {
				if test.server != "" {
					w.Header().Set("Server", test.server)
				}
				w.WriteHeader(http.StatusForbidden)
				_, _ = w.Write([]byte(test.body))
			})
			s := p.socket(func(c *Config) { c.Transport = transport })
			var errs recorder[error]
			s.OnError(errs.add)
			require.NoError(t, s.Connect())
			got := errs.take()[0].Error()
			require.Equal(t, test.isInFront, strings.Contains(got, "in front of it"), got)
			require.Equal(t, test.isInFront, !strings.Contains(got, "refused the params"), got)
			require.Equal(t, test.isInFront && test.server != "", strings.Contains(got, `"`+test.server+`"`), got)
		})
	}
}

func TestRetryAfterIsObeyed(t *testing.T) {
	tests := map[string]struct {
		status int
		value  string
		want   time.Duration
	}{
		"seconds":            {503, "20", 20 * time.Second},
		"of too many":        {429, "7", 7 * time.Second},
		"a date":             {503, "Sat, 01 Jan 2000 00:00:40 GMT", 40 * time.Second},
		"less than the step": {503, "0", 2 * time.Second},
		"in the past":        {503, "Fri, 31 Dec 1999 00:00:00 GMT", 2 * time.Second},
		"a day":              {503, "86400", 5 * time.Minute},
		"more than all time": {503, "99999999999999999999999", 5 * time.Minute},
		"no time":            {503, "soon", 2 * time.Second},
		"negative":           {503, "-5", 2 * time.Second},
		"none":               {503, "", 2 * time.Second},
	}
	for name, test := range tests {
		overEachTransport(t, name, func(t *testing.T, p *peer, transport Transport) {
			p.answer(func(w http.ResponseWriter, _ *http.Request) {
				if test.value != "" {
					w.Header().Set("Retry-After", test.value)
				}
				w.WriteHeader(test.status)
			})
			s := p.socket(func(c *Config) { c.Transport, c.ReconnectAfter = transport, []time.Duration{2 * time.Second} })
			times := attemptTimes(s)
			var closes recorder[CloseEvent]
			s.OnClose(closes.add)
			require.NoError(t, s.Connect())
			synctest.Wait()
			require.Equal(t, test.want, closes.take()[0].RetryIn)
			time.Sleep(test.want)
			require.Equal(t, test.want, steps(times.take())[0])
		})
	}
}

func TestRetryAfterIsNeverEarly(t *testing.T) {
	for range 1000 {
		b := backoff{steps: []time.Duration{time.Second}, jitter: 0.25}
		require.GreaterOrEqual(t, b.next(time.Minute), time.Minute)
	}
}

func TestRefusedCredentialsAreNotTriedAgainAtOnce(t *testing.T) {
	for _, status := range []int{401, 403} {
		overEachTransport(t, fmt.Sprint(status), func(t *testing.T, p *peer, transport Transport) {
			p.refuse(status)
			s := p.socket(func(c *Config) { c.AuthToken, c.Transport = "dead", transport })
			require.NoError(t, s.Connect())
			time.Sleep(29 * time.Second)
			require.Equal(t, 1, p.attempts())
			time.Sleep(time.Minute)
			require.Equal(t, 3, p.attempts())
			require.NoError(t, p.configure(s, func(c *Config) { c.AuthToken = "fresh" }))
			time.Sleep(time.Second)
			require.Equal(t, 4, p.attempts(), "other credentials end the wait")
		})
	}
	t.Run("asked anew each time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			p.refuse(403)
			s := p.socket(func(c *Config) { c.Params = asking(func() any { return nil }) })
			require.NoError(t, s.Connect())
			time.Sleep(time.Second)
			require.Greater(t, p.attempts(), 5)
		})
	})
}

func TestUserAgent(t *testing.T) {
	for name, test := range map[string]struct {
		header http.Header
		want   string
	}{
		"by default":     {nil, "phoenix-channels-godot/" + Version},
		"of the game":    {http.Header{"User-Agent": {"Tower/2"}}, "Tower/2"},
		"in any letters": {http.Header{"user-agent": {"Tower/2"}}, "Tower/2"},
	} {
		overEachTransport(t, name, func(t *testing.T, p *peer, transport Transport) {
			s := p.socket(func(c *Config) { c.Header, c.Transport = test.header, transport })
			require.NoError(t, s.Connect())
			synctest.Wait()
			require.Equal(t, []string{test.want}, p.request(0).Header["User-Agent"])
		})
	}
}

// Load balancers keep a client on one server with a cookie.
func TestCookiesOfALoadBalancerAreKept(t *testing.T) {
	for _, transport := range []Transport{WebSocket, LongPoll} {
		t.Run(transport.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPollPeer(t)
				handler := &lineHandler{level: slog.LevelDebug}
				p.answer(func(w http.ResponseWriter, r *http.Request) {
					header := http.Header{"Set-Cookie": {fmt.Sprintf("lb=node%d; Path=/; HttpOnly", p.attempts())}}
					if transport == WebSocket {
						upgrader := websocket.Upgrader{}
						conn, err := upgrader.Upgrade(w, r, header)
						if err == nil {
							_ = conn.Close()
						}
						return
					}
					w.Header()["Set-Cookie"] = header["Set-Cookie"]
					p.handle(w, r)
				})
				s := p.socket(func(c *Config) {
					c.Transport, c.Logger = transport, slog.New(handler)
					c.Header = http.Header{"Cookie": {"own=1"}}
				})
				require.NoError(t, s.Connect())
				time.Sleep(100 * time.Millisecond)
				require.Equal(t, "own=1", p.request(0).Header.Get("Cookie"))
				require.Equal(t, "own=1; lb=node1", p.request(1).Header.Get("Cookie"))
				require.NotContains(t, fmt.Sprint(handler.lines.take()), "node1")
			})
		})
	}
}
