//go:build !nativetransport

package core

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"syscall/js"
	"time"
)

// browserDialer opens links over the browser's WebSocket.
type browserDialer struct{ config *Config }

// browserLink is a link over one WebSocket of the browser.
//
// Each call from JavaScript into Go has its price. So what arrives is collected by JavaScript alone, in an array: the listener is the
// array's own push. Go is called for the first message after it found nothing, and then looks again after gatherTime.
type browserLink struct {
	ws        js.Value
	maxBytes  int64
	maxQueued int
	counters  traffic
	sent      atomic.Int64

	queue     js.Value // array of the MessageEvents that arrived
	collector js.Value // adds to it
	wake      js.Func  // called once, for the next message
	once      js.Value // the options that let it do so once
	arrived   chan struct{}
	gathering bool      // Go was called just now
	called    time.Time // when
	taken     js.Value  // array of those that are read
	next      int       // index in taken
	count     int       // of taken
	failure   error     // why the link ended on this side
	onOpen    js.Func
	onClose   js.Func

	mu     sync.Mutex
	closed chan struct{}
	end    *closeError // once closed is
}

// gatherTime is how long messages gather before Go looks at them, unless nothing came right before. It is a quarter of a frame.
const gatherTime = 4 * time.Millisecond

// The WebSocket closes with one of its own codes when this client does it over a rule of the protocol: the code 1009 is not for pages.
const closeTooBig = 4009

var textEncoder = js.Global().Get("TextEncoder").New()

func (d browserDialer) dial(ctx context.Context, t target) (link, error) {
	endpoint := t.endpoint.JoinPath(WebSocket.String())
	endpoint.User = t.user
	l := &browserLink{
		maxBytes: d.config.MaxMessageBytes, maxQueued: d.config.MaxQueuedBytes,
		queue: array.New(), once: object.New(), arrived: make(chan struct{}, 1), closed: make(chan struct{}),
	}
	opened := make(chan struct{})
	l.once.Set("once", true)
	l.collector = l.queue.Get("push").Call("bind", l.queue)
	l.wake = js.FuncOf(func(js.Value, []js.Value) any { l.signal(); return nil })
	l.onOpen = js.FuncOf(func(js.Value, []js.Value) any { close(opened); return nil })
	l.onClose = js.FuncOf(func(_ js.Value, args []js.Value) any {
		l.ended(closedByBrowser(args[0].Get("code").Int(), args[0].Get("reason").String()))
		return nil
	})
	var protocols []any // of JavaScript
	for _, protocol := range t.subprotocols() {
		protocols = append(protocols, protocol)
	}
	err := attempt(func() { l.ws = js.Global().Get("WebSocket").New(endpoint.String(), protocols) })
	if err != nil {
		l.release()
		return nil, fmt.Errorf("phoenix: %s %s: %w; %s", duringConnect, displayURL(endpoint), err, connectAdvice(endpoint))
	}
	l.ws.Set("binaryType", "arraybuffer")
	l.ws.Call("addEventListener", "message", l.collector)
	l.ws.Call("addEventListener", "open", l.onOpen)
	l.ws.Call("addEventListener", "close", l.onClose)
	select {
	case <-opened:
		return l, nil
	case <-l.closed:
		return nil, fmt.Errorf("phoenix: %s %s: the browser could not connect, and does not say why; %s",
			duringConnect, displayURL(endpoint), connectAdvice(endpoint))
	case <-ctx.Done():
		l.abort()
		return nil, fmt.Errorf("phoenix: %s %s: %w", duringConnect, displayURL(endpoint), ctx.Err())
	}
}

// closedByBrowser is the end of a link by a close event.
func closedByBrowser(code int, reason string) *closeError {
	if code == closeAbnormal {
		return &closeError{code: code, err: errors.New("the browser lost the connection, and does not say why")}
	}
	return closedByServer(code, strings.ToValidUTF8(reason, "�"))
}

// ended takes the end of the link, the first of several.
func (l *browserLink) ended(end *closeError) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.end != nil {
		return
	}
	l.end = end
	close(l.closed)
	l.ws.Call("removeEventListener", "message", l.collector)
	l.ws.Call("removeEventListener", "message", l.wake)
	l.ws.Call("removeEventListener", "open", l.onOpen)
	l.ws.Call("removeEventListener", "close", l.onClose)
	l.release()
}

func (l *browserLink) release() {
	l.wake.Release()
	l.onOpen.Release()
	l.onClose.Release()
}

// isClosed reports whether the link has ended.
func (l *browserLink) isClosed() bool {
	select {
	case <-l.closed:
		return true
	default:
		return false
	}
}

func (l *browserLink) signal() {
	select {
	case l.arrived <- struct{}{}:
	default:
	}
}

// arm lets the next message call wake, and reports whether no more than so many are there now.
func (l *browserLink) arm(known int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.end == nil {
		l.ws.Call("addEventListener", "message", l.wake, l.once)
	}
	return l.queue.Length() <= known
}

func (l *browserLink) read(buffer []byte) (frame, error) {
	for {
		if l.failure != nil {
			return frame{}, &closeError{code: closeAbnormal, err: l.failure}
		}
		if l.next < l.count {
			return l.take(buffer)
		}
		isClosed := l.isClosed() // before the look at what arrived, which comes before the end
		if l.count, l.next = l.queue.Length(), 0; l.count > 0 {
			l.taken = l.queue.Call("splice", 0)
			continue
		}
		l.taken = js.Undefined()
		if isClosed {
			return frame{}, l.end
		}
		l.wait()
	}
}

