package core

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// authTokenPrefix stands before the auth token among the subprotocols. Despite its name the server reads standard base64.
const authTokenPrefix = "base64url.bearer.phx."

// closeFrameTimeout is how long writing a close frame may take.
const closeFrameTimeout = 2 * time.Second

// websocketDialer opens WebSocket links.
type websocketDialer struct{ config *Config }

func (d websocketDialer) dial(ctx context.Context, t target) (link, error) {
	l := &websocketLink{maxBytes: d.config.MaxMessageBytes}
	endpoint := t.endpoint.JoinPath(WebSocket.String())
	dialer := websocket.Dialer{
		NetDialContext: func(ctx context.Context, network, addr string) (_ net.Conn, err error) {
			l.raw, err = counted(d.config.DialContext, &l.counters)(ctx, network, addr)
			return l.raw, err
		},
		Proxy:             d.config.Proxy,
		TLSClientConfig:   d.config.TLS,
		EnableCompression: d.config.Compression,
		ReadBufferSize:    16 << 10,
		WriteBufferSize:   16 << 10,
	}
	if t.useToken {
		token := base64.RawStdEncoding.EncodeToString([]byte(t.token))
		dialer.Subprotocols = []string{"phoenix", authTokenPrefix + token}
	}
	conn, response, err := dialer.DialContext(ctx, endpoint.String(), t.header)
	if err != nil {
		if response != nil && errors.Is(err, websocket.ErrBadHandshake) {
			return nil, &HandshakeError{StatusCode: response.StatusCode, Endpoint: displayURL(endpoint)}
		}
		return nil, fmt.Errorf("phoenix: connecting to %s: %w", displayURL(endpoint), withoutURL(err))
	}
	conn.SetReadLimit(l.maxBytes)
	l.conn = conn
	if strings.Contains(response.Header.Get("Sec-WebSocket-Extensions"), "permessage-deflate") {
		l.compression = new(compression)
	}
	return l, nil
}

// websocketLink is a link over one WebSocket.
type websocketLink struct {
	conn        *websocket.Conn
	raw         net.Conn // below TLS
	counters    traffic
	maxBytes    int64
	compression *compression // nil when the server agreed to none
}

func (l *websocketLink) read() (frame, error) {
	kind, reader, err := l.conn.NextReader()
	if err != nil {
		return frame{}, l.readError(err)
	}
	// The connection's own limit counts what came over the network; this one counts what a compressed message grows to.
	data, err := io.ReadAll(io.LimitReader(reader, l.maxBytes+1))
	switch {
	case err != nil:
		return frame{}, l.readError(err)
	case int64(len(data)) > l.maxBytes:
		_ = l.close(websocket.CloseMessageTooBig, "")
		return frame{}, l.readError(websocket.ErrReadLimit)
	}
	return frame{data: data, binary: kind == websocket.BinaryMessage}, nil
}

func (l *websocketLink) readError(err error) error {
	if closed, ok := errors.AsType[*websocket.CloseError](err); ok && closed.Code != closeAbnormal {
		return &closeError{code: closed.Code, reason: strings.ToValidUTF8(closed.Text, "�")}
	}
	if errors.Is(err, websocket.ErrReadLimit) {
		err = ErrMessageTooBig
	}
	return &closeError{code: closeAbnormal, err: err}
}

func (l *websocketLink) write(frames []frame) error {
	for _, f := range frames {
		kind := websocket.TextMessage
		if f.binary {
			kind = websocket.BinaryMessage
		}
		if l.compression != nil {
			l.conn.EnableWriteCompression(l.compression.suits(f.data))
		}
		if err := l.conn.WriteMessage(kind, f.data); err != nil {
			return err
		}
	}
	return nil
}

func (l *websocketLink) maxBatch() int        { return 1 }
func (l *websocketLink) needsHeartbeat() bool { return true }
func (l *websocketLink) traffic() *traffic    { return &l.counters }
func (l *websocketLink) localAddr() net.Addr  { return l.conn.LocalAddr() }

func (l *websocketLink) close(code int, reason string) error {
	message := websocket.FormatCloseMessage(code, reason)
	return l.conn.WriteControl(websocket.CloseMessage, message, time.Now().Add(closeFrameTimeout))
}

// abort closes the network connection below TLS, whose own goodbye could block on a dead network.
func (l *websocketLink) abort() { _ = l.raw.Close() }
