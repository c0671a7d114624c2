package core

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// maxLongPollBatch is how many lines Phoenix takes in one request.
const maxLongPollBatch = 100

// maxLongPollBytes is how many bytes of payloads go in one request, unless a single one has more. A server takes 8,000,000 bytes of a
// body as Plug is set by default, and answers 400 to all that is in a larger one.
const maxLongPollBytes = 1 << 20

// A server waits for messages before it answers that it has none. After one that does not there is a pause, which grows.
const (
	atOnce       = 100 * time.Millisecond
	minPollPause = 10 * time.Millisecond
	maxPollPause = time.Second
)

// The statuses in the body of a long-poll response. HTTP itself says 200 to most.
const (
	pollMessages  = http.StatusOK
	pollNothing   = http.StatusNoContent
	pollGone      = http.StatusGone
	pollForbidden = http.StatusForbidden
)

// errSessionGone ends a session that the server has forgotten.
var errSessionGone = &closeError{code: closeGone, reason: "session_gone"}

// longPollDialer opens long-poll sessions.
type longPollDialer struct{ config *Config }

func (d longPollDialer) dial(ctx context.Context, t target) (link, error) {
	l := &longPollLink{config: d.config, base: *t.endpoint.JoinPath(LongPoll.String()), header: t.header, route: t.route}
	l.base.Scheme = map[string]string{"ws": "http", "wss": "https"}[l.base.Scheme]
	if t.useToken {
		l.header.Set("X-Phoenix-AuthToken", t.token)
	}
	l.client = http.Client{
		Transport: &http.Transport{
			Proxy: t.route.pick,
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				return l.connect(ctx, t, network, addr)
			},
			DialTLSContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				return l.connectTLS(ctx, t, network, addr)
			},
			TLSClientConfig: d.config.serverTLS(t.endpoint.Hostname(), t.hello.small), // in the tunnel of a proxy
			// The proxy's own view of the client, where there is one.
			ProxyConnectHeader: http.Header{"User-Agent": t.header["User-Agent"]},
		},
		Jar:           t.cookies,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	stop := context.AfterFunc(ctx, l.cancel) // until the session is open
	err := l.begin()
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		l.abort()
		return nil, err
	}
	return l, nil
}

// longPollLink is a link over one long-poll session: GET requests that wait for messages, POST requests that send them.
type longPollLink struct {
	config   *Config
	base     url.URL
	header   http.Header
	route    *route
	client   http.Client
	counters traffic
	ctx      context.Context
	cancel   context.CancelFunc
	got      *pollAnswer // to the latest poll, until it is read
	asked    time.Time   // when the latest poll began

	mu     sync.Mutex
	token  string // of the session
	broken error  // why a send failed, which ends the link
}

// connect opens a connection to the server or to the proxy.
func (l *longPollLink) connect(ctx context.Context, t target, network, addr string) (net.Conn, error) {
	conn, err := l.config.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return t.beyondProxy(ctx, &countingConn{conn, &l.counters}, l.config)
}

// connectTLS is connect for a server, or a proxy, that is spoken to over TLS.
func (l *longPollLink) connectTLS(ctx context.Context, t target, network, addr string) (net.Conn, error) {
	conn, err := l.connect(ctx, t, network, addr)
	if _, isProxy := t.route.overTLS(); isProxy || err != nil {
		return conn, err
	}
	return startTLS(ctx, conn, l.config.serverTLS(t.endpoint.Hostname(), t.hello.small))
}

// begin opens the session: a poll without a token is answered with 410 and one.
func (l *longPollLink) begin() error {
	answer, err := l.poll()
	if err == nil {
		err = answer.finish()
	}
	switch {
	case err != nil:
		return err
	case answer.status != pollGone:
		return l.refused(&HandshakeError{StatusCode: answer.status}, answer.code(), "")
	}
	l.use(answer.token)
	return nil
}

func (l *longPollLink) read([]byte) (frame, error) {
	var pause time.Duration
	for {
		if l.got == nil {
			if err := l.wait(pause); err != nil {
				return frame{}, l.orBroken(err)
			}
		}
		message, ok, err := l.got.next()
		switch {
		case err != nil:
			return frame{}, l.orBroken(err)
		case ok && int64(len(message)) > l.config.MaxMessageBytes:
			return frame{}, &closeError{code: closeAbnormal, err: ErrMessageTooBig}
		case ok:
			// A binary frame comes as a string of its bytes, and begins with its kind, as no JSON text does.
			return frame{data: message, binary: len(message) > 0 && message[0] <= binaryBroadcast}, nil
		}
		answer := l.got
		l.got = nil
		if err := l.ended(answer); err != nil {
			return frame{}, err
		}
		if pause = min(2*pause+minPollPause, maxPollPause); time.Since(l.asked) > atOnce {
			pause = 0
		}
	}
}

// wait asks the server for messages, after a pause.
func (l *longPollLink) wait(pause time.Duration) (err error) {
	if pause > 0 {
		select {
		case <-time.After(pause):
		case <-l.ctx.Done():
		}
	}
	l.asked = time.Now()
	l.got, err = l.poll()
	return err
}

