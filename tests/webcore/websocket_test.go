//go:build js

package webcore_test

import (
	"encoding/json/jsontext"
	"fmt"
	"strings"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	phoenix "phoenixchannels/core"
)

func TestConnectOfAWebSocket(t *testing.T) {
	b := newBrowser(t)
	s := newSocket(t, "ws://ada:pass@host.example/socket?a=1", phoenix.Config{AuthToken: "s3cret"})
	w := connect(t, s, b)
	assert.Equal(t, "ws://ada:pass@host.example/socket/websocket?a=1&vsn=2.0.0", w.url)
	assert.Equal(t, "phoenix,base64url.bearer.phx.czNjcmV0", w.protocols.Call("join").String())
	assert.Equal(t, "arraybuffer", w.object.Get("binaryType").String())
}

func TestWithoutATokenThereIsNoSubprotocol(t *testing.T) {
	b := newBrowser(t)
	w := connect(t, newSocket(t, "wss://host.example/socket", phoenix.Config{}), b)
	assert.Zero(t, w.protocols.Length())
}

func TestARefusedConnectSaysWhatToLookAt(t *testing.T) {
	b := newBrowser(t)
	replaceGlobal(t, "origin", "https://game.example")
	replaceGlobal(t, "location", object.Invoke(map[string]any{"protocol": "https:"}))
	s := newSocket(t, "ws://host.example/socket?token=s3cret", phoenix.Config{})
	r := new(told).follow(s)
	require.NoError(t, s.Connect())
	b.next().end(1006, "")
	event := r.closed(t, 0)
	assert.Equal(t, 1006, event.Code)
	assert.True(t, event.WillReconnect)
	for _, part := range []string{"ws://host.example/socket/websocket", "does not say why", "https may only connect to wss", "check_origin", "https://game.example"} {
		assert.Contains(t, event.Reason, part)
	}
	assert.NotContains(t, event.Reason, "s3cret")
	b.accept()
}

func TestAWebSocketThatThrows(t *testing.T) {
	replaceGlobal(t, "WebSocket", js.Undefined())
	s := newSocket(t, "ws://host.example/socket", phoenix.Config{})
	r := new(told).follow(s)
	require.NoError(t, s.Connect())
	assert.Contains(t, r.closed(t, 0).Reason, "phoenix: connecting to ws://host.example/socket/websocket: ")
}

func TestAConnectWithoutAnAnswer(t *testing.T) {
	b := newBrowser(t)
	s := newSocket(t, "ws://host.example/socket", phoenix.Config{Timeout: 50 * time.Millisecond})
	r := new(told).follow(s)
	require.NoError(t, s.Connect())
	w := b.next()
	assert.Equal(t, "phoenix: connecting to ws://host.example/socket: no answer within 50ms", r.closed(t, 0).Reason)
	assert.Equal(t, []closing{{}}, w.closings())
}

func TestCloseCodes(t *testing.T) {
	for _, test := range []struct {
		code         int
		reason, want string
		isError      bool
	}{
		{1000, "", "normal closure", false},
		{1001, "", "going away", false},
		{1005, "", "no status received", false},
		{1006, "", "the browser lost the connection, and does not say why", true},
		{1009, "", "message too big", true},
		{1012, "", "service restart", false},
		{4001, "kicked", "kicked", false},
	} {
		t.Run(fmt.Sprint(test.code), func(t *testing.T) {
			b := newBrowser(t)
			s := newSocket(t, "ws://host.example/socket", phoenix.Config{})
			r := new(told).follow(s)
			connect(t, s, b).end(test.code, test.reason)
			event := r.closed(t, 0)
			assert.Equal(t, test.code, event.Code)
			assert.Equal(t, test.want, event.Reason)
			assert.Equal(t, test.isError, len(r.errors) > 0)
			assert.True(t, event.WillReconnect)
			b.accept()
		})
	}
}

func TestDisconnectClosesWithItsCode(t *testing.T) {
	b := newBrowser(t)
	s := newSocket(t, "ws://host.example/socket", phoenix.Config{})
	r := new(told).follow(s)
	w := connect(t, s, b)
	require.NoError(t, s.Push(phoenix.Message{Topic: "room:a", Event: "last", Ref: "1"}))
	require.NoError(t, s.Disconnect(4001, "bye"))
	assert.Contains(t, w.receive(), `"last"`)
	require.True(t, eventually(func() bool { return len(w.closings()) > 0 }))
	assert.Equal(t, closing{4001, "bye"}, w.closings()[0])
	w.end(4001, "bye")
	event := r.closed(t, 0)
	assert.True(t, event.WasRequested)
	assert.Equal(t, 4001, event.Code)
}

