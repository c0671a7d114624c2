//go:build !js || nativetransport

package core

import (
	"bufio"
	"encoding/binary"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// websocketWriter writes the frames of a WebSocket after the WebSocket library has done the
// handshake; the library reads frames.
//
// The library splits a message larger than its buffer into frames of that size, and servers accept
// less in several frames than in one: Bandit accepts 8,000,000 bytes in several frames, and
// max_frame_size bytes in one, by default 10,000,000. So here a message is one frame, as from a
// browser. The frames of several messages are sent together, with one system call and in as few
// packets as possible.
//
// A control frame may be sent from another goroutine at any time. A message that is being sent
// slowly may not finish in the short time that a control frame has, and the reader must not wait
// for it. So the goroutine that is writing also writes the control frames that have been queued
// meanwhile.
type websocketWriter struct {
	conn    net.Conn // above TLS
	writing sync.Mutex

	mu      sync.Mutex
	pong    []byte // reply to the latest ping, the only one that must be answered
	goodbye []byte
	over    bool // nothing may follow a close frame
}

const (
	finalFrame      = 0x80
	compressedFrame = 0x40
	maskedFrame     = 0x80
	length16        = 126 // instead of the length, which follows in two bytes
	length64        = 127 // the same, in eight bytes
	maxFrameHeader  = 14
)

// controlTimeout is how long writing a control frame may take.
const controlTimeout = 2 * time.Second

// writeBuffers are shared by all sockets, as a socket needs one only while it writes.
var writeBuffers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 16<<10) }}

// messages writes a message for each frame.
func (w *websocketWriter) messages(frames []frame, c *compression) error {
	w.writing.Lock()
	defer func() {
		w.writing.Unlock()
		_ = w.controls() // if it fails, so will the next write
	}()
	if w.isOver() {
		return websocket.ErrCloseSent
	}
	out := writeBuffers.Get().(*bufio.Writer)
	out.Reset(w.conn)
	defer func() {
		out.Reset(nil)
		writeBuffers.Put(out)
	}()
	for _, f := range frames {
		writeMessage(out, f, c)
	}
	return out.Flush() // also returns the error of any earlier write
}

func writeMessage(out *bufio.Writer, f frame, c *compression) {
	first := byte(finalFrame | websocket.TextMessage)
	if f.binary {
		first = finalFrame | websocket.BinaryMessage
	}
	data, compressed := c.compress(f.data)
	if compressed {
		first |= compressedFrame
	}
	if out.Available() < maxFrameHeader {
		_ = out.Flush()
	}
	header, key := appendHeader(out.AvailableBuffer(), first, len(data))
	_, _ = out.Write(header)
	for len(data) > 0 {
		room := out.Available() &^ (maskSize - 1) // so that each part begins at the start of the mask
		if room == 0 {
			if out.Flush() != nil {
				return
			}
			continue
		}
		part := data[:min(room, len(data))]
		_, _ = out.Write(appendMasked(out.AvailableBuffer(), part, key))
		data = data[len(part):]
	}
}

// control writes a control frame, or leaves it to the goroutine that is writing.
func (w *websocketWriter) control(opcode int, data []byte) error {
	text, key := appendHeader(nil, byte(finalFrame|opcode), len(data))
	text = appendMasked(text, data, key)
	w.mu.Lock()
	switch {
	case w.over:
		w.mu.Unlock()
		return websocket.ErrCloseSent
	case opcode == websocket.CloseMessage:
		w.goodbye, w.over = text, true
	default:
		w.pong = text
	}
	w.mu.Unlock()
	return w.controls()
}

// controls writes the queued control frames, unless a goroutine is writing, which will call this
// method afterwards.
func (w *websocketWriter) controls() error {
	for {
		w.mu.Lock()
		waiting := len(w.pong)+len(w.goodbye) > 0
		w.mu.Unlock()
		if !waiting || !w.writing.TryLock() {
			return nil
		}
		err := w.writeControls()
		w.writing.Unlock()
		if err != nil {
			return err
		}
	}
}

func (w *websocketWriter) writeControls() error {
	w.mu.Lock()
	text := append(w.pong, w.goodbye...)
	w.pong, w.goodbye = nil, nil
	w.mu.Unlock()
	if err := w.conn.SetWriteDeadline(time.Now().Add(controlTimeout)); err != nil {
		return err
	}
	if _, err := w.conn.Write(text); err != nil {
		return err
	}
	return w.conn.SetWriteDeadline(time.Time{})
}

func (w *websocketWriter) isOver() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.over
}

// appendHeader appends the header of a frame and returns the key that masks the data that follows:
// a new, unpredictable key for each frame, as RFC 6455 requires (5.3).
func appendHeader(dst []byte, first byte, length int) ([]byte, uint32) {
	dst = append(dst, first)
	switch {
	case length < length16:
		dst = append(dst, maskedFrame|byte(length))
	case length < 1<<16:
		dst = append(dst, maskedFrame|length16)
		dst = binary.BigEndian.AppendUint16(dst, uint16(length))
	default:
		dst = append(dst, maskedFrame|length64)
		dst = binary.BigEndian.AppendUint64(dst, uint64(length))
	}
	key := rand.Uint32()
	return binary.LittleEndian.AppendUint32(dst, key), key
}

// maskSize is how many bytes are masked at a time: twice the key's size.
const maskSize = 8

func appendMasked(dst, data []byte, key uint32) []byte {
	mask := uint64(key)<<32 | uint64(key)
	for ; len(data) >= maskSize; data = data[maskSize:] {
		dst = binary.LittleEndian.AppendUint64(dst, binary.LittleEndian.Uint64(data)^mask)
	}
	for _, b := range data {
		dst = append(dst, b^byte(mask))
		mask >>= 8
	}
	return dst
}