// ended takes the end of an answer.
func (l *longPollLink) ended(answer *pollAnswer) error {
	switch answer.status {
	case pollMessages, pollNothing:
		l.use(answer.token)
		return nil
	case pollGone:
		return errSessionGone
	case pollForbidden:
		return l.refused(&HandshakeError{StatusCode: answer.status}, answer.code(), duringPoll)
	}
	return l.failed(closeInternal, duringPoll, fmt.Errorf("the server answered with status %d", answer.status))
}

// use makes a token that of the session.
func (l *longPollLink) use(token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.token = token
}

// orBroken is why a send failed, which ends the link, or else err.
func (l *longPollLink) orBroken(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return cmp.Or(l.broken, err)
}

// askedOnce is an empty body of which HTTP cannot know that it may be sent again. When a connection breaks, net/http repeats a GET by
// itself; the server has then answered the first one, and what it carried would be missing with nobody told.
type askedOnce struct{ io.Reader }

// poll asks for what the server has.
func (l *longPollLink) poll() (*pollAnswer, error) {
	return l.request(http.MethodGet, "", askedOnce{http.NoBody})
}

func (l *longPollLink) write(frames []frame) error {
	contentType := "application/x-ndjson"
	if l.config.Version == versionV1 {
		contentType = "application/json" // one message; a line of NDJSON could not begin with "{"
	}
	var body bytes.Buffer
	for i, f := range frames {
		if i > 0 {
			body.WriteByte('\n') // between lines only: Phoenix does not take one at the end
		}
		if f.binary {
			body.WriteString(base64.StdEncoding.EncodeToString(f.data))
		} else {
			// JSON may be written over several lines, one of NDJSON may not; inside of its strings there are no raw line ends.
			body.Write(bytes.ReplaceAll(f.data, []byte{'\n'}, []byte{' '}))
		}
	}
	if body.Len() == 0 {
		return nil
	}
	err := l.send(contentType, &body)
	if err != nil {
		l.mu.Lock()
		l.broken = err
		l.mu.Unlock()
		l.abort()
	}
	return err
}

func (l *longPollLink) send(contentType string, body *bytes.Buffer) error {
	answer, err := l.request(http.MethodPost, contentType, body)
	if err == nil {
		err = answer.finish()
	}
	switch {
	case err != nil, answer.status == pollMessages:
		return err
	case answer.status == pollGone:
		return errSessionGone
	}
	return l.failed(closeInternal, duringSend, fmt.Errorf("the server answered with status %d", answer.status))
}

// request makes one HTTP request, whose answer is to be read to its end.
func (l *longPollLink) request(method, contentType string, content io.Reader) (*pollAnswer, error) {
	l.mu.Lock()
	token := l.token
	l.mu.Unlock()
	target, during := l.base, ""
	if token != "" {
		target.RawQuery += "&token=" + url.QueryEscape(token)
		during = duringPoll
	}
	if method == http.MethodPost {
		during = duringSend
	}
	body := newPollBody(l.ctx, l.config.LongPollTimeout)
	request, err := http.NewRequestWithContext(body.ctx, method, target.String(), content)
	if err != nil {
		_ = body.Close()
		return nil, l.failed(closeAbnormal, during, err)
	}
	request.Header = l.header.Clone()
	request.Host = l.header.Get("Host") // empty: that of the URL
	request.Header.Set("Accept", "application/json")
	if token != "" {
		request.Header.Set("X-Phoenix-LongPoll-Token", token)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := l.client.Do(request)
	if err != nil {
		defer func() { _ = body.Close() }()
		err = body.cause(withoutURL(err))
		if request.ContentLength >= maxLongPollBytes { // a server that takes less may hang up in the middle, and its answer be lost by that
			err = fmt.Errorf("%w; a message of %d bytes may be larger than it takes", err, request.ContentLength)
		}
		return nil, l.failed(closeAbnormal, during, err)
	}
	body.answered(response.Body)
	if response.StatusCode != http.StatusOK {
		defer func() { _ = body.Close() }()
		return nil, l.refused(newHandshakeError(response.StatusCode, response.Header, body), closeInternal, during)
	}
	return newPollAnswer(l, during, body), nil
}

// refused ends the link over a status, of HTTP or in an answer's body.
func (l *longPollLink) refused(refusal *HandshakeError, code int, during string) error {
	refusal.Endpoint, refusal.during, refusal.proxy = displayURL(&l.base), during, l.route.String()
	return &closeError{code: code, err: refusal}
}

// failed ends the link over what went wrong with a request: with code 1006 when there was no answer, else as the official client does.
func (l *longPollLink) failed(code int, during string, err error) error {
	return &closeError{
		code: code,
		err:  fmt.Errorf("phoenix: %s %s%s: %w", cmp.Or(during, duringConnect), displayURL(&l.base), l.route, within{withoutURL(err)}),
	}
}

func (l *longPollLink) maxBatch(int) (frames, bytes int) {
	if l.config.Version == versionV1 {
		return 1, math.MaxInt
	}
	return maxLongPollBatch, maxLongPollBytes
}

func (l *longPollLink) needsHeartbeat() bool { return false }
func (l *longPollLink) traffic() *traffic    { return &l.counters }
func (l *longPollLink) localAddr() net.Addr  { return nil }

// close ends the session on this side; the server forgets it when no poll comes.
func (l *longPollLink) close(int, string) error {
	l.abort()
	return nil
}

func (l *longPollLink) abort() {
	l.cancel()
	l.client.CloseIdleConnections()
}
