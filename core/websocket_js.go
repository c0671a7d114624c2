//go:build !nativetransport

package core

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall/js"
	"time"
)

// browserDialer opens links over the browser's WebSocket.
type browserDialer struct{ config *Config }

// browserLink is a link over one WebSocket of the browser.
//
// Each call from JavaScript into Go is costly. So JavaScript alone collects incoming messages in an
// array: the listener is the array's own push. Go is called only for the first message after it
// found none, and then checks the array again after gatherTime.
type browserLink struct {
	ws        js.Value
	maxBytes  int64
	maxQueued int
	counters  traffic
	sent      atomic.Int64

	queue     js.Value // array of the received MessageEvents
	collector js.Value // adds to queue
	wake      js.Func  // called once, for the next message
	once      js.Value // listener options for a single call of wake
	arrived   chan struct{}
	gathering bool      // Go has just been called
	called    time.Time // time of that call
	taken     js.Value  // array of the messages being read
	next      int       // index in taken
	count     int       // length of taken
	failure   error     // why the link ended on this side
	onOpen    js.Func
	onClose   js.Func

	mu     sync.Mutex
	closed chan struct{}
	end    *closeError // set once closed is closed
}

// gatherTime is how long messages gather before Go reads them, unless none arrived just before. It
// is a quarter of a frame.
const gatherTime = 4 * time.Millisecond

// closeTooBig is the close code for messages over a limit. Pages may not send 1009, the protocol's
// own code for that, so the WebSocket closes with a custom code.
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
	var protocols []any // converted to a JavaScript array
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

// closedByBrowser returns the end of a link from a close event.
func closedByBrowser(code int, reason string) *closeError {
	if code == closeAbnormal {
		return &closeError{code: code, err: errors.New("the browser lost the connection, and does not say why")}
	}
	return closedByServer(code, reason)
}

// ended records the end of the link; only the first one counts.
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

// arm makes the next message call wake, and reports whether there are at most known messages now.
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
		isClosed := l.isClosed() // checked before the queue, as messages precede the end
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

// take converts the next message in taken.
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

// fail ends the link on this side. Only the reader may call it.
func (l *browserLink) fail(err error, code int, reason string) error {
	l.failure = err
	_ = l.close(code, reason)
	l.ended(&closeError{code: closeAbnormal, err: err})
	l.queue.Set("length", 0)
	l.taken, l.next, l.count = js.Undefined(), 0, 0
	return &closeError{code: closeAbnormal, err: err}
}

// errHeldTooMuch ends a connection whose messages arrive faster than they are handled.
var errHeldTooMuch = errors.New("phoenix: messages arrived faster than they were handled, and a browser cannot hold the server back")

// hold counts the messages that arrive meanwhile, as a browser continues to read: their size may
// reach the limit for queued messages once more.
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

// sizeOf returns the size of the messages in a part of an array; the size of a text is its length
// in UTF-16 units.
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

// maxBrowserBuffer limits the bytes buffered in the browser. Further messages wait in the
// connection's queue, where they can time out or be sent over the next connection.
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
	if l.isClosed() || l.ws.Get("readyState").Int() != open { // a browser would accept the message and drop it
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

// writeError returns the reason why nothing more can be written.
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

// traffic counts only the messages' own bytes, as a browser does not report its framing. Bytes in
// the browser's buffer do not count as sent.
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

// abort drops the link. The browser sends a close frame to the server if it can.
func (l *browserLink) abort() {
	_ = attempt(func() { l.ws.Call("close") })
	l.ended(&closeError{code: closeAbnormal, err: errors.New("the connection was dropped")})
	l.signal()
}
