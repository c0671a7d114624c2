package main

// The compiler checks each function against its declaration in the header, which also documents it.

/*
#include "phoenix_channels.h"

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

//export phx_socket_connect
func phx_socket_connect(socket C.int64_t) C.int64_t {
	return done(func() error { return abi.Connect(int64(socket)) })
}

//export phx_socket_disconnect
func phx_socket_disconnect(socket C.int64_t, code C.int32_t, reason C.phx_text) C.int64_t {
	return done(func() error {
		text, err := optional("reason", reason)
		if err != nil {
			return err
		}
		return abi.Disconnect(int64(socket), int(code), text)
	})
}

//export phx_socket_state
func phx_socket_state(socket C.int64_t) C.int64_t {
	return result(func() (int64, error) { return abi.SocketState(int64(socket)) })
}

//export phx_socket_free
func phx_socket_free(socket C.int64_t) C.int64_t {
	return done(func() error { return abi.FreeSocket(int64(socket)) })
}

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

//export phx_channel_join
func phx_channel_join(channel C.int64_t, timeout_ms C.int32_t) C.int64_t {
	return result(func() (int64, error) { return abi.Join(int64(channel), milliseconds(timeout_ms)) })
}

//export phx_channel_leave
func phx_channel_leave(channel C.int64_t, timeout_ms C.int32_t) C.int64_t {
	return result(func() (int64, error) { return abi.Leave(int64(channel), milliseconds(timeout_ms)) })
}

//export phx_channel_state
func phx_channel_state(channel C.int64_t) C.int64_t {
	return result(func() (int64, error) { return abi.ChannelState(int64(channel)) })
}

//export phx_channel_free
func phx_channel_free(channel C.int64_t) C.int64_t {
	return done(func() error { return abi.FreeChannel(int64(channel)) })
}

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

//export phx_error_text
func phx_error_text(code C.int64_t) C.phx_text {
	if code < 0 && code >= C.int64_t(abi.ErrorInternal) {
		return codeTexts[-code]
	}
	return codeTexts[0]
}

//export phx_last_error
func phx_last_error() C.phx_text { return lastError() }

// codeTexts is an array so that the host's leak checker finds the texts; it does not search Go's
// heap.
var codeTexts = func() (texts [1 - abi.ErrorInternal]*C.char) {
	texts[0] = C.CString("not an error code of this library")
	for code := abi.ErrorInternal; code < 0; code++ {
		texts[-code] = C.CString(code.Error())
	}
	return texts
}()

// result runs a call and returns its result or its error's code. A panic in Go does not terminate
// the host.
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

// done is result for a call that returns only an error.
func done(call func() error) C.int64_t {
	return result(func() (int64, error) { return 0, call() })
}

func failed(err error) C.int64_t {
	keepError(err.Error())
	return C.int64_t(abi.CodeOf(err))
}

// text reads an argument that must not be NULL.
func text(name string, given C.phx_text) (string, error) {
	if given == nil {
		return "", fmt.Errorf("%w: %s", abi.ErrorNull, name)
	}
	return optional(name, given)
}

// optional reads an argument that may be NULL.
func optional(name string, given C.phx_text) (string, error) {
	text := C.GoString(given)
	if !utf8.ValidString(text) {
		return "", fmt.Errorf("%w: %s", abi.ErrorText, name)
	}
	return text, nil
}

// memory returns the host's memory as a slice, valid only for this call.
func memory(name string, start unsafe.Pointer, size C.size_t) ([]byte, error) {
	const most = 1 << 40
	switch {
	case size > most:
		return nil, fmt.Errorf("%w: %s has %d bytes", abi.ErrorArgument, name, size)
	case start == nil && size > 0:
		return nil, fmt.Errorf("%w: %s", abi.ErrorNull, name)
	}
	return unsafe.Slice((*byte)(start), int(size)), nil
}

func milliseconds(n C.int32_t) time.Duration { return time.Duration(n) * time.Millisecond }
