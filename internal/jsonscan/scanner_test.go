package jsonscan_test

import (
	"bytes"
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"phoenixchannels/internal/jsonscan"
)

const maxDepth = 20

// texts are valid and invalid JSON texts on which JSON readers differ.
var texts = []string{
	``, ` `, `-0`, `01`, `-`, `1.`, `.5`, `1.5e+3`, `1E400`, `1e`, `+1`, `0x1`, `NaN`, `nul`, `null`, `truefalse`, `True`, `1 2`, `1,`, `// 1`,
	`""`, `"`, `"\`, `"\"`, `"\a"`, `"\/\b\f\n\r\t\"\\"`, `"\u00E9"`, `"\u00g9"`, `"\u"`, `"\u0000"`, "\"\x1f\"", "\"\x7f\"", "\x00", "\ufeff1",
	`"\ud800"`, `"\udc00"`, `"\ud83d\ude80"`, `"\ud83d\ud83d\ude80"`, `"\ud83d\u0041"`, `"\ud83d\u"`, `"\ud83dx"`, `{"\ud800":1}`,
	"\"é🚀 12345678é12345678\"", "\"\xff\"", "\"1234567\xc3\"", "\"\xed\xa0\x80\"", "\"\xc0\x80\"", "\xff", "[\u00a01]", "[\v1]",
	`{}`, `{`, `{ }`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{"a":1 "b":2}`, `{"a":1,"a":2}`, `{1:2}`, `{"":""}`, ` { "a" : [ 1 , { } ] , "b" : null } `,
	`[]`, `[`, `[ ]`, `[,]`, `[1,]`, `[1 2]`, `[[],[[]]]`, `[}`, `{]`, `[1,-2.5e+3,"\u00e9\ud83c\udfae ž🎮",{"c":null,"d":true,"e":false}]`,
	strings.Repeat(`[`, maxDepth) + strings.Repeat(`]`, maxDepth), strings.Repeat(`{"a":[`, maxDepth) + strings.Repeat(`]}`, maxDepth),
}

func TestScannerAgreesWithTheStandardLibrary(t *testing.T) {
	for _, text := range texts {
		for end := range len(text) + 1 {
			compare(t, []byte(text[:end]), false)
			compare(t, []byte(text[:end]), true)
		}
	}
}

// FuzzScanner checks that, on any text, the scanner and the standard library agree whether it is
// JSON and on its value.
func FuzzScanner(f *testing.F) {
	for i, text := range texts {
		f.Add([]byte(text), i%2 == 0)
	}
	f.Fuzz(compare)
}

func compare(t *testing.T, text []byte, strict bool) {
	scan := jsonscan.Scanner{Text: append(make([]byte, 0, len(text)), text...), MaxDepth: maxDepth, Strict: strict} // without spare bytes beyond its end
	skip, walk := scan, scan
	value := skip.Skip()
	skip.End()
	got := tokens(&walk, nil)
	walk.End()
	require.Equal(t, fmt.Sprint(skip.Err()), fmt.Sprint(walk.Err()), "%q: both ways of reading it", text)
	want, err := modelTokens(text, strict)
	require.Equal(t, err == nil, skip.Err() == nil, "%q: %v, the standard library says %v", text, skip.Err(), err)
	if err == nil {
		require.Equal(t, want, got, "%q", text)
		require.Equal(t, string(bytes.Trim(text, " \t\r\n")), string(value))
		require.Zero(t, skip.Depth+walk.Depth)
	}
}

// tokens reads a value and appends its tokens.
func tokens(s *jsonscan.Scanner, list []string) []string {
	str := func(quoted []byte, plain bool) string {
		if plain {
			return `"` + string(quoted[1:len(quoted)-1])
		}
		text, _ := jsontext.AppendUnquote([]byte(`"`), quoted)
		return string(text)
	}
	switch c := s.Kind(); c {
	case '{':
		list = append(list, "{")
		for s.Begin('{'); s.More('}'); {
			list = append(list, str(s.Key()))
			list = tokens(s, list)
		}
		return append(list, "}")
	case '[':
		list = append(list, "[")
		for s.Begin('['); s.More(']'); {
			list = tokens(s, list)
		}
		return append(list, "]")
	case '"':
		return append(list, str(s.String()))
	case 't', 'f', 'n':
		return append(list, string(s.Skip()))
	default:
		number, integer := s.Number()
		return append(list, fmt.Sprint(string(number), integer))
	}
}

// modelTokens does the same with the standard library.
func modelTokens(text []byte, strict bool) (list []string, err error) {
	if !utf8.Valid(text) {
		return nil, errors.New("not UTF-8")
	}
	d := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(!strict))
	for values := 0; ; {
		token, err := d.ReadToken()
		switch {
		case err == io.EOF && values == 1:
			return list, nil
		case err != nil:
			return nil, err
		case d.StackDepth() > maxDepth:
			return nil, errors.New("too deep")
		}
		switch token.Kind() {
		case '"':
			list = append(list, `"`+token.String())
		case '0':
			list = append(list, fmt.Sprint(token.String(), !strings.ContainsAny(token.String(), ".eE")))
		default:
			list = append(list, token.String())
		}
		if d.StackDepth() == 0 {
			values++
		}
	}
}

func TestErrorsNameTheFaultAndItsPlace(t *testing.T) {
	s := jsonscan.Scanner{Text: []byte(`{"a": nil}`), MaxDepth: maxDepth, Part: "payload"}
	s.Skip()
	require.EqualError(t, s.Err(), "payload: invalid JSON at byte 7: expected null, found 'i'")
	s.Fail(errors.New("later"))
	require.EqualError(t, s.Err(), "payload: invalid JSON at byte 7: expected null, found 'i'", "the first error is kept")
	require.Zero(t, s.Kind(), "nothing is left to read")
	require.False(t, s.More('}'))
	require.Empty(t, s.Skip())

	s = jsonscan.Scanner{Text: []byte(`[[1]]`), MaxDepth: 1}
	s.Skip()
	require.EqualError(t, s.Err(), "invalid JSON at byte 1: it is nested deeper than 1 levels")
}

func TestWhatIsReadNeedsNoMemory(t *testing.T) {
	text := []byte(`{"id":42,"name":"Ann","x":1.5,"alive":true,"tags":["a","\u00fc"],"target":null}`)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		s := jsonscan.Scanner{Text: text, MaxDepth: maxDepth}
		s.Skip()
		if s.End(); s.Err() != nil {
			t.Fail()
		}
	}))
}
