package core

import (
	"context"
	"encoding/json/jsontext"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// marshals is a type that writes its own JSON.
type marshals struct{ err error }

func (m marshals) MarshalJSON() ([]byte, error) { return []byte(`{"own":true}`), m.err }

func TestPayloadOfWhatCallersHandIn(t *testing.T) {
	type move struct {
		X    int    `json:"x"`
		Name string `json:"name,omitempty"`
	}
	tests := map[string]struct {
		value any
		want  string
	}{
		"nil":               {nil, `{}`},
		"struct":            {move{X: 1}, `{"x":1}`},
		"pointer":           {&move{X: 1, Name: "a"}, `{"x":1,"name":"a"}`},
		"nil pointer":       {(*move)(nil), `null`},
		"map":               {map[string]any{"a": []any{1, "b", nil, true}}, `{"a":[1,"b",null,true]}`},
		"nil map":           {map[string]int(nil), `{}`},
		"nil list":          {[]int(nil), `[]`},
		"text":              {"ü🚀</script>", `"ü🚀</script>"`},
		"empty text":        {"", `""`},
		"largest integers":  {[]any{int64(math.MinInt64), uint64(math.MaxUint64)}, `[-9223372036854775808,18446744073709551615]`},
		"float":             {0.1, `0.1`},
		"bool":              {false, `false`},
		"bytes inside":      {map[string][]byte{"b": {1, 2}}, `{"b":"AQI="}`},
		"raw JSON":          {jsontext.Value(`{"b":1,"a":2}`), `{"b":1,"a":2}`},
		"raw JSON as it is": {jsontext.Value(" [1.00,\n1e400] "), " [1.00,\n1e400] "},
		"names twice":       {jsontext.Value(`{"a":1,"a":2}`), `{"a":1,"a":2}`},
		"own marshaller":    {marshals{}, `{"own":true}`},
		"a Payload":         {JSONPayload(jsontext.Value(`"x"`)), `"x"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p, err := newPayload(test.value)
			require.NoError(t, err)
			require.Equal(t, test.want, string(p.JSON()))
			require.Equal(t, test.want, p.String())
			require.False(t, p.IsBinary())
			require.Nil(t, p.Binary())
		})
	}
}

func TestPayloadThatIsNoJSON(t *testing.T) {
	cycle := map[string]any{}
	cycle["self"] = cycle
	tests := map[string]any{
		"not a number":   math.NaN(),
		"infinite":       math.Inf(1),
		"text not UTF-8": "\xff",
		"channel":        make(chan int),
		"function":       func() {},
		"complex":        1i,
		"a cycle":        cycle,
		"own marshaller": marshals{errors.New("on strike")},
		"empty raw JSON": jsontext.Value(``),
		"half":           jsontext.Value(`{"a":`),
		"two values":     jsontext.Value(`1 2`),
		"raw not UTF-8":  jsontext.Value("\"\xff\""),
	}
	for name, value := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := newPayload(value)
			require.ErrorIs(t, err, ErrInvalidPayload)
		})
	}
}

func TestBinaryPayload(t *testing.T) {
	for name, value := range map[string]any{"bytes": []byte{1, 2, 3}, "Payload": BinaryPayload([]byte{1, 2, 3})} {
		t.Run(name, func(t *testing.T) {
			p, err := newPayload(value)
			require.NoError(t, err)
			require.True(t, p.IsBinary())
			require.Equal(t, []byte{1, 2, 3}, p.Binary())
			require.Nil(t, p.JSON())
			require.Equal(t, 3, p.Len())
			require.Equal(t, "binary payload of 3 bytes", p.String())

			var bytes []byte
			require.NoError(t, p.Decode(&bytes))
			require.Equal(t, []byte{1, 2, 3}, bytes)
			bytes[0] = 9
			require.Equal(t, []byte{1, 2, 3}, p.Binary(), "a copy")
			var m map[string]any
			require.ErrorContains(t, p.Decode(&m), "*[]byte")
		})
	}
	p, err := newPayload([]byte(nil))
	require.NoError(t, err)
	require.True(t, p.IsBinary())
	require.Empty(t, p.Binary())
}

func TestDecodePayload(t *testing.T) {
	p := JSONPayload(jsontext.Value(`{"x":9007199254740993,"tags":["a"],"x2":null}`))
	var v struct {
		X    int64    `json:"x"`
		Tags []string `json:"tags"`
	}
	require.NoError(t, p.Decode(&v))
	require.Equal(t, int64(9007199254740993), v.X)
	require.Equal(t, []string{"a"}, v.Tags)
	var m map[string]any
	require.NoError(t, p.Decode(&m))
	require.Len(t, m, 3)
	require.Error(t, p.Decode(&struct {
		X string `json:"x"`
	}{}))

	var empty map[string]any
	require.NoError(t, Payload{}.Decode(&empty))
	require.Empty(t, empty)
	require.Equal(t, "{}", Payload{}.String())
	require.Zero(t, Payload{}.Len())
	var twice map[string]int
	require.NoError(t, JSONPayload(jsontext.Value(`{"a":1,"a":2}`)).Decode(&twice))
	require.Equal(t, map[string]int{"a": 2}, twice)
}

func TestParamsMustBeAnObject(t *testing.T) {
	for name, value := range map[string]any{
		"a list": []int{1}, "a text": "x", "null": (*struct{})(nil), "binary": BinaryPayload([]byte("{}")),
		"a number": 7, "raw list": jsontext.Value(`[]`), "broken": jsontext.Value(`{`), "bytes of no JSON": []byte{1},
		"nil function": (func(context.Context) (any, error))(nil),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newParams(value)
			require.ErrorIs(t, err, ErrInvalidPayload)
			given, err := newParams(asking(func() any { return value }))
			require.NoError(t, err, "a function is asked later")
			_, err = given.evaluate(t.Context())
			require.ErrorIs(t, err, ErrInvalidPayload)
		})
	}
	for name, value := range map[string]any{
		"nil": nil, "raw": jsontext.Value(` {"a":1}`), "bytes": []byte(`{"a":1}`), "map": map[string]int{"a": 1},
	} {
		t.Run(name, func(t *testing.T) {
			given, err := newParams(value)
			require.NoError(t, err)
			p, err := given.evaluate(t.Context())
			require.NoError(t, err)
			require.Equal(t, jsontext.Kind('{'), p.JSON().Kind())
		})
	}
}

func TestReasonsAreTextOfAnyContent(t *testing.T) {
	require.JSONEq(t, `{"reason":"a \"b\" \\ é \n"}`, reasonPayload("a \"b\" \\ é \n").String())
	require.JSONEq(t, `{"source":"transport","reason":"x"}`, transportReason("x").String())
}
