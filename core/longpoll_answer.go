package core

import (
	"bytes"
	"context"
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// pollAnswer is the answer to a request, read as it arrives. Each message is returned once it has
// arrived. The size limit applies to each message, not to all of them together. The status and
// token are known only at the end, because an object's members have no order.
type pollAnswer struct {
	status int
	token  string

	link       *longPollLink
	during     string
	text       *jsontext.Decoder
	body       *pollBody
	begun      bool
	inMessages bool
}

// errStalled ends a request whose answer does not continue.
var errStalled = errors.New("stalled")

// pollBody is the network's side of an answer. The server has the poll's timeout for its answer,
// and again for each further part of it. Time taken by the handlers does not count.
type pollBody struct {
	io.ReadCloser
	stalled *time.Timer
	timeout time.Duration
	ctx     context.Context
	cancel  context.CancelCauseFunc
	size    int64        // bytes read
	used    func() int64 // returns how many of them the decoder has used
	limit   int64        // for bytes read but not used: one message
	err     error        // other than io.EOF
}

func newPollBody(parent context.Context, timeout time.Duration) *pollBody {
	b := &pollBody{timeout: timeout, used: func() int64 { return 0 }, limit: math.MaxInt64}
	b.ctx, b.cancel = context.WithCancelCause(parent)
	b.stalled = time.AfterFunc(timeout, func() { b.cancel(errStalled) })
	return b
}

// answered sets the body, once there is an answer.
func (b *pollBody) answered(body io.ReadCloser) {
	b.stalled.Stop()
	b.ReadCloser = body
}

func (b *pollBody) Read(p []byte) (int, error) {
	if b.size-b.used() > b.limit {
		b.err = ErrMessageTooBig
		return 0, b.err
	}
	b.stalled.Reset(b.timeout)
	n, err := b.ReadCloser.Read(p)
	b.stalled.Stop()
	b.size += int64(n)
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}

func (b *pollBody) Close() error {
	b.stalled.Stop()
	b.cancel(nil)
	if b.ReadCloser == nil {
		return nil
	}
	return b.ReadCloser.Close()
}

// maxEscape is the maximum number of JSON bytes for one byte of a message.
const maxEscape = len(`\u0000`)

func newPollAnswer(l *longPollLink, during string, body *pollBody) *pollAnswer {
	a := &pollAnswer{link: l, during: during, body: body, text: jsontext.NewDecoder(body, jsontext.AllowDuplicateNames(true))}
	const slack = 1 << 10 // member names and the token
	body.used = a.text.InputOffset
	body.limit = min(l.config.MaxMessageBytes, (math.MaxInt64-slack)/int64(maxEscape))*int64(maxEscape) + slack
	return a
}

// next returns the next message, or false at the end.
func (a *pollAnswer) next() (message []byte, ok bool, err error) {
	message, ok, err = a.advance()
	if err != nil {
		err = a.failure(err)
	}
	if !ok {
		_ = a.body.Close()
	}
	return message, ok, err
}

// finish reads to the end and discards the messages.
func (a *pollAnswer) finish() error {
	for {
		if _, ok, err := a.next(); !ok {
			return err
		}
	}
}

func (a *pollAnswer) advance() (message []byte, ok bool, err error) {
	if !a.begun {
		a.begun = true
		if err := a.expect('{', "the answer"); err != nil {
			return nil, false, err
		}
	}
	for {
		switch {
		case !a.inMessages:
			if end, err := a.member(); end || err != nil {
				return nil, false, err
			}
		case a.text.PeekKind() != ']':
			message, err := a.string("a message")
			return message, err == nil, err
		default:
			a.inMessages = false
			if _, err := a.text.ReadToken(); err != nil {
				return nil, false, err
			}
		}
	}
}

// member reads one member of the answer, or only the start of the messages. It reports whether the
// answer has ended.
func (a *pollAnswer) member() (end bool, err error) {
	key, err := a.text.ReadToken()
	if err != nil {
		return false, err
	}
	if key.Kind() == '}' {
		if _, err = a.text.ReadToken(); err == io.EOF {
			return true, nil
		}
		if err == nil {
			err = errors.New("more text after the answer")
		}
		return false, err
	}
	switch key.String() {
	case "status":
		return false, a.readStatus()
	case "token":
		token, err := a.string("token")
		a.token = string(token)
		return false, err
	case "messages":
		if a.text.PeekKind() == 'n' {
			return false, a.text.SkipValue()
		}
		a.inMessages = true
		return false, a.expect('[', "messages")
	}
	return false, a.text.SkipValue()
}

func (a *pollAnswer) readStatus() error {
	value, err := a.text.ReadValue()
	if err != nil {
		return err
	}
	if value.Kind() == 'n' {
		return nil
	}
	if a.status, err = strconv.Atoi(string(value)); err != nil {
		return fmt.Errorf("status is %s; it must be an integer", kindName(value.Kind()))
	}
	return nil
}

// string reads a string; null means an empty one.
func (a *pollAnswer) string(what string) ([]byte, error) {
	value, err := a.text.ReadValue()
	if err != nil {
		return nil, err
	}
	switch value.Kind() {
	case 'n':
		return nil, nil
	case '"':
		if inner := value[1 : len(value)-1]; bytes.IndexByte(inner, '\\') < 0 {
			return bytes.Clone(inner), nil
		}
		return jsontext.AppendUnquote(nil, value)
	}
	return nil, wrongKind(what, value.Kind(), '"')
}

func (a *pollAnswer) expect(kind jsontext.Kind, what string) error {
	token, err := a.text.ReadToken()
	switch {
	case err == io.EOF:
		return errors.New("it is empty")
	case err != nil:
		return err
	case token.Kind() != kind:
		return wrongKind(what, token.Kind(), kind)
	}
	return nil
}

// failure returns the error that ends the link after an error in reading.
func (a *pollAnswer) failure(err error) error {
	switch l := a.link; {
	case a.body.err == ErrMessageTooBig:
		return &closeError{code: closeAbnormal, err: ErrMessageTooBig}
	case a.body.err != nil:
		return l.failed(closeAbnormal, a.during, a.body.cause(a.body.err))
	default:
		return l.failed(closeInternal, a.during, fmt.Errorf("the answer is not from Phoenix; it may be the login page of a network: %w: %s",
			within{ErrMalformedMessage}, strings.TrimPrefix(err.Error(), "jsontext: ")))
	}
}

// cause returns err, or the timeout that caused it.
func (b *pollBody) cause(err error) error {
	if context.Cause(b.ctx) == errStalled {
		return fmt.Errorf("no answer within %v", b.timeout)
	}
	return err
}

// code returns the close code that the official client uses for an answer that ends the session.
func (a *pollAnswer) code() int {
	if a.status == statusForbidden {
		return closePolicy
	}
	return closeInternal
}
