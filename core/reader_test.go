package core

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"phoenixchannels/tests/conformance/transcript"
)

// corners are valid and invalid JSON texts on which JSON parsers differ.
var corners = []string{
	`-0`, `0`, `01`, `-`, `-01`, `1.`, `.5`, `1.5`, `1e5`, `1E+5`, `1e`, `1e+`, `1e400`, `-1e-400`, `0x10`, `+1`, `1_0`, `00`, `1.e1`, `1ee1`,
	`NaN`, `Infinity`, `-Infinity`, `nul`, `nulll`, `null`, `true`, `tru`, `truefalse`, `True`, `falsee`, `fals`,
	`""`, `"`, `"a`, `"\"`, `"\\"`, `"\a"`, `"\/\b\f\n\r\t\""`, `"\u00e9"`, `"\u00E9"`, `"\u00g9"`, `"\u00"`, `"\u"`, `"\U0041"`, `"\u0000"`,
	`"\ud800"`, `"\udc00"`, `"\ud83d\ude80"`, `"\ude80\ud83d"`, `"\ud83dx"`, `"\ud83d\n"`, `"\ud83d\u0041"`, `"\ud83d\ud83d\ude80"`, `"\ud83d\u"`,
	"\"\x00\"", "\"\x1f\"", "\"\n\"", "\"\t\"", "\"\x7f\"", "\"é🚀\"", "\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xc0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xef\xbf\xbd\"",
	"\"12345678\x01\"", "\"1234567\xc3\"", `"1234567\"8"`, "\"12345678é12345678\"", `'a'`, "\xef\xbb\xbf1", "\x00", "é",
	`{}`, `{`, `}`, `{ }`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `{"a":1 "b":2}`, `{"a":1,"a":2}`, `{"\ud800":1}`, `{1:2}`, `{null:1}`, `{"a" : 1 , "b":[ ]}`, `{"":""}`,
	`[]`, `[`, `]`, `[ ]`, `[,]`, `[1,]`, `[1 2]`, `[1,,2]`, `[[],[[]]]`, `[}`, `{]`, "[\v1]", "[\u00a01]", "\f1", "\r\n\t 1 ", `1 1`, `1,`, `//`, `/**/1`,
}

// frames are texts that contain the corners.
var frames = []string{
	`%`, `[%]`, `[%,%,%,%,%]`, `["1","2","t","e",%]`, `["1","2","t","e",%,1]`, `["1","2","t","e",1,%]`, `["1","2","t",%,{}]`, `["1","2",%,"e",{}]`, `["1",%,"t","e",{}]`,
	`[%,"2","t","e",{}]`, `["1","2","t","e"%]`, `["1","2","t","e",{}]%`, `%["1","2","t","e",{}]`, `["1","2","t","e",{"a":%,"b":[%]}]`,
	`["1","2","t","phx_reply",%]`, `["1","2","t","phx\u005freply",{"status":"ok","response":%}]`, `["1","2","t","phx_reply",{"status":%}]`,
	`["1","2","t","phx_reply",{"status":"ok","response":%,"response":%}]`, `["1","2","t","phx_reply",{%:1,"status":"ok"}]`, `["1","2","t","phx_reply",{"status":"ok","status":%}]`,
	`["1","2","t","phx_reply",{"st\u0061tus":"ok",%}]`, `["1","2","t","phx_reply",{"status":"ok"},%]`,
	`{"topic":"t","event":"e","payload":%}`, `{"topic":%,"event":"e"}`, `{"topic":"t","event":%,"payload":{"status":"ok"}}`, `{"topic":"t","event":"e","ref":%,"join_ref":%}`,
	`{"topic":"t","event":"phx_reply","payload":%}`, `{"payload":{"status":%,"response":%},"topic":"t","event":"phx_reply"}`, `{%:1,"topic":"t","event":"e"}`, `{"topic":"t","event":"e",%}`,
	`{"topic":"t","event":"e"}%`, `{"topic":"t","topic":%,"event":"e"}`, `{"u":{"metas":[{"phx_ref":%}]}}`, `{"u":{"metas":%}}`, `{"u":%}`, `{%:{"metas":[{"phx_ref":"1"}]}}`,
	`{"u":{"metas":[{"phx_ref":"1"},{%:1}],"a":%,"a":1}}`, `{"joins":{"u":{"metas":[{"phx_ref":"1","x":%}]}},"leaves":%}`, `{"u":{"metas":[{"phx_ref":"1"},%]}}`,
	`{"u":{"metas":[],"metas":[{"phx_ref":"1"}],%:1},"u":{"metas":[]}}`,
}

