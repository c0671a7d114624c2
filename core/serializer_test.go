package core

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// jsonMessage is a message with a JSON payload.
func jsonMessage(joinRef, ref, topic, event, payload string) Message {
	return Message{JoinRef: joinRef, Ref: ref, Topic: topic, Event: event, Payload: JSONPayload(raw(payload))}
}

func TestTextFramesAreWrittenAsTheOfficialClientDoes(t *testing.T) {
	tests := map[string]struct {
		m      Message
		v2, v1 string
	}{
		"push": {
			jsonMessage("0", "1", "t", "e", `{"foo":1}`),
			`["0","1","t","e",{"foo":1}]`, `{"topic":"t","event":"e","payload":{"foo":1},"ref":"1","join_ref":"0"}`,
		},
		"null refs": {
			jsonMessage("", "", "t", "e", `[]`),
			`[null,null,"t","e",[]]`, `{"topic":"t","event":"e","payload":[],"ref":null,"join_ref":null}`,
		},
		"no payload": {
			Message{JoinRef: "0", Ref: "1", Topic: "t", Event: "e"},
			`["0","1","t","e",{}]`, `{"topic":"t","event":"e","payload":{},"ref":"1","join_ref":"0"}`,
		},
		"the payload's own text": {
			jsonMessage("0", "1", "t", "e", `{ "b": 1e2, "a":"\u00fc" }`),
			`["0","1","t","e",{ "b": 1e2, "a":"\u00fc" }]`,
			`{"topic":"t","event":"e","payload":{ "b": 1e2, "a":"\u00fc" },"ref":"1","join_ref":"0"}`,
		},
		"text that needs escapes": {
			jsonMessage("0", "1", "a\"\\\n\x00", "é🚀</>", `1`),
			`["0","1","a\"\\\n\u0000","é🚀</>",1]`,
			`{"topic":"a\"\\\n\u0000","event":"é🚀</>","payload":1,"ref":"1","join_ref":"0"}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for version, want := range map[string]string{versionV2: test.v2, versionV1: test.v1} {
				f, err := newSerializer(version, nil).encode([]byte("before "), &test.m)
				require.NoError(t, err)
				require.False(t, f.binary)
				require.Equal(t, "before "+want, string(f.data), version)
			}
		})
	}
}

func TestTextFramesAreRead(t *testing.T) {
	reply := func(status, response string) Message {
		m := jsonMessage("1", "2", "t", "phx_reply", response)
		m.Status = status
		return m
	}
	tests := map[string]struct {
		version, text string
		want          Message
	}{
		"push":                     {versionV2, `["0","1","t","e",{"foo":1}]`, jsonMessage("0", "1", "t", "e", `{"foo":1}`)},
		"broadcast":                {versionV2, `[null,null,"t","e",{}]`, jsonMessage("", "", "t", "e", `{}`)},
		"white space":              {versionV2, " [ null , null,\n\"t\",\t\"e\" , { \"a\" : 1 } ]\n", jsonMessage("", "", "t", "e", `{ "a" : 1 }`)},
		"numeric refs":             {versionV2, `[7,8,"t","e",1]`, jsonMessage("7", "8", "t", "e", `1`)},
		"numbers keep their text":  {versionV2, `[1.50,-1e3,"t","e",18446744073709551616]`, jsonMessage("1.50", "-1e3", "t", "e", `18446744073709551616`)},
		"payload null":             {versionV2, `["0","1","t","e",null]`, jsonMessage("0", "1", "t", "e", `null`)},
		"topic null":               {versionV2, `[null,"1",null,"e",{}]`, jsonMessage("", "1", "", "e", `{}`)},
		"escapes":                  {versionV2, `["\u0031","\"","r\u00fc\ud83d\ude80","\\e",{}]`, jsonMessage("1", `"`, "rü🚀", `\e`, `{}`)},
		"more elements":            {versionV2, `["0","1","t","e",{},[1],"x"]`, jsonMessage("0", "1", "t", "e", `{}`)},
		"members that come twice":  {versionV2, `["0","1","t","e",{"a":1,"a":2}]`, jsonMessage("0", "1", "t", "e", `{"a":1,"a":2}`)},
		"reply":                    {versionV2, `["1","2","t","phx_reply",{"status":"ok","response":{"a":1}}]`, reply("ok", `{"a":1}`)},
		"reply, response first":    {versionV2, `["1","2","t","phx_reply",{"response":[1],"status":"error"}]`, reply("error", `[1]`)},
		"reply without a response": {versionV2, `["1","2","t","phx_reply",{"status":"ok"}]`, reply("ok", `{}`)},
		"reply with more":          {versionV2, `["1","2","t","phx_reply",{"x":{},"status":"ok","response":null}]`, reply("ok", `null`)},

		"v1 push":               {versionV1, `{"topic":"t","event":"e","payload":{"foo":1},"ref":null}`, jsonMessage("", "", "t", "e", `{"foo":1}`)},
		"v1 in another order":   {versionV1, `{"ref":"1","payload":[],"event":"e","topic":"t"}`, jsonMessage("", "1", "t", "e", `[]`)},
		"v1 with a join_ref":    {versionV1, `{"topic":"t","event":"e","payload":1,"ref":2,"join_ref":3}`, jsonMessage("3", "2", "t", "e", `1`)},
		"v1 unknown keys":       {versionV1, `{"x":[],"topic":"t","event":"e","payload":1,"y":null}`, jsonMessage("", "", "t", "e", `1`)},
		"v1 without a payload":  {versionV1, `{"topic":"t","event":"e"}`, jsonMessage("", "", "t", "e", `null`)},
		"v1 the last key wins":  {versionV1, `{"topic":"a","topic":"t","event":"e","payload":1,"payload":2}`, jsonMessage("", "", "t", "e", `2`)},
		"v1 reply":              {versionV1, `{"topic":"t","event":"phx_reply","payload":{"status":"ok","response":{}},"ref":"2","join_ref":"1"}`, reply("ok", `{}`)},
		"v1 reply, event last":  {versionV1, `{"payload":{"status":"ok","response":1},"ref":"2","join_ref":"1","topic":"t","event":"phx_reply"}`, reply("ok", `1`)},
		"v1 escapes in the key": {versionV1, `{"to\u0070ic":"t","event":"e","payload":1}`, jsonMessage("", "", "t", "e", `1`)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var m Message
			require.NoError(t, newSerializer(test.version, nil).decode(frame{data: []byte(test.text)}, &m))
			require.Equal(t, test.want, m)
		})
	}
}

