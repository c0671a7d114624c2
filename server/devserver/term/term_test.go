package term_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver/term"
)

func TestDecodeWritesWhatTheRealServerWrites(t *testing.T) {
	cases := []struct{ name, in, out string }{
		{"keys are sorted", `{"i":3,"f":1,"e":2,"s":"x"}`, `{"e":2,"f":1,"i":3,"s":"x"}`},
		{"keys of nested objects are sorted", `[{"b":{"d":1,"c":2},"a":[]}]`, `[{"a":[],"b":{"c":2,"d":1}}]`},
		{"the first of equal keys stays", `{"a":1,"a":2}`, `{"a":1}`},
		{"the first of equal keys stays among others", `{"b":1,"a":2,"b":3,"a":4}`, `{"a":2,"b":1}`},
		{"escaped keys are equal to plain ones", `{"\u0061":1,"a":2}`, `{"a":1}`},
		{"white space goes", " \n[ 1 , {\"a\" : null } ]\t", `[1,{"a":null}]`},
		{"big integers stay exact", `12345678901234567890123`, `12345678901234567890123`},
		{"minus zero is an integer", `-0`, `0`},
		{"a negative float zero keeps its sign", `-0.0`, `-0.0`},
		{"an exponent makes a float", `1e3`, `1.0e3`},
		{"a fraction makes a float", `1.0`, `1.0`},
		{"100.0 has no exponent", `1e2`, `100.0`},
		{"1.0e22", `1e22`, `1.0e22`},
		{"from 2^53 on there is an exponent", `9007199254740992.0`, `9.007199254740992e15`},
		{"below 2^53 there is none", `9007199254740991.0`, `9007199254740991.0`},
		{"small fractions", `0.001`, `0.001`},
		{"smaller fractions", `0.00001`, `1.0e-5`},
		{"the largest float", `1.7976931348623157e308`, `1.7976931348623157e308`},
		{"the smallest float", `5e-324`, `5.0e-324`},
		{"characters beyond ASCII are not escaped", `"\u00e9\ud83d\ude00\/\u2028"`, "\"é😀/\u2028\""},
		{"control characters are escaped", `"\u0000\u001f\b\t\n\f\r\"\\"`, `"\u0000\u001F\b\t\n\f\r\"\\"`},
		{"literals", `[true,false,null]`, `[true,false,null]`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			doc, err := term.Decode([]byte(c.in))
			require.NoError(t, err)
			assert.Equal(t, c.out, string(doc.Term))
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"nothing":             ``,
		"a bare word":         `hello`,
		"a truncated array":   `["1","2"`,
		"two values":          `1 2`,
		"a lone surrogate":    `"\ud800"`,
		"bytes not UTF-8":     "\"\xff\xfe\"",
		"a float too large":   `1e999`,
		"a leading zero":      `01`,
		"a trailing comma":    `[1,]`,
		"endless nesting":     strings.Repeat("[", 20000),
		"a key not a string":  `{1:2}`,
		"a missing value":     `{"a"}`,
		"a raw control chars": "\"\x01\"",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := term.Decode([]byte(in))
			assert.Error(t, err)
		})
	}
}

func TestElementsOfADocument(t *testing.T) {
	array, err := term.Decode([]byte(` [ "1" , null, 2, {"b":1,"a":[ ]} ] `))
	require.NoError(t, err)
	assert.Equal(t, []term.Term{`"1"`, `null`, `2`, `{"a":[],"b":1}`}, array.Elements)

	object, err := term.Decode([]byte(`{"topic":"t","event":"e","topic":"u"}`))
	require.NoError(t, err)
	assert.Equal(t, []string{"event", "topic"}, object.Keys)
	topic, found := object.Get("topic")
	assert.True(t, found)
	assert.Equal(t, term.Term(`"t"`), topic)
	_, found = object.Get("ref")
	assert.False(t, found)
	assert.Empty(t, array.Fields().Keys)
}

func TestAccessors(t *testing.T) {
	text, ok := term.Term(`"a\"b"`).Text()
	assert.True(t, ok)
	assert.Equal(t, `a"b`, text)
	_, ok = term.Null.Text()
	assert.False(t, ok)

	n, ok := term.Term("42").Int()
	assert.True(t, ok)
	assert.EqualValues(t, 42, n)
	for _, no := range []term.Term{"4.2e1", `"42"`, "99999999999999999999", "null"} {
		_, ok = no.Int()
		assert.False(t, ok, "%s", no)
	}

	_, err := term.String("\xff")
	assert.ErrorIs(t, err, term.ErrInvalidUTF8)
}

func TestFloat(t *testing.T) {
	for text, want := range map[term.Term]float64{"0": 0, "-1": -1, "2.5": 2.5, "1.0e3": 1000} {
		got, isNumber := text.Float()
		assert.True(t, isNumber, text)
		assert.Equal(t, want, got)
	}
	for _, text := range []term.Term{"", `"1"`, "null", "true", "[1]", "{}"} {
		_, isNumber := text.Float()
		assert.False(t, isNumber, text)
	}
}
