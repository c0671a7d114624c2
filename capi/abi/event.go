package abi

import (
	"unsafe"

	"phoenixchannels/core"
)

// EventHeader is phx_event in Go. The compiler compares their layouts in package capi.
type EventHeader struct {
	Kind, Code                 int32
	Channel, Push              int64
	Flags, RetryInMs           uint32
	Topic, Event, Status, Text uint32
	Payload, PayloadSize       uint32
}

const headerSize = int(unsafe.Sizeof(EventHeader{}))

// event is an event that has not been polled yet.
type event struct {
	header                     EventHeader
	owner                      *channel // nil for an event of the socket
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

// size returns the event's size in the buffer. Each text and the payload are followed by a NUL.
func (e *event) size() int {
	return headerSize + len(e.topic) + len(e.event) + len(e.status) + len(e.text) + len(e.payload) + 5
}

// write writes the event into a buffer, which must be large enough.
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
	copy(buffer, unsafe.Slice((*byte)(unsafe.Pointer(&h)), headerSize)) // the buffer may be unaligned
}