// wait waits for a message or the end.
func (l *browserLink) wait() {
	if l.gathering {
		l.gathering = false
		time.Sleep(gatherTime - time.Since(l.called))
		return
	}
	if !l.arm(0) {
		return
	}
	select {
	case <-l.arrived:
		l.gathering, l.called = true, time.Now()
	case <-l.closed:
	}
}

// take reads the next message of those that were taken.
func (l *browserLink) take(buffer []byte) (frame, error) {
	data := l.taken.Index(l.next).Get("data")
	l.next++
	f := frame{binary: data.Type() != js.TypeString}
	var bytes js.Value
	if f.binary {
		bytes = uint8Array.New(data)
	} else {
		bytes = textEncoder.Call("encode", data)
	}
	size := bytes.Length()
	if int64(size) > l.maxBytes {
		return frame{}, l.fail(ErrMessageTooBig, closeTooBig, "message too big")
	}
	if size > len(buffer) {
		buffer = make([]byte, size)
	}
	f.data = buffer[:size:size]
	js.CopyBytesToGo(f.data, bytes)
	l.counters.in.Add(int64(size))
	return f, nil
}

// fail ends the link on this side. It is the reader's.
func (l *browserLink) fail(err error, code int, reason string) error {
	l.failure = err
	_ = l.close(code, reason)
	l.ended(&closeError{code: closeAbnormal, err: err})
	l.queue.Set("length", 0)
	l.taken, l.next, l.count = js.Undefined(), 0, 0
	return &closeError{code: closeAbnormal, err: err}
}

// errHeldTooMuch ends a connection that should be held back.
var errHeldTooMuch = errors.New("phoenix: messages arrived faster than they were handled, and a browser cannot hold the server back")

// hold counts what arrives meanwhile, as a browser goes on reading: it may be as much again as may wait for the handlers.
func (l *browserLink) hold(ctx context.Context, room <-chan struct{}) {
	size := sizeOf(l.taken, l.next, l.count)
	for counted := 0; ; {
		length := l.queue.Length()
		size += sizeOf(l.queue, counted, length)
		counted = length
		if size > int64(l.maxQueued) {
			_ = l.fail(fmt.Errorf("%w: max_queued_bytes is %d, and %d more bytes are queued", errHeldTooMuch, l.maxQueued, size), closeTooBig, "too many messages")
			return
		}
		if !l.arm(counted) {
			continue
		}
		select {
		case <-room:
			return
		case <-ctx.Done():
			return
		case <-l.arrived:
		}
		select {
		case <-room:
			return
		case <-ctx.Done():
			return
		case <-time.After(gatherTime):
		}
	}
}

// sizeOf is how large the messages of a part of an array are, a text by the units of its length.
func sizeOf(events js.Value, from, to int) (size int64) {
	for i := from; i < to; i++ {
		if data := events.Index(i).Get("data"); data.Type() == js.TypeString {
			size += int64(object.Invoke(data).Length())
		} else {
			size += int64(data.Get("byteLength").Int())
		}
	}
	return size
}

// maxBrowserBuffer is how many bytes may wait in the browser. The rest waits in the queue of the connection, where it can time out, or go over the
// next one.
const maxBrowserBuffer = 64 << 10

// bufferedLook is how often the writer checks bufferedAmount, as the browser has no event for it.
const bufferedLook = 4 * time.Millisecond

func (l *browserLink) write(frames []frame) error {
	for _, f := range frames {
		if err := l.send(f); err != nil {
			return err
		}
	}
	for l.traffic(); l.sent.Load()-l.counters.out.Load() > maxBrowserBuffer; l.traffic() {
		select {
		case <-l.closed:
			return l.writeError()
		case <-time.After(bufferedLook):
		}
	}
	return nil
}

func (l *browserLink) send(f frame) error {
	const open = 1
	if l.isClosed() || l.ws.Get("readyState").Int() != open { // a browser would take the message, and drop it
		return l.writeError()
	}
	var data any = string(f.data)
	if f.binary {
		bytes := uint8Array.New(len(f.data))
		js.CopyBytesToJS(bytes, f.data)
		data = bytes
	}
	l.sent.Add(int64(len(f.data)))
	return attempt(func() { l.ws.Call("send", data) })
}

// writeError is why nothing more can be written.
func (l *browserLink) writeError() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.end != nil {
		return l.end
	}
	return errors.New("the connection is closing")
}

func (l *browserLink) maxBatch(burst int) (frames, bytes int) { return maxWebSocketBatch(burst) }

func (l *browserLink) needsHeartbeat() bool { return true }

// traffic counts the messages' own bytes: a browser tells nothing of what it adds to them. What waits in it has not been sent.
func (l *browserLink) traffic() *traffic {
	if !l.isClosed() {
		l.counters.out.Store(max(l.sent.Load()-int64(l.ws.Get("bufferedAmount").Float()), 0))
	}
	return &l.counters
}

func (l *browserLink) localAddr() netip.Addr { return netip.Addr{} }

func (l *browserLink) close(code int, reason string) error {
	return attempt(func() { l.ws.Call("close", cmp.Or(code, closeNormal), reason) })
}

// abort drops the link. The browser says goodbye to the server, when it can.
func (l *browserLink) abort() {
	_ = attempt(func() { l.ws.Call("close") })
	l.ended(&closeError{code: closeAbnormal, err: errors.New("the connection was dropped")})
	l.signal()
}
