//go:build js

package webcore_test

import (
	"fmt"
	"strings"
	"sync"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	phoenix "phoenixchannels/core"
)

// fetches is a scripted fetch: a test answers each request.
type fetches struct {
	t        *testing.T
	requests chan *request
}

// request is one call of fetch.
type request struct {
	t       *testing.T
	url     string
	options js.Value
	resolve js.Value
	reject  js.Value

	mu      sync.Mutex
	aborted bool

	controller js.Value // of the stream that answers
}

func newFetches(t *testing.T) *fetches {
	f := &fetches{t: t, requests: make(chan *request, 16)}
	replaceGlobal(t, "fetch", function(t, func(args []js.Value) any {
		r := &request{t: t, url: args[0].String(), options: args[1]}
		executor := js.FuncOf(func(_ js.Value, settle []js.Value) any {
			r.resolve, r.reject = settle[0], settle[1]
			return nil
		})
		defer executor.Release()
		promise := global.Get("Promise").New(executor)
		r.options.Get("signal").Call("addEventListener", "abort", js.FuncOf(func(js.Value, []js.Value) any {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.aborted = true
			r.reject.Invoke(r.options.Get("signal").Get("reason"))
			if r.controller.Truthy() {
				r.controller.Call("error", r.options.Get("signal").Get("reason"))
			}
			return nil
		}))
		f.requests <- r
		return promise
	}))
	return f
}

func (f *fetches) next(method string) *request {
	f.t.Helper()
	select {
	case r := <-f.requests:
		require.Equal(f.t, method, r.options.Get("method").String(), r.url)
		return r
	case <-time.After(patience):
		require.FailNow(f.t, "no request came")
		return nil
	}
}

// answer resolves the request with a whole answer.
func (r *request) answer(status int, headers map[string]any, body string) {
	init := object.Invoke(map[string]any{"status": status, "headers": headers})
	r.resolve.Invoke(global.Get("Response").New(body, init))
}

func (r *request) isAborted() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.aborted
}

// stream resolves the request with an answer to which the test adds.
func (r *request) stream() (add func(text string)) {
	start := js.FuncOf(func(_ js.Value, args []js.Value) any { r.controller = args[0]; return nil })
	defer start.Release()
	stream := global.Get("ReadableStream").New(map[string]any{"start": start})
	r.resolve.Invoke(global.Get("Response").New(stream))
	encoder := global.Get("TextEncoder").New()
	return func(text string) { r.controller.Call("enqueue", encoder.Call("encode", text)) }
}

func (r *request) body() string {
	return global.Get("TextDecoder").New().Call("decode", r.options.Get("body")).String()
}

const gone = `{"status":410,"token":"session 1","messages":[]}`

// open begins a session, and gives its first poll.
func open(t *testing.T, config phoenix.Config) (*phoenix.Socket, *told, *fetches, *request) {
	t.Helper()
	f := newFetches(t)
	config.Transport = phoenix.LongPoll
	s := newSocket(t, "wss://ada:pass@host.example/socket", config)
	r := new(told).follow(s)
	require.NoError(t, s.Connect())
	f.next("GET").answer(200, nil, gone)
	return s, r, f, f.next("GET")
}

func TestASessionOfFetches(t *testing.T) {
	f := newFetches(t)
	s := newSocket(t, "wss://ada:pass@host.example/socket", phoenix.Config{Transport: phoenix.LongPoll, AuthToken: "s3cret"})
	r := new(told).follow(s)
	require.NoError(t, s.Connect())
	first := f.next("GET")
	assert.Equal(t, "https://host.example/socket/longpoll?vsn=2.0.0", first.url)
	first.answer(200, nil, gone)
	poll := f.next("GET")
	assert.Equal(t, "https://host.example/socket/longpoll?vsn=2.0.0&token=session+1", poll.url)
	for name, want := range map[string]string{"credentials": "same-origin", "cache": "no-store", "redirect": "manual"} {
		assert.Equal(t, want, poll.options.Get(name).String(), name)
	}
	headers := map[string]string{}
	entries := object.Call("entries", poll.options.Get("headers"))
	for i := range entries.Length() {
		headers[entries.Index(i).Index(0).String()] = entries.Index(i).Index(1).String()
	}
	assert.Equal(t, map[string]string{"Accept": "application/json", "Authorization": "Basic YWRhOnBhc3M=", "X-Phoenix-AuthToken": "s3cret"}, headers)

	require.NoError(t, s.Push(phoenix.Message{Topic: "room:a", Event: "event", Ref: "1"}))
	post := f.next("POST")
	assert.Equal(t, `[null,"1","room:a","event",{}]`, post.body())
	assert.Equal(t, "application/x-ndjson", post.options.Get("headers").Get("Content-Type").String())
	assert.True(t, post.options.Get("keepalive").Bool(), "the last leaves outlive the page")
	post.answer(200, nil, `{"status":200}`)
	large := phoenix.JSONPayload([]byte(`"` + strings.Repeat("x", 2000) + `"`))
	require.NoError(t, s.Push(phoenix.Message{Topic: "room:a", Event: "event", Ref: "1", Payload: large}))
	assert.False(t, f.next("POST").options.Get("keepalive").Bool(), "a page may keep 64 KiB alive")

	add := poll.stream()
	add(`{"status":200,"token":"session 2","messages":["[null,null,\"room:a\",\"fir`)
	add(`st\",{}]",`)
	require.True(t, eventually(func() bool { r.mu.Lock(); defer r.mu.Unlock(); return len(r.events) == 1 }), "each message is read as it arrives")
	require.NoError(t, s.Disconnect(0, ""))
	require.True(t, eventually(poll.isAborted))
}