func TestMessagesComeInOrder(t *testing.T) {
	b := newBrowser(t)
	s := newSocket(t, "ws://host.example/socket", phoenix.Config{})
	r := new(told).follow(s)
	w := connect(t, s, b)
	var want []string
	for i := range 1000 {
		event := fmt.Sprint("event ", i)
		want = append(want, event)
		if i%10 == 5 { // binary: a broadcast
			bytes := append([]byte{2, 6, byte(len(event))}, "room:a"+event+"\x00\xff"...)
			array := global.Get("Uint8Array").New(len(bytes))
			js.CopyBytesToJS(array, bytes)
			w.message(array.Get("buffer"))
		} else {
			w.message(`[null,null,"room:a","` + event + `",{"text":"ö€😀"}]`)
		}
		if i%100 == 0 {
			time.Sleep(5 * time.Millisecond)
		}
	}
	w.end(1001, "")
	r.closed(t, 0)
	assert.Equal(t, want, r.events)
}

// A burst costs a few calls into Go, not one a message.
func TestABurstEntersGoInOnePiece(t *testing.T) {
	b := newBrowser(t)
	s := newSocket(t, "ws://host.example/socket", phoenix.Config{})
	r := new(told).follow(s)
	w := connect(t, s, b)
	count := global.Get("Function").New("target", `
		const add = target.addEventListener;
		target.listens = 0;
		target.addEventListener = (...given) => { target.listens++; add.apply(target, given); };
	`)
	count.Invoke(w.object)
	for range 20 {
		for range 50 {
			w.message(`[null,null,"room:a","event",{}]`)
		}
		time.Sleep(time.Millisecond) // a turn of JavaScript
	}
	require.True(t, eventually(func() bool { r.mu.Lock(); defer r.mu.Unlock(); return len(r.events) == 1000 }))
	assert.LessOrEqual(t, w.object.Get("listens").Int(), 25)
}

func TestAMessageOverTheLimit(t *testing.T) {
	for _, binary := range []bool{false, true} {
		b := newBrowser(t)
		s := newSocket(t, "ws://host.example/socket", phoenix.Config{MaxMessageBytes: 1000})
		r := new(told).follow(s)
		w := connect(t, s, b)
		w.message(`[null,null,"room:a","fits",{}]`)
		if binary {
			w.message(global.Get("ArrayBuffer").New(1001))
		} else {
			w.message(`[null,null,"room:a","too big","` + strings.Repeat("€", 400) + `"]`) // in UTF-16 it would fit
		}
		w.message(`[null,null,"room:a","too late",{}]`)
		event := r.closed(t, 0)
		assert.Equal(t, 1006, event.Code)
		assert.Equal(t, phoenix.ErrMessageTooBig.Error(), event.Reason)
		assert.ErrorIs(t, r.errors[0], phoenix.ErrMessageTooBig)
		assert.Equal(t, []string{"fits"}, r.events)
		require.True(t, eventually(func() bool { return len(w.closings()) > 0 }))
		assert.Equal(t, closing{4009, "message too big"}, w.closings()[0])
	}
}

// What a browser would buffer without end waits in the connection's queue, and goes over the next
// connection when this one ends.
func TestWhatTheBrowserHasNotSentHoldsTheWriterBack(t *testing.T) {
	b := newBrowser(t)
	s := newSocket(t, "ws://host.example/socket", phoenix.Config{})
	w := connect(t, s, b)
	w.stall(true)
	large := jsontext.Value(`"` + strings.Repeat("x", 100<<10) + `"`)
	for _, event := range []string{"first", "second", "third"} {
		require.NoError(t, s.Push(phoenix.Message{Topic: "room:a", Event: event, Payload: phoenix.JSONPayload(large)}))
	}
	assert.Contains(t, w.receive()[:100], "first")
	before := s.Statistics()
	assert.Less(t, before.BytesOut, int64(1000), "what waits in the browser is not sent")
	time.Sleep(20 * time.Millisecond) // several looks of the writer
	require.Empty(t, w.sent)
	w.stall(false)
	w.stall(true)
	assert.Contains(t, w.receive()[:100], "second")
	w.end(1006, "")
	assert.Contains(t, b.accept().receive()[:100], "third")
}

