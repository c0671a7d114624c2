package main

/*
#include <stdint.h>
#include <stddef.h>

typedef const char *phx_text;
typedef const void *phx_bytes;
*/
import "C"

import (
	"fmt"
	"runtime/debug"
	"time"
	"unicode/utf8"
	"unsafe"

	"phoenixchannels/capi/abi"
)

// phx_socket_new makes a socket for an endpoint such as "ws://localhost:4000/socket", without connecting it. options is a JSON object, or
// NULL for the defaults; docs/c-abi.md lists its names. Returns the socket's handle.
//
//export phx_socket_new
func phx_socket_new(endpoint, options C.phx_text) C.int64_t {
	return result(func() (int64, error) {
		url, err := text("endpoint", endpoint)
		if err != nil {
			return 0, err
		}
		given, err := optional("options", options)
		if err != nil {
			return 0, err
		}
		return abi.NewSocket(url, given)
	})
}

// phx_socket_configure replaces the options that the JSON object names; the others stay. What a connection is made with (params,
// auth_token, headers, transport and the like) holds from the next one on. On an error nothing changes.
//
//export phx_socket_configure
func phx_socket_configure(socket C.int64_t, options C.phx_text) C.int64_t {
	return done(func() error {
		given, err := text("options", options)
		if err != nil {
			return err
		}
		return abi.Configure(int64(socket), given)
	})
}

// phx_socket_connect connects the socket, and keeps it connected from then on. It returns at once: PHX_EVENT_OPEN tells when the
// connection is there. On a socket that is connected, or on the way there, it does nothing.
//
//export phx_socket_connect
func phx_socket_connect(socket C.int64_t) C.int64_t {
	return done(func() error { return abi.Connect(int64(socket)) })
}

// phx_socket_disconnect closes the connection, after what was pushed before, and stops reconnecting; PHX_EVENT_CLOSE tells when. code is
// 1000 (also for 0) or from 3000 to 4999. reason has at most 123 bytes; it may be NULL.
//
//export phx_socket_disconnect
func phx_socket_disconnect(socket C.int64_t, code C.int32_t, reason C.phx_text) C.int64_t {
	return done(func() error {
		why, err := optional("reason", reason)
		if err != nil {
			return err
		}
		return abi.Disconnect(int64(socket), int(code), why)
	})
}

// phx_socket_state returns one of PHX_SOCKET_*.
//
//export phx_socket_state
func phx_socket_state(socket C.int64_t) C.int64_t {
	return result(func() (int64, error) { return abi.SocketState(int64(socket)) })
}

// phx_socket_free disconnects, and ends the handles of the socket and of its channels. What was not polled is lost, and a phx_poll() that
// waits in another thread returns PHX_ERROR_HANDLE. It returns at once; a host that ends right after it, and wants the server to be told,
// disconnects first and polls until PHX_EVENT_CLOSE.
//
//export phx_socket_free
func phx_socket_free(socket C.int64_t) C.int64_t {
	return done(func() error { return abi.FreeSocket(int64(socket)) })
}

// phx_channel_new makes a channel for a topic of the socket, without joining it. params is the JSON object that the server's join gets, or
// NULL for {}. flags is 0 or PHX_WITH_PRESENCE. Returns the channel's handle.
//
//export phx_channel_new
func phx_channel_new(socket C.int64_t, topic, params C.phx_text, flags C.uint32_t) C.int64_t {
	return result(func() (int64, error) {
		name, err := text("topic", topic)
		if err != nil {
			return 0, err
		}
		given, err := optional("params", params)
		if err != nil {
			return 0, err
		}
		return abi.NewChannel(int64(socket), name, given, uint32(flags))
	})
}

// phx_channel_join joins the channel, now or once the socket is open, and keeps it joined. Returns the number that each of its
// PHX_EVENT_JOIN has as push. timeout_ms is for each attempt; 0 is the socket's.
//
//export phx_channel_join
func phx_channel_join(channel C.int64_t, timeout_ms C.int32_t) C.int64_t {
	return result(func() (int64, error) { return abi.Join(int64(channel), milliseconds(timeout_ms)) })
}

// phx_channel_leave leaves the channel. Returns the number that its PHX_EVENT_REPLY has as push. timeout_ms 0 is the socket's.
//
//export phx_channel_leave
func phx_channel_leave(channel C.int64_t, timeout_ms C.int32_t) C.int64_t {
	return result(func() (int64, error) { return abi.Leave(int64(channel), milliseconds(timeout_ms)) })
}

// phx_channel_state returns one of PHX_CHANNEL_CLOSED, PHX_CHANNEL_ERRORED, PHX_CHANNEL_JOINED, PHX_CHANNEL_JOINING and
// PHX_CHANNEL_LEAVING.
//
//export phx_channel_state
func phx_channel_state(channel C.int64_t) C.int64_t {
	return result(func() (int64, error) { return abi.ChannelState(int64(channel)) })
}

// phx_channel_free leaves the channel without waiting for the server, and ends its handle. Nothing more is told of it, nor of its pushes.
//
//export phx_channel_free
func phx_channel_free(channel C.int64_t) C.int64_t {
	return done(func() error { return abi.FreeChannel(int64(channel)) })
}

