package abi

import (
	"unsafe"

	"phoenixchannels/core"
)

// EventHeader is what phx_poll() writes into the buffer, with the texts and the payload behind it. It is part of the C ABI: scripts/cheader
// writes it into the header.
type EventHeader struct {
	// What happened: one of PHX_EVENT_*.
	Kind int32
	// Of a close frame, or an HTTP status, else 0.
	Code int32
	// The handle of the channel, 0 when the event is the socket's.
	Channel int64
	// What phx_push(), phx_channel_join() or phx_channel_leave() returned, 0 when the event completes nothing.
	Push int64
	// A combination of PHX_FLAG_*.
	Flags uint32
	// Milliseconds until the next attempt to connect; 0 when there is none or it begins at once.
	RetryInMs uint32
	// Where the topic begins: see phx_event_text().
	Topic uint32
	// Where the event begins.
	Event uint32
	// Where the status begins: "ok", "error" or what the server chose; "timeout"; "closed" when the channel or the socket went for good.
	Status uint32
	// Where the text begins.
	Text uint32
	// Where the payload begins: one JSON value, or bytes when the flags have PHX_FLAG_BINARY.
	Payload uint32
	// The payload's size in bytes, without the NUL behind it.
	PayloadSize uint32
}

const headerSize = int(unsafe.Sizeof(EventHeader{}))

// event is one that waits to be polled.
type event struct {
	header                     EventHeader
	owner                      *channel // nil: the socket's
	topic, event, status, text string
	payload                    []byte
}

func (e *event) setPayload(p core.Payload) {
	e.payload = p.JSON()
	if p.IsBinary() {
		e.payload = p.Binary()
		e.header.Flags |= FlagBinary
	}
}

// size in the buffer. Each text and the payload have a NUL behind them.
func (e *event) size() int {
	return headerSize + len(e.topic) + len(e.event) + len(e.status) + len(e.text) + len(e.payload) + 5
}

// write writes the event into a buffer that is large enough.
func (e *event) write(buffer []byte) {
	h, end := e.header, headerSize
	for _, part := range []struct {
		offset *uint32
		text   string
	}{{&h.Topic, e.topic}, {&h.Event, e.event}, {&h.Status, e.status}, {&h.Text, e.text}} {
		*part.offset = uint32(end)
		end += copy(buffer[end:], part.text)
		buffer[end] = 0
		end++
	}
	h.Payload, h.PayloadSize = uint32(end), uint32(len(e.payload))
	end += copy(buffer[end:], e.payload)
	buffer[end] = 0
	copy(buffer, unsafe.Slice((*byte)(unsafe.Pointer(&h)), headerSize)) // the buffer may be anywhere
}
