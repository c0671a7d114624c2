package chaos_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

var errLinkDown = errors.New("the link is down")

// throttleStep is how often a throttled flow moves.
const throttleStep = 50 * time.Millisecond

// link is one connection through the network.
type link struct {
	client, server     *net.TCPConn
	toClient, toServer flow
	down               chan struct{}
	cutOnce            sync.Once

	mu        sync.Mutex // held while a whole frame goes to the client
	webSocket bool       // the server agreed to one
	goodbye   bool       // a close frame was put in: nothing may follow
}

// flow is what happens to the bytes of one direction.
type flow struct {
	mu             sync.Mutex
	until          time.Time // when delay and throttle end
	delay          time.Duration
	bytesPerSecond int
	stall          time.Duration // of the next bytes, in their middle
	blackHole      bool          // for the rest of the link's life: a stream with a hole would not be TCP
}

// trouble is what becomes of some bytes.
type trouble struct {
	delay, stall   time.Duration
	bytesPerSecond int
	lost           bool
}

func (f *flow) next() trouble {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := trouble{stall: f.stall, lost: f.blackHole}
	f.stall = 0
	if time.Now().Before(f.until) {
		t.delay, t.bytesPerSecond = f.delay, f.bytesPerSecond
	}
	return t
}

func (f *flow) set(change func(*flow)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func newLink(client, server *net.TCPConn) *link {
	return &link{client: client, server: server, down: make(chan struct{})}
}

// cut closes both ends.
func (l *link) cut() {
	l.cutOnce.Do(func() {
		close(l.down)
		_ = l.client.Close()
		_ = l.server.Close()
	})
}

// reset ends the connection with a TCP RST on both sides.
func (l *link) reset() {
	_ = l.client.SetLinger(0)
	_ = l.server.SetLinger(0)
	l.cut()
}

// sleep reports whether the link is still up afterwards.
func (l *link) sleep(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	select {
	case <-time.After(d):
		return true
	case <-l.down:
		return false
	}
}

func (l *link) carryToServer() {
	data := make([]byte, 32<<10)
	for {
		n, err := l.client.Read(data)
		if n > 0 && l.carry(l.server, &l.toServer, data[:n]) != nil {
			l.cut()
			return
		}
		if err != nil {
			l.ended(l.server, err)
			return
		}
	}
}

// carryToClient carries whole WebSocket frames, so that it is known where one ends and another may
// be put in; HTTP as it comes.
func (l *link) carryToClient() {
	reader := bufio.NewReaderSize(l.server, 32<<10)
	head, isWebSocket, err := readHead(reader)
	next := func() ([]byte, error) { return readSome(reader) }
	if isWebSocket {
		next = func() ([]byte, error) { return readFrame(reader) }
	}
	for data := head; ; data, err = next() {
		if len(data) > 0 && l.carryFrame(data) != nil {
			l.cut()
			return
		}
		if err != nil {
			l.ended(l.client, err)
			return
		}
		if isWebSocket {
			l.mu.Lock()
			l.webSocket = true
			l.mu.Unlock()
		}
	}
}

func (l *link) carryFrame(data []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.goodbye {
		return nil
	}
	return l.carry(l.client, &l.toClient, data)
}

// ended passes the end of one side on to the other.
func (l *link) ended(other *net.TCPConn, err error) {
	if err != io.EOF || other.CloseWrite() != nil {
		l.cut()
	}
}

// carry writes data, with the trouble that the flow has now.
func (l *link) carry(dst *net.TCPConn, f *flow, data []byte) error {
	t := f.next()
	if t.lost {
		return nil
	}
	if !l.sleep(t.delay) {
		return errLinkDown
	}
	if t.stall > 0 {
		half := len(data) / 2
		if _, err := dst.Write(data[:half]); err != nil {
			return err
		}
		if data = data[half:]; !l.sleep(t.stall) {
			return errLinkDown
		}
	}
	for t.bytesPerSecond > 0 && len(data) > 0 {
		n := min(len(data), max(1, t.bytesPerSecond*int(throttleStep)/int(time.Second)))
		if _, err := dst.Write(data[:n]); err != nil {
			return err
		}
		if data = data[n:]; !l.sleep(throttleStep) {
			return errLinkDown
		}
		t.bytesPerSecond = f.next().bytesPerSecond
	}
	_, err := dst.Write(data)
	return err
}

// sayGoodbye puts a close frame in, as if the server had sent it, and reports whether it could.
func (l *link) sayGoodbye(payload []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.webSocket || l.goodbye {
		return false
	}
	l.goodbye = true
	_, err := l.client.Write(append([]byte{0x88, byte(len(payload))}, payload...))
	return err == nil
}

// readHead reads the head of the server's first answer, and reports whether WebSocket frames
// follow.
func readHead(reader *bufio.Reader) (head []byte, isWebSocket bool, err error) {
	for !bytes.HasSuffix(head, []byte("\r\n\r\n")) {
		line, err := reader.ReadBytes('\n')
		head = append(head, line...)
		if err != nil {
			return head, false, err
		}
	}
	return head, bytes.HasPrefix(head, []byte("HTTP/1.1 101 ")), nil
}

// readSome reads what is there.
func readSome(reader *bufio.Reader) ([]byte, error) {
	if _, err := reader.Peek(1); err != nil {
		return nil, err
	}
	data := make([]byte, reader.Buffered())
	_, err := io.ReadFull(reader, data)
	return data, err
}

// readFrame reads one WebSocket frame of a server (RFC 6455, 5.2), whole.
func readFrame(reader *bufio.Reader) ([]byte, error) {
	head, err := reader.Peek(2)
	if err != nil {
		return nil, err
	}
	size, headSize := uint64(head[1]&0x7f), 2
	switch size {
	case 126:
		headSize = 4
	case 127:
		headSize = 10
	}
	if head, err = reader.Peek(headSize); err != nil {
		return nil, err
	}
	switch headSize {
	case 4:
		size = uint64(binary.BigEndian.Uint16(head[2:]))
	case 10:
		size = binary.BigEndian.Uint64(head[2:])
	}
	data := make([]byte, headSize+int(size))
	n, err := io.ReadFull(reader, data)
	return data[:n], err
}
