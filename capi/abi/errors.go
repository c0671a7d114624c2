package abi

import (
	"errors"
	"fmt"

	"phoenixchannels/core"
)

var texts = map[Code]string{
	ErrorHandle:        "no such handle, or it was freed",
	ErrorNull:          "null pointer",
	ErrorText:          "text is not UTF-8",
	ErrorBuffer:        "the event does not fit into the buffer; poll again with a larger one",
	ErrorOption:        "the endpoint or an option is invalid",
	ErrorTopic:         "invalid topic",
	ErrorEvent:         "invalid event",
	ErrorPayload:       "invalid payload or params",
	ErrorNotJoined:     "push before join",
	ErrorJoinedTwice:   "the channel has already been joined",
	ErrorChannelClosed: "the channel is closed; create a new one",
	ErrorBufferFull:    "too many pushes are queued",
	ErrorArgument:      "a number is out of its range",
	ErrorInternal:      "a bug in the library",
}

// Error returns the code's text.
func (c Code) Error() string { return texts[c] }

// CodeOf returns the code of an error returned by a function of this package.
func CodeOf(err error) Code {
	if code, ok := errors.AsType[Code](err); ok {
		return code
	}
	for _, known := range []struct {
		err  error
		code Code
	}{
		{core.ErrInvalidConfig, ErrorOption},
		{core.ErrInvalidTopic, ErrorTopic},
		{core.ErrInvalidEvent, ErrorEvent},
		{core.ErrInvalidPayload, ErrorPayload},
		{core.ErrNotJoined, ErrorNotJoined},
		{core.ErrChannelClosed, ErrorChannelClosed},
		{core.ErrBufferFull, ErrorBufferFull},
		{core.ErrSocketClosed, ErrorHandle}, // freed by another thread in the meantime
	} {
		if errors.Is(err, known.err) {
			return known.code
		}
	}
	return ErrorInternal
}

// wrong returns an error with the code and a description of the exact problem.
func wrong(code Code, format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{code}, args...)...)
}
