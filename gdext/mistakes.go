package gdext

import (
	"errors"

	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
)

// enumError is the return type of methods that return an Error.
const enumError = "Error"

// mistake reports an incorrect call and returns the matching ERR_ constant. method names the
// method, and subject what the call was about ("" if that is obvious).
func mistake(method, subject string, err error) int64 {
	text, result := signals.Explain(err)
	engine.ErrorAt(1, method, signals.Mistake(method, subject, text))
	return result
}

// errNoCallable is the error for an empty Callable, as returned by Callable().
var errNoCallable = errors.New("there is nothing to call: pass a function that accepts the payload")