func TestMalformedTextFramesAreErrorsThatSayWhy(t *testing.T) {
	tests := map[string]struct{ version, text, reason string }{
		"empty":                    {versionV2, ``, "the text ends"},
		"no JSON":                  {versionV2, `hello`, "found 'h'"},
		"null":                     {versionV2, `null`, "the message is null; it must be an array"},
		"a number":                 {versionV2, `42`, "the message is a number"},
		"an object":                {versionV2, `{"topic":"t"}`, "the message is an object; it must be an array"},
		"an empty list":            {versionV2, `[]`, "join_ref"},
		"no payload":               {versionV2, `["0","1","t","e"]`, "payload"},
		"cut off":                  {versionV2, `["0","1","t","e",{"a":`, "payload"},
		"not closed":               {versionV2, `["0","1","t","e",{}`, "the text ends"},
		"text after it":            {versionV2, `["0","1","t","e",{}] x`, "more text after the message"},
		"a second message":         {versionV2, `["0","1","t","e",{}]["0","1","t","e",{}]`, "more text after the message"},
		"join_ref is a list":       {versionV2, `[[],"1","t","e",{}]`, "join_ref"},
		"ref is true":              {versionV2, `["0",true,"t","e",{}]`, "ref is"},
		"topic is a number":        {versionV2, `["0","1",5,"e",{}]`, "topic is"},
		"event is an object":       {versionV2, `["0","1","t",{},{}]`, "event is"},
		"not UTF-8":                {versionV2, "[\"0\",\"1\",\"\xff\",\"e\",{}]", "UTF-8"},
		"payload not UTF-8":        {versionV2, "[\"0\",\"1\",\"t\",\"e\",\"\xff\"]", "UTF-8"},
		"half a surrogate pair":    {versionV2, `["0","1","\ud800","e",{}]`, "topic"},
		"control character":        {versionV2, "[\"0\",\"1\",\"t\x01\",\"e\",{}]", "topic"},
		"payload no JSON":          {versionV2, `["0","1","t","e",NaN]`, "payload"},
		"reply is a list":          {versionV2, `["0","1","t","phx_reply",[]]`, "payload is an array; it must be an object"},
		"reply is null":            {versionV2, `["0","1","t","phx_reply",null]`, "payload is null"},
		"reply without a status":   {versionV2, `["0","1","t","phx_reply",{"response":{}}]`, "a reply without a status"},
		"reply with a null":        {versionV2, `["0","1","t","phx_reply",{"status":null}]`, "a reply without a status"},
		"reply status is a number": {versionV2, `["0","1","t","phx_reply",{"status":200}]`, "status is"},

		"v1 empty":              {versionV1, ``, "the text ends"},
		"v1 a list":             {versionV1, `["0","1","t","e",{}]`, "the message is an array; it must be an object"},
		"v1 without a topic":    {versionV1, `{"event":"e","payload":{}}`, "topic or event is missing"},
		"v1 without an event":   {versionV1, `{"topic":"t","payload":{}}`, "topic or event is missing"},
		"v1 topic is a number":  {versionV1, `{"topic":1,"event":"e"}`, "topic is"},
		"v1 ref is a list":      {versionV1, `{"topic":"t","event":"e","ref":[]}`, "ref is"},
		"v1 cut off":            {versionV1, `{"topic":"t","event":"e"`, "the text ends"},
		"v1 text after it":      {versionV1, `{"topic":"t","event":"e"},`, "more text after the message"},
		"v1 reply of no object": {versionV1, `{"topic":"t","event":"phx_reply","payload":"ok"}`, "payload is a string"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var m Message
			err := newSerializer(test.version, nil).decode(frame{data: []byte(test.text)}, &m)
			require.ErrorIs(t, err, ErrMalformedMessage)
			require.ErrorContains(t, err, test.reason)
		})
	}
}

