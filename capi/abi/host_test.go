package abi_test

import (
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"phoenixchannels/capi/abi"
	"phoenixchannels/server/devserver"
)

// limit is how long a test waits for an expected event.
const limit = 20 * time.Second

// host is a program that uses the C ABI.
type host struct {
	*testing.T
	socket int64
}

// polled is an event, with its texts read from the buffer.
type polled struct {
	abi.EventHeader
	topic, event, status, text, payload string
}

func startServer(t *testing.T) *devserver.Server {
	server := devserver.New(devserver.Options{LongPollWindow: time.Second})
	require.NoError(t, server.Start("127.0.0.1:0"))
	t.Cleanup(server.Close)
	return server
}

// newHost returns a host with a socket, which is freed at the end of the test.
func newHost(t *testing.T, url, options string) *host {
	socket, err := abi.NewSocket(url, options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = abi.FreeSocket(socket) })
	return &host{T: t, socket: socket}
}

// connectedHost returns a host whose socket is open.
func connectedHost(t *testing.T, options string) *host {
	h := newHost(t, startServer(t).URL(), options)
	require.NoError(t, abi.Connect(h.socket))
	h.await(abi.EventOpen)
	return h
}

// join returns a joined channel.
func (h *host) join(topic string) int64 {
	channel, err := abi.NewChannel(h.socket, topic, `{"presence": false}`, 0)
	require.NoError(h, err)
	push, err := abi.Join(channel, 0)
	require.NoError(h, err)
	joined := h.await(abi.EventJoin)
	require.Equal(h, push, joined.Push)
	require.Equal(h, channel, joined.Channel)
	require.Equal(h, "ok", joined.status, joined.payload)
	return channel
}

// poll returns the next event.
func (h *host) poll() polled {
	buffer := make([]byte, 1<<16)
	size, err := abi.Poll(h.socket, buffer, limit)
	require.NoError(h, err)
	require.Positive(h, size, "no event came")
	return read(buffer[:size])
}

// await returns the next event, which must have the given kind.
func (h *host) await(kind int32) polled {
	e := h.poll()
	require.Equal(h, kind, e.Kind, "%+v", e)
	return e
}

// nothing checks that no event is pending.
func (h *host) nothing() {
	size, err := abi.Poll(h.socket, make([]byte, 1<<16), 0)
	require.NoError(h, err)
	require.Zero(h, size)
}

func read(buffer []byte) polled {
	e := polled{}
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&e.EventHeader)), unsafe.Sizeof(e.EventHeader)), buffer)
	text := func(start uint32) string {
		end := start
		for buffer[end] != 0 {
			end++
		}
		return string(buffer[start:end])
	}
	e.topic, e.event, e.status, e.text = text(e.Topic), text(e.Event), text(e.Status), text(e.Text)
	e.payload = string(buffer[e.Payload : e.Payload+e.PayloadSize])
	return e
}
