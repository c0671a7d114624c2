package wsframe

import (
	"encoding/binary"
	"io"
	"net"
	"time"
)

// lingerTime is how long the server waits for the client to end TCP after a close frame, so that
// the frame is not lost to a reset when the client still sends.
const lingerTime = 2 * time.Second

// Write puts a message into the buffer; Flush sends it.
func (c *Conn) Write(op Opcode, data []byte) error {
	first := 0x80 | byte(op)
	if c.deflate != nil && op < Close {
		first |= 0x40
		data = c.deflate.deflate(data)
	}
	head := make([]byte, 0, 10)
	switch {
	case len(data) < 126:
		head = append(head, first, byte(len(data)))
	case len(data) < 1<<16:
		head = binary.BigEndian.AppendUint16(append(head, first, 126), uint16(len(data)))
	default:
		head = binary.BigEndian.AppendUint64(append(head, first, 127), uint64(len(data)))
	}
	if _, err := c.bw.Write(head); err != nil {
		return err
	}
	_, err := c.bw.Write(data)
	return err
}

// Flush sends what Write has buffered.
func (c *Conn) Flush() error { return c.bw.Flush() }

// Close sends a close frame and ends the connection once the client has ended its side, or does
// not within two seconds. Only the writing goroutine may call it.
func (c *Conn) Close(code int) {
	defer c.nc.Close()
	c.stopReading()
	c.awaitReader()
	if c.nc.SetDeadline(time.Now().Add(lingerTime)) != nil {
		return
	}
	if c.Write(Close, binary.BigEndian.AppendUint16(nil, uint16(code))) != nil || c.Flush() != nil {
		return
	}
	if half, ok := c.nc.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite() // when it fails, so does the read below
	}
	_, _ = io.Copy(io.Discard, c.nc) // ends with the client, or with the deadline
}

var _ interface{ CloseWrite() error } = (*net.TCPConn)(nil)
