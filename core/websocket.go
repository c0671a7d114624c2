//go:build !js || nativetransport

package core

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"

	"github.com/gorilla/websocket"
)

// websocketDialer opens WebSocket links.
type websocketDialer struct{ config *Config }

func (d websocketDialer) dial(ctx context.Context, t target) (link, error) {
	l := &websocketLink{maxBytes: d.config.MaxMessageBytes}
	endpoint := t.endpoint.JoinPath(WebSocket.String())
	handshake := &handshakeConn{ctx: ctx}
	if endpoint.Scheme == "wss" {
		handshake.tls = d.config.serverTLS(endpoint.Hostname(), t.hello.small)
	}
	stop := func() bool { return true }
	dialer := websocket.Dialer{
		NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := d.config.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			stop = context.AfterFunc(ctx, func() { _ = conn.Close() }) // the library ignores ctx while it waits for an answer
			l.raw = &countingConn{conn, &l.counters}
			handshake.Conn, err = t.beyondProxy(ctx, l.raw, d.config)
			return handshake, err
		},
		EnableCompression: t.compression,
		ReadBufferSize:    16 << 10,
		WriteBufferPool:   new(sync.Pool), // keeps the library from allocating a buffer, as it does not write
	}
	dialer.Subprotocols = t.subprotocols()
	conn, err := handshake.connect(&dialer, endpoint, t)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if refusal, ok := errors.AsType[*HandshakeError](err); ok {
		return nil, refusal
	}
	if err != nil {
		return nil, fmt.Errorf("phoenix: %s %s%s: %w", duringConnect, displayURL(endpoint), t.route, within{withoutURL(err)})
	}
	conn.SetReadLimit(l.maxBytes)
	l.conn, l.writer.conn = conn, conn.NetConn()
	conn.SetPingHandler(func(data string) error {
		_ = l.writer.control(websocket.PongMessage, []byte(data)) // the reader will see the error
		return nil
	})
	conn.SetCloseHandler(func(code int, _ string) error {
		_ = l.close(code, "")
		return nil
	})
	if handshake.compression {
		l.compression = new(compression)
	}
	return l, nil
}

// websocketLink is a link over one WebSocket.
type websocketLink struct {
	conn        *websocket.Conn
	writer      websocketWriter
	raw         net.Conn // below TLS
	counters    traffic
	maxBytes    int64
	compression *compression // nil if not negotiated
	scratch     []byte       // used by read
}

func (l *websocketLink) read(buffer []byte) (frame, error) {
	kind, reader, err := l.conn.NextReader()
	if err != nil {
		return frame{}, l.readError(err)
	}
	l.counters.inMessage.Store(true)
	defer l.counters.inMessage.Store(false)
	data, size, borrowed := buffer, 0, false
	for {
		if size == len(data) {
			data, borrowed = l.larger(data), true
		}
		n, err := reader.Read(data[size:])
		size += n
		switch {
		case int64(size) > l.maxBytes: // the connection's own limit counts bytes on the network, this one decompressed bytes
			_ = l.close(websocket.CloseMessageTooBig, "")
			return frame{}, l.readError(websocket.ErrReadLimit)
		case err == io.EOF:
			if data = data[:size:size]; borrowed {
				data = l.owned(data)
			}
			return frame{data: data, binary: kind == websocket.BinaryMessage}, nil
		case err != nil:
			return frame{}, l.readError(err)
		}
	}
}

// A message that does not fit into the caller's buffer is read into a buffer of the link, and
// copied to its own memory once its size is known. If the link's buffer has become larger than
// maxScratch, the message takes it over instead.
const (
	minScratch = 1 << 10
	maxScratch = 16 << 10
)

// larger returns a larger buffer that begins with data.
func (l *websocketLink) larger(data []byte) []byte {
	if len(l.scratch) <= len(data) {
		l.scratch = make([]byte, max(minScratch, 2*len(data)))
	}
	copy(l.scratch, data)
	return l.scratch
}

// owned transfers data, which is in the link's buffer, to the caller of read.
func (l *websocketLink) owned(data []byte) []byte {
	if len(l.scratch) <= maxScratch {
		return bytes.Clone(data)
	}
	l.scratch = nil
	return data
}

func (l *websocketLink) readError(err error) error {
	if closed, ok := errors.AsType[*websocket.CloseError](err); ok && closed.Code != closeAbnormal {
		return closedByServer(closed.Code, closed.Text)
	}
	if errors.Is(err, websocket.ErrReadLimit) {
		err = ErrMessageTooBig
	}
	return &closeError{code: closeAbnormal, err: err}
}

func (l *websocketLink) write(frames []frame) error { return l.writer.messages(frames, l.compression) }

func (l *websocketLink) maxBatch(burst int) (frames, bytes int) { return maxWebSocketBatch(burst) }

func (l *websocketLink) needsHeartbeat() bool  { return true }
func (l *websocketLink) traffic() *traffic     { return &l.counters }
func (l *websocketLink) localAddr() netip.Addr { return addressOf(l.conn.NetConn()) }

func (l *websocketLink) hold(ctx context.Context, room <-chan struct{}) { hold(ctx, room) }

func (l *websocketLink) close(code int, reason string) error {
	return l.writer.control(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason))
}

// abort closes the network connection below TLS, as a TLS close could block on a dead network.
func (l *websocketLink) abort() { _ = l.raw.Close() }
