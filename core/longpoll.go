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

// maxPollMessages limits one poll's body, in messages of the largest size: the server sends at once what it has gathered.
const maxPollMessages = 8

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
	l := &longPollLink{config: d.config, base: *t.endpoint.JoinPath(LongPoll.String()), header: t.header, waits: t.waits, route: t.route}
	l.base.Scheme = map[string]string{"ws": "http", "wss": "https"}[l.base.Scheme]
	if t.useToken {
		l.header.Set("X-Phoenix-AuthToken", t.token)
	}
	l.client = http.Client{
		Transport: &http.Transport{
			Proxy:           t.route.pick,
			DialContext:     counted(d.config.DialContext, &l.counters),
			TLSClientConfig: d.config.TLS,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	stop := context.AfterFunc(ctx, l.cancel) // until the session is open
	answer, err := l.poll()
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err == nil && answer.Status != pollGone { // 410 with a token is how a session begins
		err = l.refused(answer.Status, answer.code(), "")
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
	waits    func()
	route    *route
	client   http.Client
	counters traffic
	ctx      context.Context
	cancel   context.CancelFunc
	got      scanner // of the messages of the latest poll that were not read yet

	mu     sync.Mutex
	token  string // of the session
	broken error  // why a send failed, which ends the link
}

// pollAnswer is the body of a response.
type pollAnswer struct {
	Status   int
	Token    string
	Messages []byte // a JSON array of strings, empty for none
}

func (l *longPollLink) read([]byte) (frame, error) {
	var pause time.Duration
	for !l.got.more(']') {
		if l.waits != nil {
			l.waits()
		}
		if pause > 0 {
			select {
			case <-time.After(pause):
			case <-l.ctx.Done():
			}
		}
		asked := time.Now()
		answer, err := l.poll()
		if pause = min(2*pause+minPollPause, maxPollPause); time.Since(asked) > atOnce {
			pause = 0
		}
		if err != nil {
			l.mu.Lock()
			defer l.mu.Unlock()
			return frame{}, cmp.Or(l.broken, err)
		}
		switch answer.Status {
		case pollMessages, pollNothing:
			l.got = scanner{text: answer.Messages, maxDepth: 1}
			l.got.begin('[')
		case pollGone:
			return frame{}, errSessionGone
		case pollForbidden:
			return frame{}, l.refused(answer.Status, answer.code(), duringPoll)
		default:
			return frame{}, l.failed(closeInternal, duringPoll, fmt.Errorf("the server answered with status %d", answer.Status))
		}
	}
	message := l.got.string("a message")
	if int64(len(message)) > l.config.MaxMessageBytes {
		return frame{}, &closeError{code: closeAbnormal, err: ErrMessageTooBig}
	}
	if !l.got.escaped {
		message = bytes.Clone(message) // its own, so that it does not keep the others
	}
	// A binary frame comes as a string of its bytes, and begins with its kind, as no JSON text does.
	return frame{data: message, binary: len(message) > 0 && message[0] <= binaryBroadcast}, nil
}

// askedOnce is an empty body of which HTTP cannot know that it may be sent again. When a connection breaks, net/http repeats a GET by
// itself; the server has then answered the first one, and what it carried would be missing with nobody told.
type askedOnce struct{ io.Reader }

// poll waits for what the server has. It takes the session's token from the answer.
func (l *longPollLink) poll() (pollAnswer, error) {
	answer, err := l.request(http.MethodGet, "", askedOnce{http.NoBody})
	if err != nil {
		return answer, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.token = answer.Token
	return answer, nil
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
	answer, err := l.request(http.MethodPost, contentType, &body)
	switch {
	case err != nil, answer.Status == pollMessages:
	case answer.Status == pollGone:
		err = errSessionGone
	default:
		err = l.failed(closeInternal, duringSend, fmt.Errorf("the server answered with status %d", answer.Status))
	}
	if err != nil {
		l.mu.Lock()
		l.broken = err
		l.mu.Unlock()
		l.abort()
	}
	return err
}

// request makes one HTTP request and reads its answer.
func (l *longPollLink) request(method, contentType string, body io.Reader) (pollAnswer, error) {
	ctx, cancel := context.WithTimeout(l.ctx, l.config.LongPollTimeout)
	defer cancel()
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
	request, err := http.NewRequestWithContext(ctx, method, target.String(), body)
	if err != nil {
		return pollAnswer{}, l.failed(closeAbnormal, during, err)
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
	limit := min(l.config.MaxMessageBytes, math.MaxInt64/maxPollMessages-1) * maxPollMessages
	status, text, err := l.exchange(request, limit)
	switch {
	case err != nil && ctx.Err() == context.DeadlineExceeded:
		return pollAnswer{}, l.failed(closeAbnormal, during, fmt.Errorf("no answer within %v", l.config.LongPollTimeout))
	case err != nil:
		return pollAnswer{}, l.failed(closeAbnormal, during, err)
	case status != http.StatusOK:
		return pollAnswer{}, l.refused(status, closeInternal, during)
	case int64(len(text)) > limit:
		return pollAnswer{}, &closeError{code: closeAbnormal, err: ErrMessageTooBig}
	}
	answer, err := parsePoll(text)
	if err != nil {
		return answer, l.failed(closeInternal, during, fmt.Errorf("what answered is not Phoenix, but maybe a page of the network: %w: %w",
			within{ErrMalformedMessage}, err))
	}
	return answer, nil
}

// exchange makes a request and reads the body of its answer, up to limit and a byte, if the status is 200.
func (l *longPollLink) exchange(request *http.Request, limit int64) (status int, body []byte, err error) {
	response, err := l.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return response.StatusCode, nil, nil
	}
	body, err = io.ReadAll(io.LimitReader(response.Body, limit+1))
	return response.StatusCode, body, err
}

// parsePoll reads the body of an answer.
func parsePoll(body []byte) (answer pollAnswer, err error) {
	s := scanner{text: body, maxDepth: maxDepth, strict: true}
	s.begin('{')
	for s.more('}') {
		switch string(s.key("a key")) {
		case "status":
			answer.Status = s.integer("status")
		case "token":
			answer.Token = string(s.string("token"))
		case "messages":
			answer.Messages = s.strings("messages")
		default:
			s.value("an unknown key's value")
		}
	}
	s.end()
	return answer, s.err
}

// code is the close code that the official client gives an answer that ends the session.
func (a pollAnswer) code() int {
	if a.Status == pollForbidden {
		return closePolicy
	}
	return closeInternal
}

// refused ends the link over a status, of HTTP or in an answer's body.
func (l *longPollLink) refused(status, code int, during string) error {
	return &closeError{code: code, err: &HandshakeError{StatusCode: status, Endpoint: displayURL(&l.base), during: during, proxy: l.route.String()}}
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
