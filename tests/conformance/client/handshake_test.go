package client

import (
	"context"
	"encoding/base64"
	"encoding/json/jsontext"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/tests/conformance/transcript"
)

// ownToken matches the subprotocols that our client offers: "phoenix" and one token in standard
// base64 without padding.
var ownToken = regexp.MustCompile(`^phoenix, ?base64url\.bearer\.phx\.([A-Za-z0-9+/]*)$`)

// anyToken finds a token among other subprotocols.
var anyToken = regexp.MustCompile(`base64url\.bearer\.phx\.([^, ]*)`)

// newSession makes our client in the place of the one that made a recorded request, with the
// endpoint, params, headers and token of the request.
func (p *player) newSession(name string, first transcript.Event) *session {
	target, err := url.Parse(first.Path)
	must(err)
	s := &session{
		player: p, name: name, version: versionOf(target, p.scenario.Version), longPoll: strings.Contains(target.Path, "/longpoll"),
		peer: newPeer(p.t), link: linkClosed,
		completed: map[string]int{}, overs: map[string]int{}, refs: map[string]string{}, used: map[string]bool{},
	}
	config := core.Config{
		Version: s.version, Params: paramsOf(first, target), Header: headersOf(first),
		Timeout: never, HeartbeatInterval: p.settings.heartbeat, LongPollTimeout: never,
		ReconnectAfter: []time.Duration{p.settings.reconnect}, RejoinAfter: p.settings.rejoin, Jitter: core.NoJitter,
		DialContext: s.peer.dial, Proxy: func(*http.Request) (*url.URL, error) { return nil, nil },
		Compression: first.Extensions != "",
	}
	if s.longPoll {
		config.Transport = core.LongPoll
	}
	if token, has := authToken(first); has {
		s.auth = token
		config.AuthTokenFunc = func(context.Context) (string, error) { return token, nil }
	}
	s.socket, err = core.NewSocket("ws://peer"+target.Path, config)
	require.NoError(p.t, err)
	p.t.Cleanup(s.end)
	s.watch()
	p.sessions = append(p.sessions, s)
	return s
}

// versionOf is the protocol version that a request asks for: the server takes 1.0.x and 2.0.x, and
// none as 1.0.0.
func versionOf(target *url.URL, otherwise string) string {
	switch vsn := target.Query().Get("vsn"); {
	case vsn == "" || strings.HasPrefix(vsn, "1.0."):
		return vsn1
	case strings.HasPrefix(vsn, "2.0."):
		return vsn2
	}
	return otherwise
}

// paramsOf gives the query without what the transport adds, as a JSON object in the same order.
func paramsOf(first transcript.Event, target *url.URL) jsontext.Value {
	var rest []string
	for part := range strings.SplitSeq(target.RawQuery, "&") {
		if part != "" && !strings.HasPrefix(part, "vsn=") && (sessionToken(first) == "" || !strings.HasPrefix(part, "token=")) {
			rest = append(rest, part)
		}
	}
	if given := params[strings.Join(rest, "&")]; given != nil {
		return given
	}
	var members []string
	for _, part := range rest {
		name, value, _ := strings.Cut(part, "=")
		members = append(members, quote(unescape(name))+":"+quote(unescape(value)))
	}
	return jsontext.Value("{" + strings.Join(members, ",") + "}")
}

func unescape(text string) string {
	plain, err := url.QueryUnescape(text)
	must(err)
	return plain
}

// headersOf gives the headers that are the program's, not the transport's.
func headersOf(e transcript.Event) http.Header {
	h := http.Header{}
	for _, name := range []string{"Origin", "User-Agent", "X-Game-Build"} {
		if value := header(e.Headers, name); value != "" {
			h.Set(name, value)
		}
	}
	return h
}

// authToken is the auth token that a request carries, decoded as far as it can be.
func authToken(e transcript.Event) (string, bool) {
	if token := header(e.Headers, "x-phoenix-authtoken"); token != "" {
		return token, true
	}
	match := anyToken.FindStringSubmatch(e.Protocol)
	if match == nil {
		return "", false
	}
	text := strings.TrimRight(match[1], "=")
	for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if token, err := alphabet.DecodeString(text); err == nil {
			return string(token), true
		}
	}
	return "", false
}

// connect makes the client connect.
func (s *session) connect() {
	s.t.Helper()
	require.NoError(s.t, s.socket.Connect())
	s.link = linkConnecting
	s.settle()
}

// handshake takes a recorded upgrade request: the client has to make the same one. A reconnecting
// client makes it automatically.
func (s *session) handshake(e transcript.Event, isNew bool) {
	s.t.Helper()
	if isNew {
		s.connect()
		s.doEarly(e)
	}
	s.checkHandshake(s.await(false).request, e)
	s.fromClient++
}

// checkHandshake compares the client's request with the recorded one. Some recorded requests are
// such as our client cannot make: an odd version, another path or an odd subprotocol; there it is
// compared with the rest.
func (s *session) checkHandshake(r *http.Request, e transcript.Event) {
	s.t.Helper()
	target, err := url.Parse(e.Path)
	must(err)
	query := target.Query()
	if vsn := query.Get("vsn"); strings.HasSuffix(target.Path, "/websocket") && vsn == s.version {
		require.Equal(s.t, e.Path, r.URL.RequestURI(), s.where())
	}
	query.Set("vsn", s.version)
	require.Equal(s.t, query, r.URL.Query(), "%s: the query", s.where())
	require.Regexp(s.t, "/websocket$", r.URL.Path, s.where())
	for name, values := range headersOf(e) {
		require.Equal(s.t, values, r.Header[name], "%s: header %s", s.where(), name)
	}
	require.Equal(s.t, e.Extensions != "", strings.Contains(r.Header.Get("Sec-Websocket-Extensions"), "permessage-deflate"), s.where())
	offered := r.Header.Get("Sec-Websocket-Protocol")
	want := ""
	if _, has := authToken(e); has {
		want = "phoenix, base64url.bearer.phx." + base64.RawStdEncoding.EncodeToString([]byte(s.auth))
	}
	if ownToken.MatchString(e.Protocol) {
		want = strings.Replace(e.Protocol, "phoenix,base64url", "phoenix, base64url", 1)
	}
	require.Equal(s.t, want, offered, "%s: subprotocols", s.where())
}

// answerHandshake answers the client's request as the recorded one was.
func (s *session) answerHandshake(e transcript.Event) {
	s.t.Helper()
	request := s.await(false)
	s.fromServer++
	if e.Status == http.StatusSwitchingProtocols {
		compress := header(e.Headers, "sec-websocket-extensions") != ""
		request.answer(s.t, s.peer.upgrade(header(e.Headers, "sec-websocket-protocol"), compress))
		s.opened()
		return
	}
	request.answer(s.t, writeText(e.Status, e.Headers, e.Body))
	s.failed(e.Status, 1006, "some")
}

// unreachable makes a client connect where nothing listens.
func (s *session) unreachable() {
	require.NoError(s.t, s.peer.listener.Close())
	s.connect()
	s.predict("error: connection")
	s.ended(1006, "some")
}

func closing(code int, reason string) string { return fmt.Sprintf("%d %q", code, reason) }
