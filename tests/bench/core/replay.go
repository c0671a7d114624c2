package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"net/url"

	"sync"
	"time"

	phoenix "phoenixchannels/core"
)

// replay is a server's end that is all in memory: it accepts the WebSocket and the join, and then
// sends what it is told to, as fast as it is read. So what is measured over it is the client alone,
// from the frame's bytes to the handler.
type replay struct {
	mu      sync.Mutex
	more    sync.Cond
	current []byte
	next    [][]byte
	closed  bool
	written int // writes of the client
}

// replayJoinRef is the join_ref of the channel on a replay, as the recorded frames have it.
const replayJoinRef = "3"

// newReplay gives a joined channel on a connection to a replay.
func newReplay(config phoenix.Config) (*replay, *phoenix.Channel, error) {
	r := &replay{}
	r.more.L = &r.mu
	config.DialContext = func(context.Context, string, string) (net.Conn, error) { return r, nil }
	config.Proxy = func(*http.Request) (*url.URL, error) { return nil, nil }
	socket, err := phoenix.NewSocket("ws://replay/socket", config)
	if err != nil {
		return nil, nil, err
	}
	for socket.MakeRef() != "2" {
	}
	channel, err := socket.Channel("room:lobby", nil)
	if err != nil {
		return nil, nil, err
	}
	join, err := channel.Join()
	if err != nil {
		return nil, nil, err
	}
	if err := socket.Connect(); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err = join.Wait(ctx)
	return r, channel, err
}

// send lets the client read these bytes.
func (r *replay) send(data ...[]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next = append(r.next, data...)
	r.more.Signal()
}

func (r *replay) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.current) == 0 {
		switch {
		case r.closed:
			return 0, net.ErrClosed
		case len(r.next) == 0:
			r.more.Wait()
			continue
		}
		r.current, r.next = r.next[0], r.next[1:]
	}
	n := copy(p, r.current)
	r.current = r.current[n:]
	return n, nil
}

// Write takes the request of the WebSocket, then the join; the rest is of no interest.
func (r *replay) Write(p []byte) (int, error) {
	r.written++
	switch r.written {
	case 1:
		request, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(p)))
		if err != nil {
			return 0, errors.Join(errors.New("the request of the WebSocket came in parts"), err)
		}
		accept := sha1.Sum([]byte(request.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		r.send([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
			base64.StdEncoding.EncodeToString(accept[:]) + "\r\n\r\n"))
	case 2:
		r.send(appendFrame(nil, opText, []byte(`["3","3","room:lobby","phx_reply",{"status":"ok","response":{}}]`)))
	}
	return len(p), nil
}

func (r *replay) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.more.Broadcast()
	return nil
}

func (r *replay) LocalAddr() net.Addr              { return replayAddr{} }
func (r *replay) RemoteAddr() net.Addr             { return replayAddr{} }
func (r *replay) SetDeadline(time.Time) error      { return nil }
func (r *replay) SetReadDeadline(time.Time) error  { return nil }
func (r *replay) SetWriteDeadline(time.Time) error { return nil }

type replayAddr struct{}

func (replayAddr) Network() string { return "replay" }
func (replayAddr) String() string  { return "replay" }