// phx_push sends an event with a JSON payload; NULL is {}. While the channel is not joined the push waits for the join. Returns the number
// that its PHX_EVENT_REPLY has as push: one comes for each, by the timeout at the latest. timeout_ms 0 is the socket's.
//
//export phx_push
func phx_push(channel C.int64_t, event, payload C.phx_text, timeout_ms C.int32_t) C.int64_t {
	return result(func() (int64, error) {
		name, err := text("event", event)
		if err != nil {
			return 0, err
		}
		json, err := optional("payload", payload)
		if err != nil {
			return 0, err
		}
		return abi.Push(int64(channel), name, json, milliseconds(timeout_ms))
	})
}

// phx_push_binary is phx_push with bytes, which travel in a binary frame. They are copied. payload may be NULL when the size is 0.
//
//export phx_push_binary
func phx_push_binary(channel C.int64_t, event C.phx_text, payload C.phx_bytes, payload_size C.size_t, timeout_ms C.int32_t) C.int64_t {
	return result(func() (int64, error) {
		name, err := text("event", event)
		if err != nil {
			return 0, err
		}
		data, err := memory("payload", unsafe.Pointer(payload), payload_size)
		if err != nil {
			return 0, err
		}
		return abi.PushBinary(int64(channel), name, data, milliseconds(timeout_ms))
	})
}

// phx_poll writes the socket's next event into the buffer: a phx_event, with its texts and the payload behind it. Align the buffer as for a
// phx_event. It waits for one up to timeout_ms milliseconds; 0 does not wait, and a negative one waits without end. Returns 1 with an
// event, and 0 when there is none. event_size, if not NULL, is set to the size of the event, which is what the buffer needs when this
// returns PHX_ERROR_BUFFER; the event is then kept for the next call.
//
//export phx_poll
func phx_poll(socket C.int64_t, buffer unsafe.Pointer, buffer_size C.size_t, event_size *C.size_t, timeout_ms C.int32_t) C.int64_t {
	return result(func() (int64, error) {
		if event_size != nil {
			*event_size = 0
		}
		room, err := memory("buffer", buffer, buffer_size)
		if err != nil {
			return 0, err
		}
		size, err := abi.Poll(int64(socket), room, milliseconds(timeout_ms))
		if event_size != nil {
			*event_size = C.size_t(size)
		}
		return int64(min(size, 1)), err
	})
}

// phx_error_text says what an error code means. The text is the library's own.
//
//export phx_error_text
func phx_error_text(code C.int64_t) *C.char {
	if code < 0 && code >= C.int64_t(abi.ErrorInternal) {
		return codeTexts[-code]
	}
	return codeTexts[0]
}

// phx_last_error says what exactly was wrong with the last call that failed in this thread; it is empty before the first. The text is the
// library's own, and stays until the thread's next failure.
//
//export phx_last_error
func phx_last_error() *C.char { return lastError() }

// codeTexts are an array, which a leak checker of the host finds them in, unlike in Go's heap.
var codeTexts = func() (texts [1 - abi.ErrorInternal]*C.char) {
	texts[0] = C.CString("no error code of this library")
	for code := abi.ErrorInternal; code < 0; code++ {
		texts[-code] = C.CString(code.Error())
	}
	return texts
}()

// result runs a call and gives what it returns, or the code of what went wrong. Whatever happens in Go, the host lives on.
func result(call func() (int64, error)) (number C.int64_t) {
	defer func() {
		if v := recover(); v != nil {
			number = failed(fmt.Errorf("%w: %v\n%s", abi.ErrorInternal, v, debug.Stack()))
		}
	}()
	n, err := call()
	if err != nil {
		return failed(err)
	}
	return C.int64_t(n)
}

// done is result for a call that returns nothing else.
func done(call func() error) C.int64_t {
	return result(func() (int64, error) { return 0, call() })
}

func failed(err error) C.int64_t {
	keepError(err.Error())
	return C.int64_t(abi.CodeOf(err))
}

// text is an argument that must be there.
func text(name string, given C.phx_text) (string, error) {
	if given == nil {
		return "", fmt.Errorf("%w: %s", abi.ErrorNull, name)
	}
	return optional(name, given)
}

// optional is an argument that may be NULL.
func optional(name string, given C.phx_text) (string, error) {
	text := C.GoString(given)
	if !utf8.ValidString(text) {
		return "", fmt.Errorf("%w: %s", abi.ErrorText, name)
	}
	return text, nil
}

// memory is the host's, for this call.
func memory(name string, at unsafe.Pointer, size C.size_t) ([]byte, error) {
	const most = 1 << 40
	switch {
	case size > most:
		return nil, fmt.Errorf("%w: %s has %d bytes", abi.ErrorArgument, name, size)
	case at == nil && size > 0:
		return nil, fmt.Errorf("%w: %s", abi.ErrorNull, name)
	}
	return unsafe.Slice((*byte)(at), int(size)), nil
}

func milliseconds(n C.int32_t) time.Duration { return time.Duration(n) * time.Millisecond }
