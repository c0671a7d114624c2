package signals

import (
	"errors"
	"fmt"

	"phoenixchannels/core"
	"phoenixchannels/gdext/variant"
)

// The results of methods that return an Error, numbered as the engine's.
const (
	OK                  int64 = 0
	ErrFailed           int64 = 1
	ErrUnavailable      int64 = 2
	ErrUnconfigured     int64 = 3
	ErrOutOfMemory      int64 = 6
	ErrConnectionError  int64 = 29
	ErrInvalidParameter int64 = 31
)

// ErrNoMessage is a raw message that is not formed as one.
var ErrNoMessage = errors.New("this is not a message")

// advice says what to do about an error of core, in the words of the classes that a game sees.
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

// Explain says what was wrong with a call, in words for games, and its ERR_ result.
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

// Mistake is the engine error about a call. method is what the game called, what the call was about ("" when that is plain).
func Mistake(method, what, text string) string {
	if what != "" {
		text = what + ": " + text
	}
	return method + "(): " + text + "."
}

// About names an event or topic in a message.
func About(kind, name string) string { return fmt.Sprintf("%s %q", kind, name) }

// WrongReturn is the error of a game's function for params or auth_token that has returned a value of the wrong type.
func WrongReturn(given, wanted variant.Type) error {
	return fmt.Errorf("%w: the function returned %s; it must return %s", core.ErrInvalidConfig, given.WithArticle(), wanted.WithArticle())
}
