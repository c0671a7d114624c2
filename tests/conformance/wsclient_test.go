package conformance_test

import (
	"bufio"
	"bytes"
	"compress/flate"
	"crypto/subtle"
	"encoding/binary"
	"io"
	"net"
	"slices"

	"phoenixchannels/tests/conformance/transcript"
)

// Opcodes of RFC 6455.
const (
	opContinuation = 0
	opText         = 1
	opBinary       = 2
	opClose        = 8
	opPing         = 9
	opPong         = 10
)

// socket is a WebSocket client that sends frames exactly as a recording has them, legal or not, and
// records the answers. It shares no code with the server.
type socket struct {
	conn       net.Conn
	reader     *bufio.Reader
	inflating  bool
	past       []byte // what was decompressed before
	fragmented bool   // the last frame sent was not final
	closeSent  bool
	record     func(transcript.Event)
	done       chan struct{}
}

func newSocket(conn net.Conn, reader *bufio.Reader, inflating bool, record func(transcript.Event)) *socket {
	s := &socket{conn: conn, reader: reader, inflating: inflating, record: record, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		s.receive()
	}()
	return s
}

// send writes the frames in one go, so that they arrive together. It fails when the server ends the
// connection meanwhile, which is then recorded as a close.
func (s *socket) send(events []transcript.Event) {
	var out []byte
	for _, e := range events {
		switch e.Kind {
		case "text", "binary":
			op := map[string]byte{"text": opText, "binary": opBinary}[e.Kind]
			if s.fragmented {
				op = opContinuation
			}
			s.fragmented = !e.Final()
			out = appendFrame(out, op, e.Payload(), e.Final(), e.Masked())
		case "ping":
			out = appendFrame(out, opPing, e.Data, true, true)
		case "close":
			s.closeSent = true
			var data []byte
			if e.Code != 0 {
				data = append(binary.BigEndian.AppendUint16(nil, uint16(e.Code)), e.Reason...)
			}
			out = appendFrame(out, opClose, data, true, true)
		default:
			panic("cannot send an event of kind " + e.Kind)
		}
	}
	_, _ = s.conn.Write(out)
}

func appendFrame(out []byte, op byte, data []byte, final, masked bool) []byte {
	first, maskBit := op, byte(0)
	if final {
		first |= 0x80
	}
	if masked {
		maskBit = 0x80
	}
	switch {
	case len(data) < 126:
		out = append(out, first, maskBit|byte(len(data)))
	case len(data) < 1<<16:
		out = binary.BigEndian.AppendUint16(append(out, first, maskBit|126), uint16(len(data)))
	default:
		out = binary.BigEndian.AppendUint64(append(out, first, maskBit|127), uint64(len(data)))
	}
	if !masked {
		return append(out, data...)
	}
	mask := []byte{0x12, 0x34, 0x56, 0x78}
	out = append(out, mask...)
	start := len(out)
	out = append(out, data...)
	subtle.XORBytes(out[start:], data, bytes.Repeat(mask, len(data)/4+1))
	return out
}

// receive records frames until the connection ends, which is recorded as a close: with the code of
// the close frame, or 1006 without one.
func (s *socket) receive() {
	defer s.conn.Close()
	for {
		op, data, err := s.readFrame()
		if err != nil {
			s.record(transcript.Event{Kind: "close", Code: 1006})
			return
		}
		switch op {
		case opText:
			s.record(transcript.Event{Kind: "text", Data: data})
		case opBinary:
			s.record(transcript.Event{Kind: "binary", Data: data})
		case opPong:
			s.record(transcript.Event{Kind: "pong", Data: data})
		case opClose:
			e := transcript.Event{Kind: "close", Code: 1005}
			if len(data) >= 2 {
				e.Code, e.Reason = int(binary.BigEndian.Uint16(data)), string(data[2:])
			}
			if !s.closeSent {
				_, _ = s.conn.Write(appendFrame(nil, opClose, data, true, true)) // the server may have gone
			}
			s.record(e)
			return
		default:
			s.record(transcript.Event{Kind: "illegal frame", Data: []byte{op}})
			return
		}
	}
}

// readFrame reads a frame of the server, which are all final, unmasked and, where that was agreed
// on, compressed.
func (s *socket) readFrame() (op byte, data []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(s.reader, head[:]); err != nil {
		return 0, nil, err
	}
	length := uint64(head[1])
	if extended := map[byte]int{126: 2, 127: 8}[head[1]]; extended > 0 {
		size := make([]byte, 8)
		if _, err := io.ReadFull(s.reader, size[8-extended:]); err != nil {
			return 0, nil, err
		}
		length = binary.BigEndian.Uint64(size)
	}
	op = head[0] & 0x0f
	first := 0x80 | op
	if s.inflating && op < opClose {
		first |= 0x40
	}
	if head[0] != first || head[1]&0x80 != 0 {
		return head[0], nil, nil // recorded as illegal, unless it is an opcode by itself
	}
	data = make([]byte, length)
	if _, err = io.ReadFull(s.reader, data); err == nil && first&0x40 != 0 {
		data, err = s.inflate(data)
	}
	return op, data, err
}

func (s *socket) inflate(data []byte) ([]byte, error) {
	whole := slices.Concat(data, []byte{0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff})
	message, err := io.ReadAll(flate.NewReaderDict(bytes.NewReader(whole), s.past))
	s.past = append(s.past, message...)
	s.past = s.past[max(0, len(s.past)-32<<10):]
	return message, err
}

// abort ends TCP without a close frame.
func (s *socket) abort() {
	_ = s.conn.Close()
	<-s.done
}
