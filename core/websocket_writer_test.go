package core

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// writesConn records what is written to it, and whether each write had a deadline.
type writesConn struct {
	net.Conn
	writes   chan []byte // each write blocks until it is received
	hurried  []bool
	deadline time.Time
	err      error
}

func (c *writesConn) Write(p []byte) (int, error) {
	c.hurried = append(c.hurried, !c.deadline.IsZero())
	c.writes <- bytes.Clone(p)
	return len(p), c.err
}

func (c *writesConn) SetWriteDeadline(t time.Time) error {
	c.deadline = t
	return nil
}

// unmasked reads frames as a server does, and returns each as opcode and data.
func unmasked(t *testing.T, stream []byte) []string {
	t.Helper()
	var frames []string
	for len(stream) > 0 {
		require.NotZero(t, stream[1]&0x80, "a client masks")
		length, remaining := int(stream[1]&0x7f), stream[2:]
		require.Less(t, length, 126, "a short frame")
		data := bytes.Clone(remaining[4 : 4+length])
		for i := range data {
			data[i] ^= remaining[i%4]
		}
		frames = append(frames, strconv.Itoa(int(stream[0]&0x0f))+" "+string(data))
		stream = remaining[4+length:]
	}
	return frames
}

func TestMessagesArriveWholeInOneFrameEach(t *testing.T) {
	sizes := []int{0, 1, 7, 8, 9, 125, 126, 127, 16<<10 - 15, 16<<10 - 14, 16<<10 - 8, 16 << 10, 16<<10 + 1, 65535, 65536, 65537, 1 << 20, 8_500_000}
	for _, compressed := range []bool{false, true} {
		t.Run("compression "+strconv.FormatBool(compressed), func(t *testing.T) {
			received := make(chan frame, len(sizes)+1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				upgrader := websocket.Upgrader{EnableCompression: compressed}
				conn, err := upgrader.Upgrade(w, r, nil)
				if err != nil {
					return
				}
				defer func() { _ = conn.Close() }()
				for {
					kind, data, err := conn.ReadMessage()
					if err != nil {
						close(received)
						return
					}
					received <- frame{data, kind == websocket.BinaryMessage}
				}
			}))
			defer server.Close()
			dialer := websocket.Dialer{EnableCompression: compressed}
			conn, _, err := dialer.Dial(strings.Replace(server.URL, "http", "ws", 1), nil)
			require.NoError(t, err)
			defer func() { _ = conn.Close() }()
			w := &websocketWriter{conn: conn.NetConn()}
			var c *compression
			if compressed {
				c = new(compression)
			}

			random := rand.NewChaCha8([32]byte{})
			var frames []frame
			for i, size := range sizes {
				data := make([]byte, size)
				_, _ = random.Read(data[:size/2]) // the other half is compressible
				frames = append(frames, frame{data, i%2 == 0})
			}
			require.NoError(t, w.messages(frames[:1], c))
			require.NoError(t, w.messages(frames[1:], c))
			for i, want := range frames {
				got := <-received
				require.Equal(t, want.binary, got.binary, "message %d", i)
				require.True(t, bytes.Equal(want.data, got.data), "message %d of %d bytes arrives, as %d", i, sizes[i], len(got.data))
			}
			require.NoError(t, w.control(websocket.CloseMessage, nil))
			_, more := <-received
			require.False(t, more)
		})
	}
}

// A server limits a frame's size by its header. This test parses the frames itself, as the
// library's reader does not show them.
func TestLargeMessageIsOneFrame(t *testing.T) {
	near, far := net.Pipe()
	defer func() { _ = far.Close() }()
	w := &websocketWriter{conn: near}
	go func() {
		_ = w.messages([]frame{{data: make([]byte, 100_000)}}, nil)
		_ = near.Close()
	}()
	stream, err := io.ReadAll(far)
	require.NoError(t, err)
	require.Equal(t, []byte{0x81, 0xff, 0, 0, 0, 0, 0, 1, 0x86, 0xa0}, stream[:10])
	require.Len(t, stream, 14+100_000)
}