// A browser goes on reading while the handlers are behind. Up to the limit nothing is lost; beyond
// it the connection ends.
func TestMessagesThatNobodyTakes(t *testing.T) {
	t.Run("within the limit", func(t *testing.T) {
		b, s, r, w := behind(t)
		for i := range 150 {
			w.message(`[null,null,"room:a","` + fmt.Sprint(i) + `","` + strings.Repeat("x", 1000) + `"]`)
		}
		time.Sleep(50 * time.Millisecond) // of looks at what came
		require.Equal(t, phoenix.SocketOpen, s.State())
		require.True(t, eventually(func() bool { s.Dispatch(0); return len(r.events) == 150 }))
		for i, event := range r.events {
			require.Equal(t, fmt.Sprint(i), event)
		}
		require.Empty(t, b.sockets)
	})
	t.Run("beyond it", func(t *testing.T) {
		b, s, r, w := behind(t)
		for range 300 {
			w.message(`[null,null,"room:a","event","` + strings.Repeat("x", 1000) + `"]`)
		}
		b.accept() // without any dispatch
		require.True(t, eventually(func() bool { s.Dispatch(0); return len(r.closes) == 1 }))
		event := r.closes[0]
		assert.Contains(t, event.Reason, "max_queued_bytes is 102400")
		assert.Contains(t, event.Reason, "cannot hold the server back")
		assert.True(t, event.WillReconnect)
		assert.GreaterOrEqual(t, len(r.events), 75, "what waited in the queue was delivered")
		assert.Equal(t, closing{4009, "too many messages"}, w.closings()[0])
	})
}

// behind makes a socket with a small limit whose handlers only run in Dispatch.
func behind(t *testing.T) (*browser, *phoenix.Socket, *told, *webSocket) {
	b := newBrowser(t)
	s := newSocket(t, "ws://host.example/socket", phoenix.Config{ManualDispatch: true, MaxQueuedBytes: 100 << 10})
	return b, s, new(told).follow(s), connect(t, s, b)
}

// A page that was frozen, or a machine that slept, looks at its connection as soon as it goes on,
// and keeps it when the server answers.
func TestAfterAFreezeTheConnectionIsChecked(t *testing.T) {
	b := newBrowser(t)
	s := newSocket(t, "ws://host.example/socket", phoenix.Config{})
	r := new(told).follow(s)
	w := connect(t, s, b)
	time.Sleep(time.Second) // of looks at the clock
	require.Empty(t, w.sent)
	jumpClock(t, 10*time.Second)
	assert.Contains(t, w.receive(), `"phoenix","heartbeat"`)
	require.True(t, eventually(func() bool { r.mu.Lock(); defer r.mu.Unlock(); return len(r.events)+len(r.closes) > 0 }))
	assert.Equal(t, []string{"phx_reply"}, r.events)
	assert.Empty(t, r.closes)
}

// jumpClock moves the wall clock until the test ends. It stands still there.
func jumpClock(t *testing.T, by time.Duration) {
	prototype := global.Get("Date").Get("prototype")
	getTime := prototype.Get("getTime")
	moved := global.Get("Date").New(time.Now().Add(by).UnixMilli())
	prototype.Set("getTime", getTime.Call("bind", moved)) // not a function of Go, whose runtime calls it
	t.Cleanup(func() { prototype.Set("getTime", getTime) })
}

func TestIgnoredSettings(t *testing.T) {
	config := phoenix.Config{Compression: true}
	assert.Equal(t, []string{"Compression"}, config.Ignored())
	config.Header = phoenix.Header{"X-Game": {"1"}}
	config.TLS, config.Proxy = true, "http://proxy.example:3128"
	assert.Equal(t, []string{"Header", "TLS", "Proxy", "Compression"}, config.Ignored())
	assert.Empty(t, new(phoenix.Config).Ignored())
	config.Header = phoenix.Header{"Upgrade": {"1"}}
	_, err := phoenix.NewSocket("ws://host.example/socket", config)
	assert.ErrorIs(t, err, phoenix.ErrInvalidConfig, "a mistake is one on all platforms")
}

func TestAPayloadMustBeJSONText(t *testing.T) {
	s := newSocket(t, "ws://host.example/socket", phoenix.Config{})
	channel, err := s.Channel("room:a", nil)
	require.NoError(t, err)
	_, err = channel.Join()
	require.NoError(t, err)
	_, err = channel.Push("event", map[string]int{"a": 1})
	require.ErrorIs(t, err, phoenix.ErrInvalidPayload)
	assert.EqualError(t, err, "phoenix: invalid payload: a map[string]int cannot be encoded in a browser; pass JSON text as a jsontext.Value")
	_, err = channel.Push("event", jsontext.Value(`{"a":1}`))
	assert.NoError(t, err)
}
