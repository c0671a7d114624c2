package gdext

import (
	"errors"

	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
)

// enumError is the enum of the results of methods that return an Error.
const enumError = "Error"

// mistake reports what was wrong with a call and returns the ERR_ result for it.
// method is the method called, subject what the call was about ("" when that is
// plain).
func mistake(method, subject string, err error) int64 {
	text, result := signals.Explain(err)
	engine.ErrorAt(1, method, signals.Mistake(method, subject, text))
	return result
}

// errNoCallable is Callable() in place of something to call.
var errNoCallable = errors.New("there is nothing to call: pass a function that accepts the payload")
