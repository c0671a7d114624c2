package variant_test

import (
	"encoding/binary"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/gdext/variant"
)

// words returns a Variant, or part of one, with the given 32-bit words.
func words(ws ...uint32) []byte {
	var b []byte
	for _, w := range ws {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	return b
}

func join(parts ...[]byte) (joined []byte) {
	for _, part := range parts {
		joined = append(joined, part...)
	}
	return joined
}

func TestAppendJSONSaysWhatCannotBeSentAndWhere(t *testing.T) {
	nan := variant.AppendFloat(nil, math.NaN())
	str := func(s string) []byte { return variant.AppendString(nil, s) }
	object := words(24|1<<16, 1, 0)
	const gone = ": it exists only inside the running game; send the fields that the server needs"
	for _, test := range []struct {
		name    string
		variant []byte
		want    string
	}{
		{"the whole", nan, `cannot send NaN: JSON has no NaN; send null or a number`},
		{"infinity", variant.AppendFloat(nil, math.Inf(-1)), `cannot send INF: JSON has no infinity; send null or a number`},
		{
			"below keys",
			join(variant.AppendDictionary(nil, 1), str("stats"),
				variant.AppendDictionary(nil, 2), str("hp"), variant.AppendInt(nil, 1), str("speed"), nan),
			`cannot send NaN at "stats.speed": JSON has no NaN; send null or a number`,
		},
		{
			"below an index",
			join(variant.AppendDictionary(nil, 1), str("players"), variant.AppendArray(nil, 2), str(""),
				variant.AppendDictionary(nil, 1), str("node"), object),
			`cannot send an Object at "players[1].node"` + gone,
		},
		{
			"in a packed array",
			join(variant.AppendDictionary(nil, 1), str("position"),
				words(32, 3, 0, 0, math.Float32bits(float32(math.Inf(1))))),
			`cannot send INF at "position[2]": JSON has no infinity; send null or a number`,
		},
		{
			"below a key that is no name",
			join(variant.AppendDictionary(nil, 1), str("max \"speed\""), variant.AppendArray(nil, 1), object),
			`cannot send an Object at "['max \"speed\"'][0]"` + gone,
		},
		{
			"below an empty key",
			join(variant.AppendDictionary(nil, 1), str(""), object),
			`cannot send an Object at "['']"` + gone,
		},
		{
			"below a key that is a number",
			join(variant.AppendDictionary(nil, 1), variant.AppendInt(nil, 7), object),
			`cannot send an Object at "['7']"` + gone,
		},
		{
			"in a key",
			join(variant.AppendArray(nil, 1), variant.AppendDictionary(nil, 2),
				variant.AppendNil(nil), variant.AppendNil(nil), variant.AppendArray(nil, 1), object),
			`cannot send an Object at "[0][key 1][0]"` + gone,
		},
		{"a Callable", words(25), `cannot send a Callable` + gone},
		{"a Signal", join(words(26, 1, 'a', 0, 0)), `cannot send a Signal` + gone},
		{"a RID", words(23, 0, 0), `cannot send a RID` + gone},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := variant.AppendJSON([]byte("before"), test.variant)
			require.EqualError(t, err, test.want)
			assert.Equal(t, "before", string(got), "dst comes back as it was")
		})
	}
}

func TestAppendJSONRefusesWhatIsNoVariant(t *testing.T) {
	for _, test := range []struct {
		name    string
		variant []byte
		want    string
	}{
		{"nothing", nil, "at byte 0: it ends too early"},
		{"half a header", []byte{1, 0}, "at byte 2: it ends too early"},
		{"an unknown type", words(39), "at byte 0: unknown type 39"},
		{"an unknown type inside", words(28, 1, 255), "at byte 8: unknown type 255"},
		{"more than one value", words(0, 0), "at byte 4: there is more after its end"},
		{"a String longer than the rest", words(4, 5, 0), "at byte 12: it ends too early"},
		{"an Array larger than the rest", words(28, 0x7fffffff, 0), "at byte 12: it ends too early"},
		{"a packed array larger than the rest", words(30, 0xffffffff, 0), "at byte 12: it ends too early"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := variant.AppendJSON([]byte("before"), test.variant)
			require.EqualError(t, err, "invalid Variant "+test.want)
			assert.Equal(t, "before", string(got), "dst comes back as it was")
		})
	}
}

func TestAppendJSONRefusesEveryCutOffVariant(t *testing.T) {
	for _, row := range readGolden(t).Outgoing {
		whole := unhex(t, row.Variant)
		for i := range whole {
			_, err := variant.AppendJSON(nil, whole[:i])
			assert.Error(t, err, "%s cut at %d", row.Name, i)
		}
	}
}

func TestAppendJSONAppends(t *testing.T) {
	got, err := variant.AppendJSON([]byte("before "), variant.AppendBool(nil, true))
	require.NoError(t, err)
	assert.Equal(t, "before true", string(got))
}

