//go:build js

// Package webcore_test tests what core does with the browser's WebSocket and fetch: with scripted
// ones here, under Node. The real ones are in the scenarios of tests/conformance, which the same
// stage plays.
package webcore_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	phoenix "phoenixchannels/core"
)

const patience = 30 * time.Second

var (
	global = js.Global()
	object = global.Get("Object")
)

// replaceGlobal sets a global of JavaScript until the test ends.
func replaceGlobal(t *testing.T, name string, value any) {
	before := global.Get(name)
	global.Set(name, value)
	t.Cleanup(func() { global.Set(name, before) })
}

// function is a JavaScript function until the test ends.
func function(t *testing.T, fn func(args []js.Value) any) js.Func {
	f := js.FuncOf(func(_ js.Value, args []js.Value) any { return fn(args) })
	t.Cleanup(f.Release)
	return f
}

// browser has scripted WebSockets, one for each attempt.
type browser struct {
	t       *testing.T
	sockets chan *webSocket
}

// webSocket is the server's view of one WebSocket of the page, and the browser's.
type webSocket struct {
	t         *testing.T
	object    js.Value
	url       string
	protocols js.Value
	sent      chan string

	mu     sync.Mutex
	closes []closing
	stalls bool // what is sent stays in the browser
}

type closing struct {
	code   int
	reason string
}

func newBrowser(t *testing.T) *browser {
	b := &browser{t: t, sockets: make(chan *webSocket, 16)}
	replaceGlobal(t, "WebSocket", function(t, func(args []js.Value) any { return b.open(args) }))
	return b
}

// newTarget makes an EventTarget that notes for which events it has had listeners.
var newTarget = global.Get("Function").New(`
	const target = new EventTarget(), add = target.addEventListener;
	target.kinds = new Set();
	target.addEventListener = (kind, ...given) => { target.kinds.add(kind); add.call(target, kind, ...given); };
	return target;
`)

func (b *browser) open(args []js.Value) any {
	w := &webSocket{t: b.t, object: newTarget.Invoke(), url: args[0].String(), sent: make(chan string, 1000)}
	if len(args) > 1 {
		w.protocols = args[1]
	}
	w.object.Set("readyState", 0)
	w.object.Set("bufferedAmount", 0)
	w.object.Set("send", js.FuncOf(func(_ js.Value, args []js.Value) any {
		text := args[0]
		if text.Type() != js.TypeString {
			text = global.Get("TextDecoder").New().Call("decode", text)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.stalls {
			w.object.Set("bufferedAmount", w.object.Get("bufferedAmount").Int()+len(text.String()))
		} else {
			go w.answer(text.String())
		}
		w.sent <- text.String()
		return nil
	}))
	w.object.Set("close", js.FuncOf(func(_ js.Value, args []js.Value) any {
		w.mu.Lock()
		defer w.mu.Unlock()
		c := closing{}
		if len(args) > 0 {
			c = closing{args[0].Int(), args[1].String()}
		}
		w.closes = append(w.closes, c)
		if state := w.object.Get("readyState").Int(); state < 2 {
			w.object.Set("readyState", 2)
			go w.end(cmp.Or(c.code, 1005), c.reason) // as a server answers
		}
		return nil
	}))
	b.sockets <- w
	return w.object
}

// accept waits for the next WebSocket, and opens it.
func (b *browser) accept() *webSocket {
	b.t.Helper()
	w := b.next()
	w.object.Set("readyState", 1)
	w.dispatch("open", nil)
	return w
}

// next waits for the next WebSocket, until it has its listeners: the goroutine that adds them may
// have to wait for a garbage collection, and this one runs meanwhile. No event of a real browser
// comes then.
func (b *browser) next() *webSocket {
	b.t.Helper()
	select {
	case w := <-b.sockets:
		require.True(b.t, eventually(func() bool {
			return w.object.Get("kinds").Get("size").Int() == len([]string{"message", "open", "close"})
		}))
		return w
	case <-time.After(patience):
		require.FailNow(b.t, "no WebSocket was made")
		return nil
	}
}

func (w *webSocket) dispatch(kind string, properties map[string]any) {
	event := global.Get("Event").New(kind)
	for name, value := range properties {
		event.Set(name, value)
	}
	w.object.Call("dispatchEvent", event)
}

// message has a text or bytes arrive.
func (w *webSocket) message(data any) { w.dispatch("message", map[string]any{"data": data}) }

// answer answers a heartbeat, as any server does. The socket sends one out of turn, too, when this
// process has stood still for seconds.
func (w *webSocket) answer(text string) {
	var parts []any
	if json.Unmarshal([]byte(text), &parts) == nil && len(parts) == 5 && parts[2] == "phoenix" && parts[3] == "heartbeat" {
		w.message(fmt.Sprintf(`[null,%q,"phoenix","phx_reply",{"status":"ok","response":{}}]`, parts[1]))
	}
}

// end ends the connection with the browser's events.
func (w *webSocket) end(code int, reason string) {
	w.object.Set("readyState", 3)
	w.dispatch("close", map[string]any{"code": code, "reason": reason})
}

func (w *webSocket) closings() []closing {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]closing{}, w.closes...)
}

// stall keeps what is sent in the browser, or lets it go.
func (w *webSocket) stall(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stalls = on
	if !on {
		w.object.Set("bufferedAmount", 0)
	}
}

// receive waits for the next message of the page.
func (w *webSocket) receive() string {
	w.t.Helper()
	select {
	case text := <-w.sent:
		return text
	case <-time.After(patience):
		require.FailNow(w.t, "nothing was sent")
		return ""
	}
}

// told keeps what a socket's handlers were told.
type told struct {
	mu     sync.Mutex
	errors []error
	closes []phoenix.CloseEvent
	events []string
}

func (r *told) follow(s *phoenix.Socket) *told {
	s.OnError(func(err error) { r.add(func() { r.errors = append(r.errors, err) }) })
	s.OnClose(func(e phoenix.CloseEvent) { r.add(func() { r.closes = append(r.closes, e) }) })
	s.OnMessage(func(m *phoenix.Message) { r.add(func() { r.events = append(r.events, m.Event) }) })
	return r
}

func (r *told) add(fn func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fn()
}

func (r *told) closed(t *testing.T, n int) phoenix.CloseEvent {
	t.Helper()
	var event phoenix.CloseEvent
	require.True(t, eventually(func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		if len(r.closes) > n {
			event = r.closes[n]
			return true
		}
		return false
	}), "no OnClose")
	return event
}

// eventually waits for what has no event to wait for.
func eventually(condition func() bool) bool {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if condition() {
			return true
		}
	}
	return false
}

// newSocket makes a socket that ends with the test.
func newSocket(t *testing.T, endpoint string, config phoenix.Config) *phoenix.Socket {
	t.Helper()
	config.Jitter = phoenix.NoJitter
	s, err := phoenix.NewSocket(endpoint, config)
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.NoError(t, s.Close())
		select {
		case <-s.Ended():
		case <-time.After(patience):
			assert.Fail(t, "the socket's goroutines did not end")
		}
	})
	return s
}

func connect(t *testing.T, s *phoenix.Socket, b *browser) *webSocket {
	t.Helper()
	require.NoError(t, s.Connect())
	w := b.accept()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	require.NoError(t, s.WaitOpen(ctx))
	return w
}