func TestHalfASurrogatePairInAPayloadIsKept(t *testing.T) {
	for version, text := range map[string]string{
		versionV2: `[null,"1","t","phx_reply",{"status":"ok","response":{"a":"\ud83d"}}]`,
		versionV1: `{"ref":"1","topic":"t","event":"phx_reply","payload":{"status":"ok","response":{"a":"\ud83d"}}}`,
	} {
		var m Message
		require.NoError(t, newSerializer(version, nil).decode(frame{data: []byte(text)}, &m))
		require.Equal(t, `{"a":"\ud83d"}`, string(m.Payload.JSON()))
		var decoded map[string]string
		require.NoError(t, m.Payload.Decode(&decoded))
		require.Equal(t, map[string]string{"a": "\ufffd"}, decoded)
	}
}

func TestNestingIsLimited(t *testing.T) {
	nested := func(open, shut string, depth int) string { return strings.Repeat(open, depth) + shut }
	tests := map[string]struct {
		payload string
		fits    bool
	}{
		"lists at the limit":      {nested(`[`, strings.Repeat(`]`, 512), 512), true},
		"lists over it":           {nested(`[`, strings.Repeat(`]`, 513), 513), false},
		"objects at the limit":    {nested(`{"a":`, `1`+strings.Repeat(`}`, 512), 512), true},
		"objects over it":         {nested(`{"a":`, `1`+strings.Repeat(`}`, 513), 513), false},
		"600 levels":              {nested(`[`, strings.Repeat(`]`, 600), 600), false},
		"a million, never closed": {strings.Repeat(`[`, 1<<20), false},
		"brackets within text":    {`"` + strings.Repeat(`[{\"\\`, 2000) + `"`, true},
		"many, side by side":      {`[` + strings.Repeat(`[],`, 2000) + `{}]`, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for frameOf, around := range map[string][3]string{
				"a broadcast of 2.0.0": {versionV2, `["0","1","t","e",`, `]`},
				"a reply of 2.0.0":     {versionV2, `["0","1","t","phx_reply",{"status":"ok","response":`, `}]`},
				"a broadcast of 1.0.0": {versionV1, `{"topic":"t","event":"e","payload":`, `}`},
				"a reply of 1.0.0":     {versionV1, `{"topic":"t","payload":{"response":`, `,"status":"ok"},"event":"phx_reply"}`},
			} {
				var m Message
				err := newSerializer(around[0], nil).decode(frame{data: []byte(around[1] + test.payload + around[2])}, &m)
				if test.fits {
					require.NoError(t, err, frameOf)
					require.Equal(t, test.payload, string(m.Payload.JSON()))
				} else {
					require.ErrorIs(t, err, ErrMalformedMessage, frameOf)
					require.ErrorContains(t, err, "nested deeper than 512 levels", frameOf)
				}
			}
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(nil)
				c := peer.join(s, "room:1")
				payload := JSONPayload(raw(test.payload))
				_, err := c.Push("e", payload)
				errRaw := s.Push(Message{Topic: "t", Event: "e", Payload: payload})
				errParams := c.SetParams(JSONPayload(raw(`{"a":1,"b":` + strings.TrimPrefix(test.payload, "[") + `}`)))
				if test.fits {
					require.NoError(t, err)
					require.NoError(t, errRaw)
					return
				}
				require.ErrorIs(t, err, ErrInvalidPayload)
				require.ErrorContains(t, err, "nested deeper than 512 levels")
				require.ErrorIs(t, errRaw, ErrInvalidPayload)
				require.ErrorIs(t, errParams, ErrInvalidPayload)
			})
		})
	}
}

