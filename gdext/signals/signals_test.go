package signals

import (
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/gdext/variant"
)

// asJSON converts a Variant to JSON.
func asJSON(t *testing.T, b []byte) string {
	text, err := variant.AppendJSON(nil, b)
	require.NoError(t, err)
	return string(text)
}

func TestDictionaryHoldsEachKindOfValue(t *testing.T) {
	b := Dictionary("n", nil, "b", true, "i", 1000, "w", int64(1)<<40, "f", 1.5, "s", "é", "l", []int64{1, -2}, "d", Encoded(Dictionary("x", 1)))
	assert.Equal(t, `{"n":null,"b":true,"i":1000,"w":1099511627776,"f":1.5,"s":"é","l":[1,-2],"d":{"x":1}}`, asJSON(t, b))
	assert.Panics(t, func() { Dictionary("k", struct{}{}) })
}

func TestIncomingPayloadsBecomeVariants(t *testing.T) {
	text, err := Incoming(core.JSONPayload(jsontext.Value(`{"id":9007199254740993}`)))
	require.NoError(t, err)
	assert.Equal(t, `{"id":9007199254740993}`, asJSON(t, text))

	binary, err := Incoming(core.BinaryPayload([]byte{1, 2, 3}))
	require.NoError(t, err)
	data, err := variant.Bytes(binary)
	require.NoError(t, err)
	assert.Equal(t, []byte{1, 2, 3}, data)
}

func TestCloseReasonIsAlwaysADictionary(t *testing.T) {
	for payload, want := range map[string]string{
		`"leave"`:                   `{"reason":"leave"}`,
		`{}`:                        `{"reason":"unexpected_close"}`,
		``:                          `{"reason":"unexpected_close"}`,
		`null`:                      `{"reason":"unexpected_close"}`,
		`{"reason":"kicked","n":1}`: `{"reason":"kicked","n":1}`,
	} {
		assert.Equal(t, want, asJSON(t, CloseReason(core.JSONPayload(jsontext.Value(payload)))), payload)
	}
}

func TestMistakesAreExplainedInTheWordsOfTheGame(t *testing.T) {
	for err, want := range map[error]int64{
		core.ErrNotJoined:                       ErrUnconfigured,
		core.ErrChannelClosed:                   ErrUnconfigured,
		core.ErrSocketClosed:                    ErrUnavailable,
		core.ErrNotConnected:                    ErrConnectionError,
		core.ErrBufferFull:                      ErrOutOfMemory,
		core.ErrInvalidTopic:                    ErrInvalidParameter,
		core.ErrInvalidEvent:                    ErrInvalidParameter,
		core.ErrInvalidConfig:                   ErrInvalidParameter,
		core.ErrInvalidPayload:                  ErrInvalidParameter,
		ErrPayloadType:                          ErrInvalidParameter,
		ErrNoMessage:                            ErrInvalidParameter,
		variant.Cyclic(variant.Dictionary):      ErrInvalidParameter,
		errors.New("something else altogether"): ErrFailed,
	} {
		text, result := Explain(fmt.Errorf("%w (more)", err))
		assert.Equal(t, want, result, err)
		assert.NotContains(t, text, "phoenix: ")
		assert.NotContains(t, text, "Join", "that is Go's name for it")
	}
}

func TestHandlersAreOnlyForEventsThatArrive(t *testing.T) {
	for _, event := range []string{"", "phx_error", "phx_"} {
		require.ErrorContains(t, CheckHandled(event), "on_error", event)
	}
	require.NoError(t, CheckHandled("shout"))
}

func TestValuesThatCannotBeInAPresenceSayWhy(t *testing.T) {
	for err, want := range map[error]string{
		variant.Within(variant.Cyclic(variant.Dictionary), "ada"): `a Dictionary at "ada" cannot be in a presence: it contains itself, which JSON cannot represent`,
		variant.TooDeep(variant.Array):                            `an Array cannot be in a presence: it is nested deeper than 512 levels`,
		core.ErrInvalidPayload:                                    core.ErrInvalidPayload.Error(),
	} {
		assert.EqualError(t, NotInPresence(err), want)
	}
}
