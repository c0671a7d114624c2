package core

import (
	"errors"
	"strings"
)

// ErrorPrefix starts the text of each error of this package, as is usual in Go. Hosts in other
// languages remove it.
const ErrorPrefix = "phoenix: "

// within is an error that becomes part of another error's text, where its own prefix is omitted.
type within struct{ error }

func (e within) Error() string { return strings.TrimPrefix(e.error.Error(), ErrorPrefix) }
func (e within) Unwrap() error { return e.error }

// errPanicked is the outcome of an operation that ended in a panic.
var errPanicked = errors.New("phoenix: internal error, see the panic")

// Errors that calls return and OnError reports. Test for them with [errors.Is].
var (
	// ErrSocketClosed means that the socket was closed for good with [Socket.Close].
	ErrSocketClosed = errors.New("phoenix: the socket is closed for good; create a new one")
	// ErrNotConnected means that the call, such as [Socket.Ping], needs an open connection.
	ErrNotConnected = errors.New("phoenix: the socket is not connected")
	// ErrNotJoined means that a push was made before [Channel.Join].
	ErrNotJoined = errors.New("phoenix: push before join; call Join first")
	// ErrChannelClosed means that a push was made on a channel that was left or closed, before the
	// next [Channel.Join].
	ErrChannelClosed = errors.New("phoenix: the channel is closed; call Join to join it again")
	// ErrBufferFull means that the push does not fit beside the others in the buffer of pushes
	// waiting for the connection or the join ([Settings.MaxBufferedPushes], [Settings.MaxBufferedBytes]).
	ErrBufferFull = errors.New("phoenix: the push buffer is full")
	// ErrInvalidTopic means that the topic is empty, "phoenix" (which the protocol reserves), or
	// not UTF-8.
	ErrInvalidTopic = errors.New("phoenix: invalid topic")
	// ErrInvalidEvent means that the event is empty, not UTF-8, or reserved by the protocol.
	ErrInvalidEvent = errors.New("phoenix: invalid event")
	// ErrInvalidPayload means that the payload or the params cannot be encoded as JSON, the params
	// of a connect not in a URL, or that the payload alone exceeds [Settings.MaxBufferedBytes]. The
	// text states the reason.
	ErrInvalidPayload = errors.New("phoenix: invalid payload")
	// ErrInvalidConfig means that an endpoint or a setting cannot work. The text names it.
	ErrInvalidConfig = errors.New("phoenix: invalid configuration")
	// ErrHeartbeatTimeout means that the server did not answer a heartbeat in time. The connection
	// was dropped.
	ErrHeartbeatTimeout = errors.New("phoenix: the server did not answer the heartbeat in time")
	// ErrMessageTooBig means that the server sent a message larger than [Settings.MaxMessageBytes].
	// The connection was dropped.
	ErrMessageTooBig = errors.New("phoenix: the server sent a message over the size limit")
	// ErrMalformedMessage means that the server sent something that is not a Phoenix message. It is
	// skipped, and the connection stays open.
	ErrMalformedMessage = errors.New("phoenix: malformed message from the server")
)