// No data from a server may end the program: truncate and corrupt valid frames in every position.
func TestNoMalformedFramePanics(t *testing.T) {
	right := []frame{
		{data: []byte(`["0","1","t","phx_reply",{"status":"ok","response":{"a":[1,"\u00fc"]}}]`)},
		{data: []byte(`{"topic":"t","event":"phx_reply","payload":{"status":"ok","response":{}},"ref":"1","join_ref":null}`)},
		{data: []byte("\x00\x03\x03\x0a123topsome-event\x01\x01"), binary: true},
		{data: []byte("\x01\x03\x02\x03\x0210012topok\x01\x01"), binary: true},
		{data: []byte("\x02\x03\x0atopsome-event\x01\x01"), binary: true},
	}
	for _, f := range right {
		for i := range f.data {
			for _, replacement := range []byte{0, 1, 2, 3, 0xff, '"', '{', '[', ']', ',', '\\', '0', 0x80} {
				for _, data := range [][]byte{
					f.data[:i],
					append(append(bytes.Clone(f.data[:i]), replacement), f.data[i:]...),
					append(append(bytes.Clone(f.data[:i]), replacement), f.data[i+1:]...),
				} {
					for _, version := range []string{versionV1, versionV2} {
						for _, binary := range []bool{true, false} {
							var m Message
							if err := newSerializer(version, nil).decode(frame{data: data, binary: binary}, &m); err != nil {
								assert.ErrorIs(t, err, ErrMalformedMessage)
							}
						}
					}
				}
			}
		}
	}
}