func TestControlFramesWaitForTheMessageThatIsBeingWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := &writesConn{writes: make(chan []byte)}
		w := &websocketWriter{conn: conn}
		done := make(chan error, 1)
		go func() { done <- w.messages([]frame{{data: []byte("a")}, {data: []byte("b"), binary: true}}, nil) }()
		synctest.Wait() // it writes
		for _, ping := range []string{"1", "2", "3"} {
			require.NoError(t, w.control(websocket.PongMessage, []byte(ping)))
		}
		require.NoError(t, w.control(websocket.CloseMessage, websocket.FormatCloseMessage(1000, "")))
		require.Equal(t, []string{"1 a", "2 b"}, unmasked(t, <-conn.writes))
		require.Equal(t, []string{"10 3", "8 \x03\xe8"}, unmasked(t, <-conn.writes), "the latest ping is answered, then the goodbye")
		require.NoError(t, <-done)
		require.Equal(t, []bool{false, true}, conn.hurried, "only the control frames have a deadline")
		require.Zero(t, conn.deadline)
	})
}

func TestControlFrameGoesOutAtOnceWhenNobodyWrites(t *testing.T) {
	conn := &writesConn{writes: make(chan []byte, 1)}
	w := &websocketWriter{conn: conn}
	require.NoError(t, w.control(websocket.PongMessage, []byte("ping")))
	require.Equal(t, []string{"10 ping"}, unmasked(t, <-conn.writes))
	require.Equal(t, []bool{true}, conn.hurried)
}

func TestNothingFollowsACloseFrame(t *testing.T) {
	conn := &writesConn{writes: make(chan []byte, 1)}
	w := &websocketWriter{conn: conn}
	require.NoError(t, w.control(websocket.CloseMessage, nil))
	require.Equal(t, []string{"8 "}, unmasked(t, <-conn.writes))
	require.ErrorIs(t, w.messages([]frame{{data: []byte("late")}}, nil), websocket.ErrCloseSent)
	require.ErrorIs(t, w.control(websocket.PongMessage, nil), websocket.ErrCloseSent)
	require.ErrorIs(t, w.control(websocket.CloseMessage, nil), websocket.ErrCloseSent)
	require.Empty(t, conn.writes)
}

func TestErrorOfAWriteIsReported(t *testing.T) {
	broken := errors.New("no route")
	for name, write := range map[string]func(*websocketWriter) error{
		"a message": func(w *websocketWriter) error { return w.messages([]frame{{data: []byte("a")}}, nil) },
		"a message in several parts": func(w *websocketWriter) error {
			return w.messages([]frame{{data: make([]byte, 1<<20)}, {data: []byte("next")}}, nil)
		},
		"a control frame": func(w *websocketWriter) error { return w.control(websocket.PongMessage, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			conn := &writesConn{writes: make(chan []byte, 1), err: broken}
			require.ErrorIs(t, write(&websocketWriter{conn: conn}), broken)
			require.Len(t, conn.writes, 1, "nothing is written after it")
		})
	}
}

// writeCounter counts the writes on the connections that it opens.
type writeCounter struct {
	net.Conn
	count *atomic.Int64
}

func (c writeCounter) Write(p []byte) (int, error) {
	c.count.Add(1)
	return c.Conn.Write(p)
}

func TestBurstOfPushesGoesOutInFewWritesAndInOrder(t *testing.T) {
	large := `"` + strings.Repeat("x", 40<<10) + `"`
	tests := map[string]struct {
		payload func(n int) string
		atMost  int64
	}{
		"small": {strconv.Itoa, 10},
		"large": {func(int) string { return large }, 10000},
		"small and large": {func(n int) string {
			if n%10 == 9 {
				return large
			}
			return strconv.Itoa(n)
		}, 120},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var writes atomic.Int64
				s, peer := newPeer(t).connect(func(c *Config) {
					dial := c.DialContext
					c.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
						conn, err := dial(ctx, network, addr)
						return writeCounter{conn, &writes}, err
					}
				})
				c, _ := joining(t, s, "room:1", nil)
				join := peer.expect("room:1", "phx_join")
				const pushes = 200
				for n := range pushes { // all wait for the join
					pushing(t, c, "n", raw(test.payload(n)))
				}
				before := writes.Load()
				peer.reply(join, "ok", "{}")
				for n := range pushes {
					require.Equal(t, test.payload(n), peer.expect("room:1", "n").Payload)
				}
				peer.silent()
				require.LessOrEqual(t, writes.Load()-before, test.atMost)
			})
		})
	}
}
