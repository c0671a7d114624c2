package main

import (
	"bytes"
	"encoding/binary"
)

// The opcodes of frames (RFC 6455, 5.2).
const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
)

const final = 0x80

// clientFrame is one frame of a client, unmasked.
type clientFrame struct {
	opcode  byte
	payload []byte
	size    int // with its header
}

// parseClientFrame takes the first frame of data, if it is all there, and unmasks it in place.
func parseClientFrame(data []byte) (f clientFrame, ok bool) {
	if len(data) < 6 {
		return f, false
	}
	length, at := int(data[1]&0x7f), 2
	switch length {
	case 126:
		length, at = int(binary.BigEndian.Uint16(data[2:])), 4
	case 127:
		if len(data) < 14 {
			return f, false
		}
		length, at = int(binary.BigEndian.Uint64(data[2:])), 10
	}
	if len(data) < at+4+length {
		return f, false
	}
	mask, payload := data[at:at+4], data[at+4:at+4+length]
	for i := range payload {
		payload[i] ^= mask[i&3]
	}
	return clientFrame{data[0] & 0x0f, payload, at + 4 + length}, true
}

// answer appends the answer to a frame; false ends the connection.
func (f clientFrame) answer(out []byte) ([]byte, bool) {
	switch f.opcode {
	case opText:
		return appendReply(out, f.payload), true
	case opPing:
		return appendFrame(out, opPong, f.payload), true
	case opClose:
		return appendFrame(out, opClose, f.payload), false
	}
	return out, true
}

// appendReply appends the reply to a push. Its topic and refs have no escapes, and there is no
// white space between its elements.
func appendReply(out, push []byte) []byte {
	event := 0
	for range 3 {
		event += elementEnd(push[event+1:]) + 1
	}
	payload := event + 1 + elementEnd(push[event+1:]) + 1
	const before, after = `"phx_reply",{"status":"ok","response":`, `}]`
	out = appendHeader(out, opText, event+1+len(before)+len(push)-payload-1+len(after))
	out = append(out, push[:event+1]...)
	out = append(out, before...)
	out = append(out, push[payload:len(push)-1]...)
	return append(out, after...)
}

// elementEnd returns the position of the comma after a string or null.
func elementEnd(text []byte) int {
	if text[0] == '"' {
		return bytes.IndexByte(text[1:], '"') + 2
	}
	return bytes.IndexByte(text, ',')
}

// appendFrame appends a frame as a server writes it.
func appendFrame(out []byte, opcode byte, payload []byte) []byte {
	return append(appendHeader(out, opcode, len(payload)), payload...)
}

func appendHeader(out []byte, opcode byte, length int) []byte {
	out = append(out, final|opcode)
	switch {
	case length < 126:
		return append(out, byte(length))
	case length < 1<<16:
		return binary.BigEndian.AppendUint16(append(out, 126), uint16(length))
	}
	return binary.BigEndian.AppendUint64(append(out, 127), uint64(length))
}
