package signals

import (
	"errors"
	"fmt"
	"strings"

	"phoenixchannels/core"
	"phoenixchannels/gdext/variant"
)

// Results of methods that return an Error, with the engine's numbers.
const (
	OK                  int64 = 0
	ErrFailed           int64 = 1
	ErrUnavailable      int64 = 2
	ErrUnconfigured     int64 = 3
	ErrOutOfMemory      int64 = 6
	ErrConnectionError  int64 = 29
	ErrInvalidParameter int64 = 31
)

// ErrNoMessage is the error for a malformed raw message.
var ErrNoMessage = errors.New("this is not a message")

// advice explains core's errors and how to fix them, in the words that games use.
var advice = []struct {
	kind   error
	result int64
	text   string
}{
	{core.ErrNotJoined, ErrUnconfigured, "the channel was never joined: call join() first; pushes made while it joins are sent once it has"},
	{core.ErrChannelClosed, ErrUnconfigured, "the channel is closed: call join() to join it again"},
	{core.ErrSocketClosed, ErrUnavailable, "the socket was freed"},
	{core.ErrNotConnected, ErrConnectionError, "the socket is not connected: call connect_socket() and wait for on_open"},
	{core.ErrBufferFull, ErrOutOfMemory, "too many pushes are queued: push less, or wait until they are sent (get_statistics() counts buffered_pushes)"},
	{core.ErrInvalidTopic, ErrInvalidParameter, "a topic must not be empty or \"phoenix\", which the protocol reserves: use one of your server's, such as \"room:lobby\""},
	{core.ErrInvalidEvent, ErrInvalidParameter, "an event must not be empty or begin with \"phx_\", which the protocol reserves: join() and leave() send those events"},
}

// Explain returns an error's text for games and its ERR_ constant.
func Explain(err error) (string, int64) {
	for _, a := range advice {
		if errors.Is(err, a.kind) {
			return a.text, a.result
		}
	}
	var unsendable *variant.UnsendableError
	if errors.Is(err, core.ErrInvalidConfig) || errors.Is(err, core.ErrInvalidPayload) ||
		errors.Is(err, ErrPayloadType) || errors.Is(err, ErrNoMessage) || errors.As(err, &unsendable) {
		return Plain(err), ErrInvalidParameter
	}
	return Plain(err), ErrFailed
}

// Mistake returns the text of an engine error about a call. method is the called method, and what
// the subject of the call ("" if that is obvious).
func Mistake(method, what, text string) string {
	if what != "" {
		text = what + ": " + text
	}
	return method + "(): " + text + "."
}

// About returns a reference to an event or topic, for use in a message.
func About(kind, name string) string { return fmt.Sprintf("%s %q", kind, name) }

// NotCallable returns the text for a handler that cannot be called with an event's payload.
func NotCallable(handler string, err error) string {
	return fmt.Sprintf("the handler %s cannot be called with one argument, the payload: %s", handler, err)
}

// CheckHandled returns an error if no message of the event ever reaches a channel's handlers.
func CheckHandled(event string) error {
	if event == "" || strings.HasPrefix(event, core.ReservedEvents) {
		return errors.New("an event must not be empty or begin with \"phx_\", which the protocol reserves: the signals on_join_result, on_error and on_close report those events")
	}
	return nil
}