func TestAnswersThatEndASession(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func(poll *request)
		want   []string
		code   int
	}{
		{"a failed request", func(r *request) { r.reject.Invoke(global.Get("TypeError").New("Failed to fetch")) },
			[]string{"polling https://host.example/socket/longpoll: TypeError: Failed to fetch"}, 1006},
		{"a status", func(r *request) { r.answer(502, nil, "") }, []string{"the server answered 502"}, 1011},
		{"a session that is gone", func(r *request) { r.answer(200, nil, gone) }, []string{"session_gone"}, 3410},
		{"a message over the limit", func(r *request) { r.answer(200, nil, `{"status":200,"messages":["`+strings.Repeat("x", 1001)+`"]}`) },
			[]string{phoenix.ErrMessageTooBig.Error()}, 1006},
		{"a body over the limit", func(r *request) { r.stream()(`{"status":200,"messages":["` + strings.Repeat("x", 100000)) },
			[]string{phoenix.ErrMessageTooBig.Error()}, 1006},
		{"an answer that does not go on", func(r *request) { r.stream()(`{"status":200,`) }, []string{"no answer within 1s"}, 1006},
		{"no answer", func(*request) {}, []string{"no answer within 1s"}, 1006},
		{"a redirect", func(r *request) { r.resolve.Invoke(map[string]any{"type": "opaqueredirect"}) }, []string{"redirects, which is not followed"}, 1006},
	} {
		t.Run(test.name, func(t *testing.T) {
			timeout := patience
			if strings.Contains(test.want[0], "no answer") {
				timeout = time.Second
			}
			_, r, f, poll := open(t, phoenix.Config{MaxMessageBytes: 1000, LongPollTimeout: timeout})
			test.answer(poll)
			event := r.closed(t, 0)
			assert.Equal(t, test.code, event.Code)
			for _, part := range test.want {
				assert.Contains(t, event.Reason, part)
			}
			assert.NotContains(t, event.Reason, "session 1")
			f.next("GET") // the next connect
		})
	}
}

func TestRefusedByFetch(t *testing.T) {
	t.Run("without a reason", func(t *testing.T) {
		f := newFetches(t)
		s := newSocket(t, "wss://host.example/socket?token=s3cret", phoenix.Config{Transport: phoenix.LongPoll})
		r := new(told).follow(s)
		require.NoError(t, s.Connect())
		f.next("GET").reject.Invoke(global.Get("TypeError").New("Failed to fetch"))
		reason := r.closed(t, 0).Reason
		assert.Contains(t, reason, "TypeError: Failed to fetch; check that the server's check_origin")
		assert.Contains(t, reason, "check_origin")
		assert.NotContains(t, reason, "s3cret")
	})
	for header, want := range map[string]time.Duration{"7": 7 * time.Second, "": 10 * time.Millisecond} {
		t.Run("Retry-After "+header, func(t *testing.T) {
			f := newFetches(t)
			s := newSocket(t, "wss://host.example/socket", phoenix.Config{Transport: phoenix.LongPoll})
			r := new(told).follow(s)
			require.NoError(t, s.Connect())
			f.next("GET").answer(503, map[string]any{"Retry-After": header}, "busy")
			event := r.closed(t, 0)
			assert.Equal(t, want, event.RetryIn)
			var refusal *phoenix.HandshakeError
			require.ErrorAs(t, r.errors[0], &refusal)
			assert.Equal(t, 503, refusal.StatusCode)
			assert.Equal(t, "busy", refusal.Body)
			assert.Equal(t, header, refusal.Header.Get("Retry-After"))
		})
	}
}

// Polls stop while the handlers are behind: the server keeps what it has.
func TestPollsStopWhileTheHandlersAreBehind(t *testing.T) {
	s, r, f, poll := open(t, phoenix.Config{ManualDispatch: true, MaxQueuedBytes: 1000})
	s.Dispatch(0) // what opening it said
	message := `"[null,null,\"room:a\",\"event\",\"` + strings.Repeat("x", 600) + `\"]"`
	poll.answer(200, nil, fmt.Sprintf(`{"status":200,"token":"session 2","messages":[%s,%s]}`, message, message))
	require.True(t, eventually(func() bool { return s.Queued() == 2 }))
	time.Sleep(100 * time.Millisecond)
	require.Empty(t, f.requests)
	s.Dispatch(0)
	f.next("GET")
	assert.Len(t, r.events, 2)
}

func TestAWebSocketThatDoesNotOpenFallsBackToFetch(t *testing.T) {
	b, f := newBrowser(t), newFetches(t)
	s := newSocket(t, "ws://host.example/socket", phoenix.Config{LongPollFallbackAfter: 50 * time.Millisecond})
	require.NoError(t, s.Connect())
	b.next()
	f.next("GET").answer(200, nil, gone)
	f.next("GET")
	assert.Equal(t, phoenix.SocketOpen, s.State())
}
