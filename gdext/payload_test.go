package gdext

import (
	"encoding/json/jsontext"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

// asJSON converts a Variant to JSON.
func asJSON(t *testing.T, b []byte) string {
	text, err := variant.AppendJSON(nil, b)
	require.NoError(t, err)
	return string(text)
}

func TestArgumentsStandOneBehindTheOther(t *testing.T) {
	args := arguments("event", signals.Encoded(signals.EmptyDictionary), "ok")
	assert.Equal(t, append(append(variant.AppendString(nil, "event"), signals.EmptyDictionary...), variant.AppendString(nil, "ok")...), args.Bytes)
	assert.Equal(t, 3, args.Count)
	assert.Nil(t, args.Shared)
	assert.Equal(t, args, arguments("event", content{bytes: signals.EmptyDictionary}, "ok"), "a content that was not made is among the bytes")

	made := new(engine.Ref)
	args = arguments("event", content{made: made}, "ok")
	assert.Equal(t, append(append(variant.AppendString(nil, "event"), engine.AppendShared(nil)...), variant.AppendString(nil, "ok")...), args.Bytes)
	assert.Same(t, made, args.Shared)
}

func TestPackedInt32sAreReadAsWritten(t *testing.T) {
	values := []int64{0, 10, -5, 1<<31 - 1}
	assert.Equal(t, values, readInt32s(variant.AppendInt32s(nil, values)))
	assert.Empty(t, readInt32s(nil))
	assert.Empty(t, readInt32s(variant.AppendInt32s[int64](nil, nil)))
}

func TestPrepareRefusesAPayloadThatCannotBeAVariant(t *testing.T) {
	var broken core.Message
	_, err := prepare(&broken, []byte(`[{"id":}]`), 1)
	require.EqualError(t, err, "invalid JSON at byte 7: expected a value, found '}'")
	assert.Nil(t, broken.Prepared)
	value, err := preparedContent(nil, core.JSONPayload(jsontext.Value(`{"id":`)))
	require.Error(t, err)
	assert.Equal(t, content{bytes: signals.Null}, value)
}

func TestPreparedFallsBackToThePayload(t *testing.T) {
	value, err := preparedContent(nil, core.JSONPayload(jsontext.Value(`[1]`)))
	require.NoError(t, err)
	assert.Equal(t, `[1]`, asJSON(t, value.bytes))
	value, err = preparedContent(nil, core.Payload{}) // a timeout has no payload
	require.NoError(t, err)
	assert.Equal(t, `{}`, asJSON(t, value.bytes))
}