// Forms that the golden file's engine reads but does not write.
func TestAppendJSONReadsFormsOfOtherEngines(t *testing.T) {
	double := func(v float64) []byte {
		return binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))
	}
	for _, test := range []struct {
		name    string
		variant []byte
		want    string
	}{
		{"Vector2 of doubles", join(words(5|1<<16), double(0.1), double(-1.0/3)), `"(0.1, -0.33333333333333)"`},
		{"PackedVector3Array of doubles", join(words(36|1<<16, 1), double(1), double(2), double(1e-7)), `"[(1.0, 2.0, 0.0000001)]"`},
		{"Color has no doubles", words(20|1<<16, math.Float32bits(1), 0, 0, 0), `"(1.0, 0.0, 0.0, 0.0)"`},
		{"NodePath as a string", words(22, 3, 'a'|'/'<<8|'b'<<16), `"a/b"`},
		{
			"NodePath with a property",
			join(words(22, 1|1<<31, 0, 2), words(1, 'a'), words(1, 'b')),
			`"a:b"`,
		},
		{"int in the long form", words(2|1<<16, 7, 0), `7`},
		{"float in the long form", join(words(3|1<<16), double(0.5)), `0.5`},
		{"Array marked shared", words(28, 1|1<<31, 0), `[null]`},
		{"Array typed by a script", join(words(28|3<<16), words(1, 'a'), words(1, 0)), `[null]`},
		{"PackedStringArray without NUL", words(34, 2, 4, 'a'|'b'<<8|'c'<<16|'d'<<24, 0), `["abcd",""]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := variant.AppendJSON(nil, test.variant)
			require.NoError(t, err)
			assert.Equal(t, test.want, string(got))
		})
	}
}

func TestAppendJSONWritesFloatsExactlyAndAsFloats(t *testing.T) {
	for _, test := range []struct {
		v    float64
		want string
	}{
		{0, "0.0"},
		{math.Copysign(0, -1), "-0.0"},
		{1, "1.0"},
		{-100, "-100.0"},
		{0.1, "0.1"},
		{float64(float32(0.1)), "0.10000000149011612"},
		{1.0 / 3, "0.3333333333333333"},
		{1e-6, "0.000001"},
		{1.5e-7, "1.5e-07"},
		{1 << 53, "9007199254740992.0"},
		{1e20, "100000000000000000000.0"},
		{1e21, "1e+21"},
		{math.MaxFloat64, "1.7976931348623157e+308"},
		{math.SmallestNonzeroFloat64, "5e-324"},
	} {
		t.Run(test.want, func(t *testing.T) {
			got, err := variant.AppendJSON(nil, variant.AppendFloat(nil, test.v))
			require.NoError(t, err)
			assert.Equal(t, test.want, string(got))
			assert.True(t, jsontext.Value(got).IsValid())
			back, err := strconv.ParseFloat(string(got), 64)
			require.NoError(t, err)
			assert.Equal(t, math.Float64bits(test.v), math.Float64bits(back))
		})
	}
}

func TestAppendJSONEscapesWhatItMustAndNoMore(t *testing.T) {
	for c := rune(1); c < 0x300; c++ {
		text := "a" + string(c) + "b"
		got, err := variant.AppendJSON(nil, variant.AppendString(nil, text))
		require.NoError(t, err)
		var back string
		require.NoError(t, json.Unmarshal(got, &back), "%q", got)
		assert.Equal(t, text, back)
		escaped := strings.ContainsRune(string(got), '\\')
		assert.Equal(t, c < ' ' || c == '"' || c == '\\', escaped, "%q", got)
	}
	got, err := variant.AppendJSON(nil, words(4, 4, 0x28a0ed61)) // a surrogate, which is invalid in UTF-8
	require.NoError(t, err)
	assert.Equal(t, "\"a\ufffd\ufffd(\"", string(got))
}

func TestTypeOfReadsTheHeader(t *testing.T) {
	for _, test := range []struct {
		variant []byte
		want    variant.Type
		name    string
	}{
		{variant.AppendNil(nil), variant.Nil, "Nil"},
		{variant.AppendBool(nil, true), variant.Bool, "bool"},
		{variant.AppendInt(nil, 1<<40), variant.Int, "int"},
		{variant.AppendFloat(nil, 0.1), variant.Float, "float"},
		{variant.AppendString(nil, "a"), variant.String, "String"},
		{variant.AppendDictionary(nil, 0), variant.Dictionary, "Dictionary"},
		{variant.AppendArray(nil, 0), variant.Array, "Array"},
		{variant.AppendBytes(nil, nil), variant.PackedByteArray, "PackedByteArray"},
		{words(28|1<<16, 2, 0), variant.Array, "Array"},
		{words(38, 0), variant.Type(38), "PackedVector4Array"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := variant.TypeOf(test.variant)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
			assert.Equal(t, test.name, got.String())
		})
	}
	_, err := variant.TypeOf([]byte{1, 0, 0})
	require.EqualError(t, err, "invalid Variant at byte 3: it ends too early")
	_, err = variant.TypeOf(words(200))
	require.EqualError(t, err, "invalid Variant at byte 0: unknown type 200")
	assert.Equal(t, "Type(200)", variant.Type(200).String())
}

func TestBytesAreTheContentOfAPackedByteArray(t *testing.T) {
	for n := range 9 {
		data := []byte("12345678")[:n]
		whole := variant.AppendBytes(nil, data)
		assert.Zero(t, len(whole)%4)
		got, err := variant.Bytes(whole)
		require.NoError(t, err)
		assert.Equal(t, string(data), string(got))
		if n > 0 {
			assert.Same(t, &whole[8], &got[0], "not a copy")
		}
		assert.Equal(t, n, cap(got), "appending to it does not reach the rest")
	}
	for _, test := range []struct {
		name    string
		variant []byte
		want    string
	}{
		{"nothing", nil, "at byte 0: it ends too early"},
		{"another type", words(28, 0), "at byte 0: expected a PackedByteArray, found an Array"},
		{"no count", words(29), "at byte 4: it ends too early"},
		{"a count beyond the end", words(29, 5, 0), "at byte 12: it ends too early"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := variant.Bytes(test.variant)
			require.EqualError(t, err, "invalid Variant "+test.want)
		})
	}
}
