package core

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
)

// errorPrefix begins the text of each error of this package.
const errorPrefix = "phoenix: "

// within is an error as a part of another's text, in the middle of which its own prefix would stand.
type within struct{ error }

func (e within) Error() string { return strings.TrimPrefix(e.error.Error(), errorPrefix) }
func (e within) Unwrap() error { return e.error }

// The errors that calls return and OnError reports. Test for them with [errors.Is].
var (
	// ErrSocketClosed: the socket was closed for good with [Socket.Close].
	ErrSocketClosed = errors.New("phoenix: the socket is closed for good; make a new one")
	// ErrNotConnected: the call needs an open connection, as [Socket.Ping] does.
	ErrNotConnected = errors.New("phoenix: the socket is not connected")
	// ErrNotJoined: a push before [Channel.Join].
	ErrNotJoined = errors.New("phoenix: push before join; call Join first")
	// ErrJoinedTwice: a second [Channel.Join] on the same channel. A channel rejoins by itself; after it closed, make a new one.
	ErrJoinedTwice = errors.New("phoenix: tried to join twice; a channel joins once and rejoins by itself")
	// ErrChannelClosed: the channel was left or closed; make a new one with [Socket.Channel].
	ErrChannelClosed = errors.New("phoenix: the channel is closed; make a new one")
	// ErrBufferFull: the push does not fit into the buffer of pushes that wait for the connection or the join
	// ([Config.MaxBufferedPushes], [Config.MaxBufferedBytes]).
	ErrBufferFull = errors.New("phoenix: the buffer of waiting pushes is full")
	// ErrInvalidTopic: the topic is empty, "phoenix" (which is the protocol's own), or not UTF-8.
	ErrInvalidTopic = errors.New("phoenix: invalid topic")
	// ErrInvalidEvent: the event is empty, not UTF-8, or one that the protocol reserves.
	ErrInvalidEvent = errors.New("phoenix: invalid event")
	// ErrInvalidPayload: the payload or the params cannot be written as JSON.
	ErrInvalidPayload = errors.New("phoenix: invalid payload")
	// ErrInvalidConfig: an endpoint or a setting that cannot work; the text names it.
	ErrInvalidConfig = errors.New("phoenix: invalid configuration")
	// ErrHeartbeatTimeout: the server did not answer a heartbeat in time; the connection was given up.
	ErrHeartbeatTimeout = errors.New("phoenix: the server did not answer the heartbeat in time")
	// ErrMessageTooBig: the server sent a message over [Config.MaxMessageBytes]; the connection was given up.
	ErrMessageTooBig = errors.New("phoenix: the server sent a message over the size limit")
	// ErrMalformedMessage: the server sent something that is no Phoenix message. It is skipped, the connection stays.
	ErrMalformedMessage = errors.New("phoenix: malformed message from the server")
)

// What a request is for, as errors say it.
const (
	duringConnect = "connecting to"
	duringPoll    = "polling"
	duringSend    = "sending to"
)

// HandshakeError reports that the server answered the connect with something else than a connection: 403 when its socket
// refused the params or the token, 404 when no socket lives at the endpoint. Over long poll it also reports such an answer to a request of
// an open session.
type HandshakeError struct {
	StatusCode int    // of the HTTP response
	Endpoint   string // without the query, which may hold secrets

	during string // duringPoll or duringSend of a session that is open; empty for the connect
	proxy  string // that it went through, in words
}

func (e *HandshakeError) Error() string {
	hint := ""
	switch e.during {
	case "":
		hint = e.connectHint()
	case duringPoll:
		switch e.StatusCode {
		case 403:
			hint = "; its socket refused the params or the auth token of a session that had to begin anew"
		case 500:
			hint = "; Phoenix fails so when it has a binary message for the client that is not UTF-8, which needs WebSocket"
		}
	case duringSend:
		switch e.StatusCode {
		case 400, 413:
			hint = "; a message may be larger than it takes"
		}
	}
	return fmt.Sprintf("phoenix: %s %s%s: the server answered %d%s", cmp.Or(e.during, duringConnect), e.Endpoint, e.proxy, e.StatusCode, hint)
}

// connectHint is what a status at the connect mostly means, and what to do.
func (e *HandshakeError) connectHint() string {
	longPoll := strings.HasSuffix(e.Endpoint, "/"+LongPoll.String())
	switch e.StatusCode {
	case 101:
		return ", but not as a WebSocket does (Upgrade, Connection or Sec-WebSocket-Accept is wrong); no WebSocket server is there"
	case 200:
		return ", so no socket is there, but a page: check the path of the endpoint, and whether the network wants a login first"
	case 400:
		return "; either the server speaks TLS there and wants wss://, or something on the way lets no WebSocket through"
	case 401, 403:
		return "; the server's socket refused the params or the auth token, or its check_origin the origin"
	case 404:
		if longPoll {
			return "; no socket lives there, check the path of the endpoint, and that its socket has longpoll: true"
		}
		return "; no socket lives there, check the path of the endpoint; one whose socket has websocket: false needs the LONGPOLL transport"
	case 301, 302, 303, 307, 308:
		return "; redirects are not followed, use the final endpoint"
	}
	return ""
}
