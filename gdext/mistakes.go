package gdext

import (
	"errors"
	"fmt"
	"strings"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

// The results of methods that give an Error, numbered as the engine's.
const (
	errOK               int64 = 0
	errFailed           int64 = 1
	errUnavailable      int64 = 2
	errUnconfigured     int64 = 3
	errOutOfMemory      int64 = 6
	errConnectionError  int64 = 29
	errInvalidParameter int64 = 31

	enumError = "Error"
)

// advice says what to do about an error of core, in the words of the classes
// that a game sees.
var advice = []struct {
	kind   error
	result int64
	text   string
}{
	{core.ErrNotJoined, errUnconfigured, "the channel was never joined: call join() first; pushes made while it joins are sent once it has"},
	{core.ErrChannelClosed, errUnconfigured, "the channel is closed: call join() to join it anew"},
	{core.ErrSocketClosed, errUnavailable, "the socket is gone"},
	{core.ErrNotConnected, errConnectionError, "the socket is not connected: call connect_socket() and wait for on_open"},
	{core.ErrBufferFull, errOutOfMemory, "too much waits to be sent: push less, or wait until it is sent (get_statistics() counts buffered_pushes)"},
	{core.ErrInvalidTopic, errInvalidParameter, "a topic must not be empty or \"phoenix\", which is the protocol's own: use one of your server's, such as \"room:lobby\""},
	{core.ErrInvalidEvent, errInvalidParameter, "an event must not be empty or one of the protocol's own, which begin with \"phx_\": join() and leave() send those"},
}

// mistake reports what was wrong with a call and returns the ERR_ result for it.
// method is the method called, subject what the call was about ("" when that is
// plain).
func mistake(method, subject string, err error) int64 {
	text, result := explain(err)
	if subject != "" {
		text = subject + ": " + text
	}
	engine.ErrorAt(1, method, method+"(): "+text+".")
	return result
}

func explain(err error) (string, int64) {
	for _, a := range advice {
		if errors.Is(err, a.kind) {
			return a.text, a.result
		}
	}
	var unsendable *variant.UnsendableError
	if errors.Is(err, core.ErrInvalidConfig) || errors.Is(err, core.ErrInvalidPayload) ||
		errors.Is(err, errPayloadType) || errors.Is(err, errNoMessage) || errors.As(err, &unsendable) {
		return plain(err), errInvalidParameter
	}
	return plain(err), errFailed
}

// errNoMessage is a raw message that is not formed as one.
var errNoMessage = errors.New("this is no message")

// errNoCallable is Callable() in place of something to call.
var errNoCallable = errors.New("there is nothing to call: give a function that takes the payload")

// errorPrefix tells Go programs where an error comes from.
const errorPrefix = "phoenix: "

// plain is an error's text for games.
func plain(err error) string { return strings.TrimPrefix(err.Error(), errorPrefix) }

// about names an event or topic in a message.
func about(kind, name string) string { return fmt.Sprintf("%s %q", kind, name) }
