package core

import (
	"errors"
	"strings"
)

// errorPrefix begins the text of each error of this package.
const errorPrefix = "phoenix: "

// within is an error as a part of another's text, in the middle of which its own prefix would stand.
type within struct{ error }

func (e within) Error() string { return strings.TrimPrefix(e.error.Error(), errorPrefix) }
func (e within) Unwrap() error { return e.error }

// errPanicked is the outcome of what a panic ended.
var errPanicked = errors.New("phoenix: internal error, see the panic")

// The errors that calls return and OnError reports. Test for them with [errors.Is].
var (
	// ErrSocketClosed: the socket was closed for good with [Socket.Close].
	ErrSocketClosed = errors.New("phoenix: the socket is closed for good; create a new one")
	// ErrNotConnected: the call needs an open connection, as [Socket.Ping] does.
	ErrNotConnected = errors.New("phoenix: the socket is not connected")
	// ErrNotJoined: a push before [Channel.Join].
	ErrNotJoined = errors.New("phoenix: push before join; call Join first")
	// ErrChannelClosed: a push on a channel that was left or closed, before the next [Channel.Join].
	ErrChannelClosed = errors.New("phoenix: the channel is closed; call Join to join it again")
	// ErrBufferFull: the push does not fit into the buffer of pushes that wait for the connection or the join
	// ([Settings.MaxBufferedPushes], [Settings.MaxBufferedBytes]).
	ErrBufferFull = errors.New("phoenix: the push buffer is full")
	// ErrInvalidTopic: the topic is empty, "phoenix" (which is the protocol's own), or not UTF-8.
	ErrInvalidTopic = errors.New("phoenix: invalid topic")
	// ErrInvalidEvent: the event is empty, not UTF-8, or one that the protocol reserves.
	ErrInvalidEvent = errors.New("phoenix: invalid event")
	// ErrInvalidPayload: the payload or the params cannot be written as JSON, or the params of a connect not in a URL; the text says why.
	ErrInvalidPayload = errors.New("phoenix: invalid payload")
	// ErrInvalidConfig: an endpoint or a setting that cannot work; the text names it.
	ErrInvalidConfig = errors.New("phoenix: invalid configuration")
	// ErrHeartbeatTimeout: the server did not answer a heartbeat in time; the connection was given up.
	ErrHeartbeatTimeout = errors.New("phoenix: the server did not answer the heartbeat in time")
	// ErrMessageTooBig: the server sent a message over [Settings.MaxMessageBytes]; the connection was given up.
	ErrMessageTooBig = errors.New("phoenix: the server sent a message over the size limit")
	// ErrMalformedMessage: the server sent something that is no Phoenix message. It is skipped, the connection stays.
	ErrMalformedMessage = errors.New("phoenix: malformed message from the server")
)
