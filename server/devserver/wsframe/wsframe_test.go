package wsframe_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver/memnet"
	"phoenixchannels/server/devserver/wsframe"
)

// pair connects a client's end to a Conn, in the bubble of the test.
func pair(t *testing.T, limits wsframe.Limits, gate *wsframe.Gate) (*memnet.Conn, *wsframe.Conn) {
	t.Helper()
	listener := memnet.Listen()
	client := make(chan *memnet.Conn, 1)
	go func() {
		conn, err := listener.Dial()
		assert.NoError(t, err)
		client <- conn
	}()
	server, err := listener.Accept()
	require.NoError(t, err)
	return <-client, wsframe.NewConn(server, bytes.NewReader(nil), limits, nil, gate)
}

// frame builds a frame of a client from its first byte and payload.
func frame(first byte, payload string) []byte {
	out := []byte{first}
	switch {
	case len(payload) < 126:
		out = append(out, 0x80|byte(len(payload)))
	case len(payload) < 1<<16:
		out = binary.BigEndian.AppendUint16(append(out, 0x80|126), uint16(len(payload)))
	default:
		out = binary.BigEndian.AppendUint64(append(out, 0x80|127), uint64(len(payload)))
	}
	mask := []byte{1, 2, 3, 4}
	out = append(out, mask...)
	for i := range payload {
		out = append(out, payload[i]^mask[i&3])
	}
	return out
}

const (
	text         = 0x80 | byte(wsframe.Text)
	textBegin    = byte(wsframe.Text)
	bin          = 0x80 | byte(wsframe.Binary)
	more         = byte(0)
	last         = byte(0x80)
	ping         = 0x80 | byte(wsframe.Ping)
	closing      = 0x80 | byte(wsframe.Close)
	compressed   = byte(0x40)
	reservedBit  = byte(0x20)
	unknownFrame = byte(0x83)
)

func TestReadBatch(t *testing.T) {
	long := strings.Repeat("long ", 40_000)
	cases := []struct {
		name   string
		frames [][]byte
		want   []wsframe.Message
		code   int // of the protocol error, 0 for none
	}{
		{"frames that arrive together are one batch", [][]byte{frame(text, "a"), frame(bin, "\xff"), frame(ping, "p")},
			[]wsframe.Message{{Op: wsframe.Text, Data: []byte("a")}, {Op: wsframe.Binary, Data: []byte{0xff}}, {Op: wsframe.Ping, Data: []byte("p")}}, 0},
		{"fragments with a ping among them", [][]byte{frame(textBegin, "a"), frame(ping, "p"), frame(more, "b"), frame(last, "c")},
			[]wsframe.Message{{Op: wsframe.Ping, Data: []byte("p")}, {Op: wsframe.Text, Data: []byte("abc")}}, 0},
		{"a long frame", [][]byte{frame(text, long)}, []wsframe.Message{{Op: wsframe.Text, Data: []byte(long)}}, 0},
		{"an empty frame", [][]byte{frame(text, "")}, []wsframe.Message{{Op: wsframe.Text, Data: []byte{}}}, 0},
		{"a rune split between fragments", [][]byte{frame(textBegin, "\xc3"), frame(last, "\xbc")},
			[]wsframe.Message{{Op: wsframe.Text, Data: []byte("ü")}}, 0},
		{"text that is not UTF-8", [][]byte{frame(text, "\xff\xfe")}, nil, wsframe.CloseInvalidPayload},
		{"what came before an error arrives with it", [][]byte{frame(text, "a"), frame(unknownFrame, "")},
			[]wsframe.Message{{Op: wsframe.Text, Data: []byte("a")}}, wsframe.CloseProtocolError},
		{"an unknown opcode", [][]byte{frame(unknownFrame, "")}, nil, wsframe.CloseProtocolError},
		{"reserved bits", [][]byte{frame(text|reservedBit, "a")}, nil, wsframe.CloseProtocolError},
		{"compression that was not agreed on", [][]byte{frame(text|compressed, "a")}, nil, wsframe.CloseProtocolError},
		{"no mask", [][]byte{{text, 1, 'a'}}, nil, wsframe.CloseProtocolError},
		{"a control frame in fragments", [][]byte{frame(byte(wsframe.Ping), "")}, nil, wsframe.CloseProtocolError},
		{"a control frame over 125 bytes", [][]byte{frame(ping, strings.Repeat("p", 126))}, nil, wsframe.CloseProtocolError},
		{"a continuation of nothing", [][]byte{frame(last, "a")}, nil, wsframe.CloseProtocolError},
		{"a new message within another", [][]byte{frame(textBegin, "a"), frame(text, "b")}, nil, wsframe.CloseProtocolError},
		{"a close frame of one byte", [][]byte{frame(closing, "x")}, nil, wsframe.CloseProtocolError},
		{"a frame over the limit", [][]byte{frame(text, strings.Repeat("x", 220_000))}, nil, wsframe.CloseTooLarge},
		{"fragments over the limit", [][]byte{frame(textBegin, long), frame(last, "x")}, nil, wsframe.CloseTooLarge},
		{"an absurd length", [][]byte{{text, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}}, nil, wsframe.CloseTooLarge},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := pair(t, wsframe.Limits{MaxFrameBytes: 210_000, MaxMessageBytes: 200_000}, &wsframe.Gate{})
				_, err := client.Write(bytes.Join(c.frames, nil))
				require.NoError(t, err)
				batch, err := server.ReadBatch()
				var violation *wsframe.ProtocolError
				if c.code == 0 {
					require.NoError(t, err)
				} else {
					require.ErrorAs(t, err, &violation)
					assert.Equal(t, c.code, violation.Code, violation.Reason)
				}
				assert.Equal(t, c.want, batch)
			})
		})
	}
}

func TestFragmentsAreOneMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := pair(t, wsframe.Limits{}, &wsframe.Gate{})
		go func() {
			for _, f := range [][]byte{frame(textBegin, "one "), frame(more, "two "), frame(last, "three")} {
				_, err := client.Write(f)
				assert.NoError(t, err)
				time.Sleep(time.Second)
			}
		}()
		batch, err := server.ReadBatch()
		require.NoError(t, err)
		assert.Equal(t, []wsframe.Message{{Op: wsframe.Text, Data: []byte("one two three")}}, batch)
		time.Sleep(time.Second) // the writing goroutine ends
	})
}

func TestEveryByteFromTheClientPutsTheIdleTimeoutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := pair(t, wsframe.Limits{IdleTimeout: time.Second}, &wsframe.Gate{})
		began := time.Now()
		go func() {
			for _, b := range frame(text, "a")[:5] {
				time.Sleep(900 * time.Millisecond)
				_, err := client.Write([]byte{b})
				assert.NoError(t, err)
			}
		}()
		_, err := server.ReadBatch()
		require.ErrorIs(t, err, wsframe.ErrIdle)
		assert.Equal(t, 5*900*time.Millisecond+time.Second, time.Since(began))
	})
}

func TestAClosedGateHoldsReadingUpAndStopsTheIdleTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := &wsframe.Gate{}
		gate.Set(true)
		client, server := pair(t, wsframe.Limits{IdleTimeout: time.Second}, gate)
		_, err := client.Write(frame(text, "a"))
		require.NoError(t, err)
		began := time.Now()
		time.AfterFunc(time.Minute, func() { gate.Set(false) })
		batch, err := server.ReadBatch()
		require.NoError(t, err)
		assert.Len(t, batch, 1)
		assert.Equal(t, time.Minute, time.Since(began))
	})
}

func TestCloseWaitsForTheClientAWhile(t *testing.T) {
	for _, c := range []struct {
		name   string
		client func(*memnet.Conn)
		takes  time.Duration
	}{
		{"which ends its side", func(conn *memnet.Conn) { _ = conn.Close() }, time.Second},
		{"which never does", func(*memnet.Conn) {}, 2 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := pair(t, wsframe.Limits{IdleTimeout: time.Minute}, &wsframe.Gate{})
				reading := make(chan error, 1)
				go func() {
					_, err := server.ReadBatch()
					reading <- err
				}()
				time.AfterFunc(time.Second, func() { c.client(client) })
				began := time.Now()
				server.Close(wsframe.CloseGoingAway)
				assert.Equal(t, c.takes, time.Since(began))
				assert.Error(t, <-reading)
				if c.takes > time.Second {
					sent, err := io.ReadAll(client)
					require.NoError(t, err)
					assert.Equal(t, []byte{closing, 2, 0x03, 0xe9}, sent)
				}
			})
		})
	}
}

func TestAbortEndsReadingAndWriting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, server := pair(t, wsframe.Limits{}, &wsframe.Gate{})
		errs := make(chan error, 2)
		go func() {
			_, err := server.ReadBatch()
			errs <- err
		}()
		go func() { errs <- errors.Join(server.Write(wsframe.Binary, make([]byte, 1<<20)), server.Flush()) }()
		synctest.Wait()
		server.Abort()
		assert.Error(t, <-errs)
		assert.Error(t, <-errs)
	})
}

func TestAcceptDeflate(t *testing.T) {
	for _, c := range []struct{ offers, answer string }{
		{"permessage-deflate", "permessage-deflate"},
		{"permessage-deflate; client_max_window_bits", "permessage-deflate;client_max_window_bits=15"},
		{"permessage-deflate; client_max_window_bits=10", "permessage-deflate;client_max_window_bits=15"},
		{"permessage-deflate; server_no_context_takeover; client_no_context_takeover",
			"permessage-deflate;server_no_context_takeover;client_no_context_takeover"},
		{"x-webkit-deflate-frame, permessage-deflate", "permessage-deflate"},
		{"permessage-deflate; server_max_window_bits=10, permessage-deflate", "permessage-deflate"},
		{"permessage-deflate; server_max_window_bits=15", "permessage-deflate;server_max_window_bits=15"},
		{"permessage-deflate; unheard_of", ""},
		{"", ""},
	} {
		agreed := wsframe.AcceptDeflate(c.offers)
		if c.answer == "" {
			assert.Nil(t, agreed, c.offers)
			continue
		}
		require.NotNil(t, agreed, c.offers)
		assert.Equal(t, c.answer, agreed.Header)
	}
}

func FuzzReadBatch(f *testing.F) {
	f.Add(frame(text, "hello"))
	f.Add(append(frame(textBegin, "a"), frame(last, "b")...))
	f.Add([]byte{text, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, input []byte) {
		listener := memnet.Listen()
		go func() {
			client, err := listener.Dial()
			if assert.NoError(t, err) {
				_, err = client.Write(input)
				assert.NoError(t, errors.Join(err, client.CloseWrite()))
			}
		}()
		nc, err := listener.Accept()
		require.NoError(t, err)
		limits := wsframe.Limits{MaxFrameBytes: 1 << 20, MaxMessageBytes: 1 << 20}
		conn := wsframe.NewConn(nc, bytes.NewReader(nil), limits, wsframe.AcceptDeflate("permessage-deflate"), &wsframe.Gate{})
		defer conn.Abort()
		for err == nil {
			_, err = conn.ReadBatch() // ends at the end of the input at the latest
		}
	})
}
