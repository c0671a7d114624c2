package wsframe

import (
	"bytes"
	"crypto/subtle"
	"encoding/binary"
	"io"
	"unicode/utf8"
)

// header is the head of one frame.
type header struct {
	fin, compressed, masked bool
	op                      Opcode
	length                  int // of the payload
	size                    int // of the header itself
	mask                    [4]byte
}

const maxHeaderBytes = 14

// ReadBatch waits for a message and returns it with all others that have arrived completely. The
// server handles a batch as a whole before anything else, as Bandit does with the frames of one
// read. Messages may come together with an error: they arrived before it.
func (c *Conn) ReadBatch() ([]Message, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	var batch []Message
	for {
		message, done, err := c.readFrame()
		if err != nil {
			return batch, err
		}
		if done {
			batch = append(batch, message)
		}
		if len(batch) > 0 && !c.frameBuffered() {
			return batch, nil
		}
	}
}

// frameBuffered reports whether the next frame can be read without waiting. A header that breaks
// the rules counts: reading it gives its error.
func (c *Conn) frameBuffered() bool {
	head, _ := c.br.Peek(min(maxHeaderBytes, c.br.Buffered()))
	h, complete, err := parseHeader(head)
	return err != nil || complete && h.size+h.length <= c.br.Buffered()
}

// readFrame reads one frame; done says that it completes a message.
func (c *Conn) readFrame() (message Message, done bool, err error) {
	h, err := c.readHeader()
	if err != nil {
		return Message{}, false, err
	}
	if c.limits.MaxFrameBytes > 0 && h.size+h.length > c.limits.MaxFrameBytes {
		return Message{}, false, &ProtocolError{CloseTooLarge, "frame exceeds the limit"}
	}
	if err := c.checkSequence(h); err != nil {
		return Message{}, false, err
	}
	payload := make([]byte, h.length)
	if _, err := io.ReadFull(c.br, payload); err != nil {
		return Message{}, false, err
	}
	unmask(payload, h.mask)
	if h.op >= Close {
		return Message{h.op, payload}, true, nil
	}
	if h.op != continuation {
		c.fragmentOp, c.compressed = h.op, h.compressed
	}
	if h.fin && h.op != continuation {
		c.fragments = payload
	} else {
		c.fragments = append(c.fragments, payload...)
		if c.limits.MaxMessageBytes > 0 && len(c.fragments) > c.limits.MaxMessageBytes {
			return Message{}, false, &ProtocolError{CloseTooLarge, "fragmented message exceeds the limit"}
		}
	}
	if !h.fin {
		return Message{}, false, nil
	}
	message, err = c.finish()
	return message, err == nil, err
}

// unmask works on long stretches at once: byte by byte it is slow for messages of megabytes.
func unmask(payload []byte, mask [4]byte) {
	key := bytes.Repeat(mask[:], min(len(payload)/len(mask)+1, 1<<10))
	for len(payload) > 0 {
		n := subtle.XORBytes(payload, payload, key)
		payload = payload[n:]
	}
}

// finish turns the collected payload into a message.
func (c *Conn) finish() (Message, error) {
	message := Message{c.fragmentOp, c.fragments}
	c.fragmentOp, c.fragments = continuation, nil
	if c.compressed {
		var err error
		if message.Data, err = c.inflate.inflate(message.Data, c.limits.MaxFrameBytes); err != nil {
			return Message{}, err
		}
	}
	if message.Op == Text && !utf8.Valid(message.Data) {
		return Message{}, &ProtocolError{CloseInvalidPayload, "text frame is not UTF-8"}
	}
	return message, nil
}

func (c *Conn) readHeader() (header, error) {
	for n := 2; ; n++ {
		head, err := c.br.Peek(n)
		if err != nil {
			return header{}, err
		}
		h, complete, err := parseHeader(head)
		if err != nil {
			return header{}, err
		}
		if complete {
			_, err = c.br.Discard(h.size)
			return h, err
		}
	}
}

// parseHeader reads a frame header as far as it has come.
func parseHeader(head []byte) (h header, complete bool, err error) {
	if len(head) < 2 {
		return header{}, false, nil
	}
	h = header{
		fin: head[0]&0x80 != 0, compressed: head[0]&0x40 != 0, op: Opcode(head[0] & 0x0f),
		masked: head[1]&0x80 != 0, length: int(head[1] & 0x7f), size: 2,
	}
	if head[0]&0x30 != 0 {
		return header{}, false, &ProtocolError{CloseProtocolError, "reserved bits are set"}
	}
	if !h.masked {
		return header{}, false, &ProtocolError{CloseProtocolError, "frame is not masked"}
	}
	extended := map[int]int{126: 2, 127: 8}[h.length]
	h.size += extended + len(h.mask)
	if len(head) < h.size {
		return header{}, false, nil
	}
	switch extended {
	case 2:
		h.length = int(binary.BigEndian.Uint16(head[2:]))
	case 8:
		length := binary.BigEndian.Uint64(head[2:])
		if length > 1<<30 { // too much even without a limit
			return header{}, false, &ProtocolError{CloseTooLarge, "frame length is absurd"}
		}
		h.length = int(length)
	}
	copy(h.mask[:], head[2+extended:])
	return h, true, nil
}

// checkSequence refuses frames that may not come now.
func (c *Conn) checkSequence(h header) error {
	violation := ""
	switch {
	case h.compressed && (c.inflate == nil || h.op == continuation || h.op >= Close):
		violation = "compressed bit without agreement"
	case h.op >= Close && (!h.fin || h.length > 125):
		violation = "control frame in fragments or over 125 bytes"
	case h.op > Pong || h.op > Binary && h.op < Close:
		violation = "unknown opcode"
	case h.op == continuation && c.fragmentOp == continuation:
		violation = "continuation of nothing"
	case (h.op == Text || h.op == Binary) && c.fragmentOp != continuation:
		violation = "new message within a fragmented one"
	case h.op == Close && h.length == 1:
		violation = "close frame of one byte"
	default:
		return nil
	}
	return &ProtocolError{CloseProtocolError, violation}
}
