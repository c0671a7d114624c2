package core

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math"
	"net/netip"
	"net/url"
	"sync"
	"time"
)

// maxLongPollBatch is the maximum number of lines that Phoenix accepts in one request.
const maxLongPollBatch = 100

// maxLongPollBytes is the maximum size of one request's body, unless a single message is larger: the
// default limit of nginx, which refuses all messages of a larger one with 413. Phoenix itself
// accepts 8,000,000 bytes.
const maxLongPollBytes = 1 << 20

// A server normally waits for messages before it answers that it has none. If it does not wait, the
// client pauses before the next poll, longer each time.
const (
	atOnce       = 100 * time.Millisecond
	minPollPause = 10 * time.Millisecond
	maxPollPause = time.Second
)

// The methods of long-poll requests.
const (
	methodGet  = "GET"
	methodPost = "POST"
)

// The statuses in the body of a long-poll response. The HTTP status is 200 for most of them.
const (
	pollMessages  = statusOK
	pollNothing   = statusNoContent
	pollGone      = statusGone
	pollForbidden = statusForbidden
)

// errSessionGone ends a session that the server has forgotten.
var errSessionGone = &closeError{code: closeGone, reason: "session_gone"}

// longPollDialer opens long-poll sessions.
type longPollDialer struct{ config *Config }

func (d longPollDialer) dial(ctx context.Context, t target) (link, error) {
	l := &longPollLink{config: d.config, base: *httpURL(t.endpoint.JoinPath(LongPoll.String())), target: t}
	if t.useToken {
		t.header.Set("X-Phoenix-AuthToken", t.token)
	}
	l.client.init(l)
	l.ctx, l.cancel = context.WithCancel(context.Background())
	stop := context.AfterFunc(ctx, l.cancel) // until the session is open
	err := l.openSession()
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		l.abort()
		return nil, err
	}
	return l, nil
}

// longPollLink is a link over one long-poll session: GET requests wait for messages, POST requests
// send them.
type longPollLink struct {
	config   *Config
	base     url.URL
	target   target
	client   pollClient
	counters traffic
	ctx      context.Context
	cancel   context.CancelFunc
	got      *pollAnswer // answer to the latest poll, until it has been read
	asked    time.Time   // when the latest poll began

	mu     sync.Mutex
	token  string // of the session
	broken error  // the error of a failed send, which ends the link
}

// openSession opens the session: the server answers a poll without a token with 410 and a new
// token.
func (l *longPollLink) openSession() error {
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
			// A binary frame arrives as a string of its bytes. It starts with its kind, a byte with
			// which no JSON text starts.
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

// wait polls the server for messages, after a pause.
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

// ended handles the end of an answer.
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

// use sets the session's token.
func (l *longPollLink) use(token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.token = token
}

// orBroken returns the error of a failed send, which ended the link, or err if there was none.
func (l *longPollLink) orBroken(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return cmp.Or(l.broken, err)
}

// poll requests the server's messages.
func (l *longPollLink) poll() (*pollAnswer, error) {
	return l.request(methodGet, "", nil)
}

func (l *longPollLink) write(frames []frame) error {
	contentType := "application/x-ndjson"
	if l.config.Version == versionV1 {
		contentType = "application/json" // one message; an NDJSON line must not start with "{"
	}
	var body []byte
	for _, f := range frames {
		var line []byte
		if f.binary {
			line = base64.StdEncoding.AppendEncode(nil, f.data)
		} else {
			// JSON may span several lines, but an NDJSON line may not. JSON strings contain no raw
			// line ends.
			line = bytes.ReplaceAll(f.data, []byte{'\n'}, []byte{' '})
		}
		switch {
		case len(body) == 0:
			body = line
		case len(body)+1+len(line) > maxLongPollBytes:
			if err := l.send(contentType, body); err != nil {
				return err
			}
			body = line
		default:
			body = append(append(body, '\n'), line...) // between lines only: Phoenix does not accept one at the end
		}
	}
	if len(body) == 0 {
		return nil
	}
	return l.send(contentType, body)
}

// send makes one request with messages. If it fails, the link ends.
func (l *longPollLink) send(contentType string, body []byte) error {
	err := l.post(contentType, body)
	if err != nil {
		l.mu.Lock()
		l.broken = err
		l.mu.Unlock()
		l.abort()
	}
	return err
}

func (l *longPollLink) post(contentType string, body []byte) error {
	answer, err := l.request(methodPost, contentType, body)
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

// pollRequest is one HTTP request of a session.
type pollRequest struct {
	method      string
	url         url.URL
	header      Header // the requests add others
	token       string // of the session, also in the URL
	contentType string
	body        []byte
}

// pollResponse is the response to a pollRequest. Its body must be closed.
type pollResponse struct {
	status int
	header Header
	body   io.ReadCloser
}

// request makes one HTTP request. The answer must be read to its end.
func (l *longPollLink) request(method, contentType string, content []byte) (*pollAnswer, error) {
	l.mu.Lock()
	request := pollRequest{method, l.base, l.target.header, l.token, contentType, content}
	l.mu.Unlock()
	during := ""
	if request.token != "" {
		request.url.RawQuery += "&token=" + url.QueryEscape(request.token)
		during = duringPoll
	}
	if method == methodPost {
		during = duringSend
	}
	body := newPollBody(l.ctx, l.config.LongPollTimeout)
	response, err := l.client.ask(body.ctx, &request)
	if err != nil {
		defer func() { _ = body.Close() }()
		err = body.cause(withoutURL(err))
		if len(content) > maxLongPollBytes { // a server that accepts less may hang up midway, and its answer may be lost
			err = fmt.Errorf("%w; a message of %d bytes may be larger than it accepts", err, len(content))
		}
		return nil, l.failed(closeAbnormal, during, err)
	}
	body.answered(response.body)
	if response.status != statusOK {
		defer func() { _ = body.Close() }()
		return nil, l.refused(newHandshakeError(response.status, response.header, body), closeInternal, during)
	}
	return newPollAnswer(l, during, body), nil
}

// refused returns the error that ends the link after a refusal, with an HTTP status or a status in
// an answer's body.
func (l *longPollLink) refused(refusal *HandshakeError, code int, during string) error {
	refusal.Endpoint, refusal.during, refusal.proxy = displayURL(&l.base), during, l.target.via()
	return &closeError{code: code, err: refusal}
}

// failed returns the error that ends the link after a failed request: with code 1006 if there was
// no answer, otherwise with the code that the official client uses.
func (l *longPollLink) failed(code int, during string, err error) error {
	return &closeError{
		code: code,
		err:  fmt.Errorf("phoenix: %s %s%s: %w", cmp.Or(during, duringConnect), displayURL(&l.base), l.target.via(), within{withoutURL(err)}),
	}
}

func (l *longPollLink) maxBatch(int) (frames, bytes int) {
	if l.config.Version == versionV1 {
		return 1, math.MaxInt
	}
	return maxLongPollBatch, maxLongPollBytes
}

func (l *longPollLink) needsHeartbeat() bool  { return false }
func (l *longPollLink) traffic() *traffic     { return &l.counters }
func (l *longPollLink) localAddr() netip.Addr { return netip.Addr{} }

// hold leaves messages on the server: no poll requests them until there is room.
func (l *longPollLink) hold(ctx context.Context, room <-chan struct{}) {
	select {
	case <-room:
	case <-ctx.Done():
	}
}

// close ends the session on this side. The server forgets it when no more polls arrive.
func (l *longPollLink) close(int, string) error {
	l.abort()
	return nil
}

func (l *longPollLink) abort() {
	l.cancel()
	l.client.close()
}
