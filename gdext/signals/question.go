package signals

import (
	"context"
	"errors"
	"fmt"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/variant"
)

// Ask asks the game for a value and waits for the answer: params or a token that a function of the
// game returns. post passes the question to the game, whose first call of answer counts. read
// converts what the game has answered. If ctx ends first, Ask calls withdraw.
func Ask[V, T any](ctx context.Context, read func(V) (T, error), post func(answer func(V, error)), withdraw func()) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	started, answered := time.Now(), make(chan outcome, 1)
	post(func(given V, err error) {
		var o outcome
		if o.err = err; err == nil {
			o.value, o.err = read(given)
		}
		select {
		case answered <- o:
		default: // not the first answer
		}
	})
	select {
	case o := <-answered:
		return o.value, o.err
	case <-ctx.Done():
	}
	withdraw()
	err := ctx.Err()
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("the function has not returned within %v", time.Since(started).Round(time.Millisecond))
	}
	return outcome{}.value, err
}

// WrongReturn returns the error for a params or auth_token function that has returned a value of
// the wrong type.
func WrongReturn(given, wanted variant.Type) error {
	return fmt.Errorf("%w: the function returned %s; it must return %s", core.ErrInvalidConfig, given.WithArticle(), wanted.WithArticle())
}
