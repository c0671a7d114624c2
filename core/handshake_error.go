package core

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// The purpose of a request, as errors word it.
const (
	duringConnect = "connecting to"
	duringPoll    = "polling"
	duringSend    = "sending to"
)

// The HTTP statuses that this client names.
const (
	statusOK           = 200
	statusNoContent    = 204
	statusUnauthorized = 401
	statusForbidden    = 403
	statusGone         = 410
)

// HandshakeError reports that the server answered a connect request with an HTTP status instead of
// a connection: 403 if its socket refused the params or the token, 404 if there is no socket at the
// endpoint. With long polling it also reports such an answer to a request of an open session.
type HandshakeError struct {
	StatusCode int    // of the HTTP response
	Endpoint   string // without the query, which may contain secrets
	Header     Header // of the response, without cookies
	Body       string // the first 4 KiB of the response's body

	during string // duringPoll or duringSend in an open session; empty for the connect
	proxy  string // text about the proxy, empty without one
}

// maxErrorBody is how many bytes of a response's body a HandshakeError keeps.
const maxErrorBody = 4 << 10

// newHandshakeError returns an error with the status, header and body of a response.
func newHandshakeError(status int, header Header, body io.Reader) *HandshakeError {
	text, _ := io.ReadAll(io.LimitReader(body, maxErrorBody)) // a part is enough
	kept := header.Clone()
	kept.Del("Set-Cookie")
	kept.Del("Set-Cookie2")
	return &HandshakeError{StatusCode: status, Header: kept, Body: strings.ToValidUTF8(string(text), "\uFFFD")}
}

func (e *HandshakeError) Error() string {
	hint := ""
	switch e.during {
	case "":
		hint = e.connectHint()
	case duringPoll:
		switch e.StatusCode {
		case 403:
			hint = "; the session was gone, and its socket refused the params or the auth token of another one. " +
				"A param named \"token\" does not arrive there, because a poll carries the session's token under that name"
		case 504:
			hint = "; a proxy waited less long than the server holds a poll, 10 s by default"
		case 500:
			hint = "; Phoenix fails like this when it has a binary message for the client that is not UTF-8, which needs WebSocket"
		}
	case duringSend:
		switch e.StatusCode {
		case 400, 413:
			hint = "; a message may be larger than it accepts"
		}
	}
	return fmt.Sprintf("phoenix: %s %s%s: the server answered %d%s", cmp.Or(e.during, duringConnect), e.Endpoint, e.proxy, e.StatusCode, hint)
}

// connectHint returns the usual cause of a status at the connect, and what to do.
func (e *HandshakeError) connectHint() string {
	longPoll := strings.HasSuffix(e.Endpoint, "/"+LongPoll.String())
	switch e.StatusCode {
	case 101:
		return ", but not as a WebSocket does (Upgrade, Connection or Sec-WebSocket-Accept is wrong); it is not a WebSocket server"
	case 200:
		return ", which is a page and not a socket: check the path of the endpoint, and whether the network requires a login first"
	case 400:
		return "; either the server requires TLS (wss://), or something in between blocks WebSockets"
	case 401, 403:
		if by := e.refusedInFront(); by != "" {
			return fmt.Sprintf("; this answer is not from Phoenix but from something in front of it (%q), such as a firewall or a rule "+
				"against bots: it did not check the params and the auth token", by)
		}
		return "; the server's socket refused the params or the auth token, or its check_origin the origin"
	case 404:
		if longPoll {
			return "; there is no socket; check the path of the endpoint, and that its socket has longpoll: true"
		}
		return "; there is no socket; check the path of the endpoint (a socket with websocket: false needs the LONGPOLL transport)"
	case 301, 302, 303, 307, 308:
		return "; redirects are not followed; use the final endpoint"
	}
	return ""
}

// refusedInFront returns the name of a server in front of Phoenix that refused the request itself,
// or "" if Phoenix refused it, which it does with an empty body.
func (e *HandshakeError) refusedInFront() string {
	name := e.Header.Get("Server")
	if strings.TrimSpace(e.Body) == "" || strings.EqualFold(name, "Cowboy") {
		return ""
	}
	return name
}

// The minimum delays of a refused socket before its next attempt.
const (
	// maxRetryAfter limits the delay that a server may request.
	maxRetryAfter = 5 * time.Minute
	// refusedRetry is the delay after a refusal that the same credentials would get again.
	refusedRetry = 30 * time.Second
)

// retryAfter returns the delay that the server requests with a Retry-After header, in seconds or as
// a date, or 0 without one.
func (e *HandshakeError) retryAfter() time.Duration {
	text := strings.TrimSpace(e.Header.Get("Retry-After"))
	if at, ok := parseHTTPDate(text); ok {
		return min(max(time.Until(at), 0), maxRetryAfter)
	}
	seconds, err := strconv.ParseUint(text, 10, bits.UintSize)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0
	}
	return time.Duration(min(seconds, uint64(maxRetryAfter/time.Second))) * time.Second
}

// patience returns the minimum delay after the end of a connection: the delay that the server
// requests, or a longer one if it refused credentials that stay the same. Only a connect shows that
// they are refused: an open session proves that they were accepted, and a poll of a session that
// is gone lacks a param named "token". s.mu must be held.
func (s *Socket) patience(end *closeError) time.Duration {
	refusal, ok := errors.AsType[*HandshakeError](end.err)
	if !ok {
		return 0
	}
	least := refusal.retryAfter()
	isRefused := refusal.during == "" && (refusal.StatusCode == statusUnauthorized || refusal.StatusCode == statusForbidden)
	if s.refused = isRefused && !s.params.isAsked() && !s.token.isAsked(); s.refused {
		least = max(least, refusedRetry)
	}
	return least
}

// credentialsChanged ends the longer delay after a refusal and starts the usual one. s.mu must be
// held.
func (s *Socket) credentialsChanged() {
	if s.refused && s.reconnect.waiting() {
		s.refused = false
		s.timers.set(&s.reconnect, s.retry.delay(0))
	}
}