// The reader accepts and rejects the same texts as a decoder of the standard library, with the same
// results; a hook changes nothing.
func TestReaderReadsAsTheModelDoes(t *testing.T) {
	for _, around := range frames {
		for _, corner := range corners {
			compareWithModel(t, []byte(strings.ReplaceAll(around, "%", corner)))
		}
	}
	for _, around := range frames {
		whole := strings.ReplaceAll(around, "%", `{"a":[1.5e3,"\u00fcé"]}`)
		for end := range whole {
			compareWithModel(t, []byte(whole[:end]))
		}
	}
	for _, depth := range []int{511, 512, 513, 514, 515, 9998, 9999, 10000, 10001} {
		for _, around := range frames {
			nested := strings.Repeat(`[`, depth) + strings.Repeat(`]`, depth)
			compareWithModel(t, []byte(strings.ReplaceAll(around, "%", nested)))
		}
	}
}

// FuzzReader compares the reader with the model on any text.
func FuzzReader(f *testing.F) {
	eachRecorded(f, "websocket", func(_ bool, e transcript.Event) {
		if e.Kind == "text" {
			f.Add(e.Data)
		}
	})
	for i, around := range frames {
		f.Add([]byte(strings.ReplaceAll(around, "%", corners[i%len(corners)])))
	}
	f.Fuzz(func(t *testing.T, text []byte) { compareWithModel(t, text) })
}

func compareWithModel(t *testing.T, text []byte) {
	t.Helper()
	exact := func() []byte { return append(make([]byte, 0, len(text)), text...) } // no capacity beyond its end
	for _, version := range []string{versionV2, versionV1} {
		var got, want Message
		err, wantErr := newSerializer(version, nil).decode(frame{data: exact()}, &got), modelDecode(version, bytes.Clone(text), &want)
		var hooked Message
		hookedErr := newSerializer(version, preparing(func(*Message) {})).decode(frame{data: exact()}, &hooked)
		require.Equal(t, fmt.Sprint(err), fmt.Sprint(hookedErr), "%s: %.999q, with a hook", version, text)
		if wantErr != nil {
			require.ErrorIs(t, err, ErrMalformedMessage, "%s: the model says %v of %.999q", version, wantErr, text)
			continue
		}
		require.NoError(t, err, "%s: %.999q", version, text)
		require.Equal(t, want, got, "%s: %.999q", version, text)
		require.Equal(t, want, hooked, "%s: %.999q, with a hook", version, text)
	}
	state, err := parsePresences(exact())
	wantState, wantErr := modelPresences(bytes.Clone(text))
	if require.Equal(t, wantErr == nil, err == nil, "state %.999q: %v, the model says %v", text, err, wantErr); err == nil {
		require.Equal(t, wantState, state, "%.999q", text)
	}
	joins, leaves, err := parseDiff(exact())
	wantJoins, wantLeaves, wantErr := modelDiff(bytes.Clone(text))
	if require.Equal(t, wantErr == nil, err == nil, "diff %.999q: %v, the model says %v", text, err, wantErr); err == nil {
		require.Equal(t, []*presences{wantJoins, wantLeaves}, []*presences{joins, leaves}, "%.999q", text)
	}
}
