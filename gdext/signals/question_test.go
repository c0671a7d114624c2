package signals

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/gdext/variant"
)

func TestAsk(t *testing.T) {
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		game func(answer func(string, error), cancel func()) // what happens once the question is posted
		want int
		err  string
		took time.Duration
	}{
		"returns the answer":                  {func(answer func(string, error), _ func()) { answer("7", nil) }, 7, "", 0},
		"waits for a late answer":             {later(2*time.Second, "7", nil), 7, "", 2 * time.Second},
		"takes only the first answer":         {func(answer func(string, error), _ func()) { answer("7", nil); answer("8", nil) }, 7, "", 0},
		"returns the error of the game":       {later(time.Second, "", broken), 0, "broken", time.Second},
		"returns the error of a wrong answer": {later(time.Second, "seven", nil), 0, `strconv.Atoi: parsing "seven": invalid syntax`, time.Second},
		"withdraws a question without answer": {later(time.Hour, "7", nil), 0, "the function has not returned within 10s", 10 * time.Second},
		"ends with its caller":                {func(_ func(string, error), cancel func()) { time.AfterFunc(time.Second, cancel) }, 0, "context canceled", time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				started, withdrawn := time.Now(), false
				post := func(answer func(string, error)) { test.game(answer, cancel) }
				got, err := Ask(ctx, strconv.Atoi, post, func() { withdrawn = true })
				require.Equal(t, test.want, got)
				require.Equal(t, ctx.Err() != nil, withdrawn)
				require.Equal(t, test.took, time.Since(started))
				if test.err == "" {
					require.NoError(t, err)
				} else {
					require.EqualError(t, err, test.err)
				}
			})
		})
	}
}

// later returns a game that answers after a delay.
func later(delay time.Duration, text string, err error) func(func(string, error), func()) {
	return func(answer func(string, error), _ func()) { time.AfterFunc(delay, func() { answer(text, err) }) }
}

func TestWrongReturnNamesBothTypes(t *testing.T) {
	err := WrongReturn(variant.Int, variant.Dictionary)
	require.ErrorIs(t, err, core.ErrInvalidConfig)
	require.ErrorContains(t, err, "the function returned an int; it must return a Dictionary")
}
