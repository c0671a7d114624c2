package core

import (
	"bytes"
	"context"
	"encoding/json/jsontext"
	json "encoding/json/v2"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/tests/conformance/transcript"
)

// FuzzTextFrame checks that no text frame makes the decoder panic, and that an accepted frame is
// the same after it is encoded and decoded again.
func FuzzTextFrame(f *testing.F) {
	eachRecorded(f, "websocket", func(v1 bool, e transcript.Event) {
		if e.Kind == "text" {
			f.Add(e.Data, v1)
		}
	})
	f.Fuzz(func(t *testing.T, data []byte, v1 bool) {
		s := newSerializer(versionOf(v1), nil)
		var m Message
		if err := s.decode(frame{data: bytes.Clone(data)}, &m); err != nil {
			require.ErrorIs(t, err, ErrMalformedMessage)
			return
		}
		again := reencodeText(t, s, m)
		require.Equal(t, m, again)
	})
}

func versionOf(v1 bool) string {
	if v1 {
		return versionV1
	}
	return versionV2
}

// reencodeText encodes a message as the server would, and decodes it.
func reencodeText(t *testing.T, s serializer, m Message) (again Message) {
	if m.Event == eventReply {
		payload := append(appendString([]byte(`{"status":`), m.Status), `,"response":`...)
		m.Payload = JSONPayload(append(append(payload, m.Payload.JSON()...), '}'))
	}
	encoded, err := s.encode(nil, &m)
	require.NoError(t, err)
	require.False(t, encoded.binary)
	require.True(t, jsontext.Value(encoded.data).IsValid(jsontext.AllowDuplicateNames(true)), string(encoded.data))
	require.NoError(t, s.decode(encoded, &again), string(encoded.data))
	return again
}

// FuzzBinaryFrame checks that no binary frame makes the decoder panic, and that an accepted frame
// results in the same bytes when it is encoded again.
func FuzzBinaryFrame(f *testing.F) {
	eachRecorded(f, "websocket", func(_ bool, e transcript.Event) {
		if e.Kind == "binary" && len(e.Data) < 4096 {
			f.Add(e.Data)
		}
	})
	f.Add([]byte("\x04\x01\x01\x02\x01te{}[1]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var m Message
		if err := newSerializer(versionV2, nil).decode(frame{data: bytes.Clone(data), binary: true}, &m); err != nil {
			require.ErrorIs(t, err, ErrMalformedMessage)
			return
		}
		if data[0] == binaryUserBroadcast {
			require.Equal(t, "broadcast", m.Event)
			require.True(t, isJSON(m.Payload.JSON()))
			return
		}
		require.Equal(t, data, serverBinary(data[0], m))
		if m.Event == "" || m.Event == eventReply {
			return
		}
		encoded, err := serializerV2{}.encode(nil, &m)
		require.NoError(t, err)
		require.True(t, encoded.binary)
		require.True(t, bytes.HasSuffix(encoded.data, m.Payload.Binary()))
	})
}

// serverBinary encodes a binary frame as the server does.
func serverBinary(kind byte, m Message) []byte {
	fields := map[byte][]string{
		binaryPush:      {m.JoinRef, m.Topic, m.Event},
		binaryReply:     {m.JoinRef, m.Ref, m.Topic, m.Status},
		binaryBroadcast: {m.Topic, m.Event},
	}[kind]
	data := []byte{kind}
	for _, field := range fields {
		data = append(data, byte(len(field)))
	}
	for _, field := range fields {
		data = append(data, field...)
	}
	return append(data, m.Payload.Binary()...)
}

// FuzzPresence checks that no state or diff makes a presence panic or leaves it inconsistent, and
// that applying it twice has the same effect as once.
func FuzzPresence(f *testing.F) {
	for _, presence := range recordedPresences(f) {
		f.Add(presence.state, presence.diff)
	}
	f.Fuzz(func(t *testing.T, state, diff []byte) {
		p := NewPresence(nil, PresenceEvents{})
		changes := 0
		p.OnChange(func(joins, leaves []PresenceChange) { changes += len(joins) + len(leaves) })

		before := p.JSON()
		if err := p.SyncState(state); err != nil {
			require.Equal(t, before, p.JSON(), "a malformed state changes nothing")
		}
		checkPresence(t, p)
		before, changes = p.JSON(), 0
		_ = p.SyncState(state)
		require.Zero(t, changes, "the same state again")
		require.Equal(t, string(before), string(p.JSON()))

		if err := p.SyncDiff(diff); err != nil {
			require.Equal(t, before, p.JSON(), "a malformed diff changes nothing")
			return
		}
		checkPresence(t, p)
		before, changes = p.JSON(), 0
		require.NoError(t, p.SyncDiff(diff))
		require.Equal(t, string(before), string(p.JSON()), "the same diff again")
		if !comesAndGoes(t, diff) {
			require.Zero(t, changes, "the same diff again")
		}
		checkPresence(t, p)
	})
}

// checkPresence checks the invariants of a presence.
func checkPresence(t *testing.T, p *Presence) {
	keys := p.Keys()
	require.Len(t, p.state.entries, len(keys))
	for i, key := range keys {
		require.NotContains(t, keys[:i], key, "a key twice")
		require.NotNil(t, p.Get(key))
		require.NotEmpty(t, p.Get(key).Metas, "a key without metas")
	}
	again := NewPresence(nil, PresenceEvents{})
	require.NoError(t, again.SyncState(p.JSON()), string(p.JSON()))
	require.True(t, slices.Equal(keys, again.Keys()), "%q became %q", keys, again.Keys())
	require.Equal(t, string(p.JSON()), string(again.JSON()))
}

// comesAndGoes reports whether a meta joins and leaves in one diff, which is a change each time.
func comesAndGoes(t *testing.T, diff jsontext.Value) bool {
	joins, leaves, err := parseDiff(diff)
	require.NoError(t, err)
	for key, joining := range joins.entries {
		if leaving := leaves.entries[key]; leaving != nil && len(joining.without(leaving)) < len(joining.Metas) {
			return true
		}
	}
	return false
}

type recordedPresence struct{ state, diff []byte }

// recordedPresences returns each recorded diff with the latest state before it.
func recordedPresences(f *testing.F) (list []recordedPresence) {
	state := []byte(`{}`)
	eachRecorded(f, "websocket", func(v1 bool, e transcript.Event) {
		var m Message
		if e.Kind != "text" || newSerializer(versionOf(v1), nil).decode(frame{data: e.Data}, &m) != nil {
			return
		}
		switch m.Event {
		case "presence_state":
			state = m.Payload.JSON()
		case "presence_diff":
			list = append(list, recordedPresence{state, m.Payload.JSON()})
		}
	})
	require.NotEmpty(f, list)
	return list
}

// FuzzLongPollBody checks that no answer to a poll makes the link panic, that its messages arrive
// in order, and that its end has a cause.
func FuzzLongPollBody(f *testing.F) {
	eachRecorded(f, "longpoll", func(_ bool, e transcript.Event) {
		if e.Kind == "http_response" {
			f.Add([]byte(e.Body), e.Status)
		}
	})
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		const limit = 1 << 10
		link := answeredLink(limit, cannedAnswer{status, body}, cannedAnswer{http.StatusOK, []byte(`{"status":410}`)})
		var got []string
		for {
			read, err := link.read(nil)
			if err != nil {
				closed := asCloseError(err)
				require.Contains(t, []int{closeAbnormal, closePolicy, closeInternal, closeGone}, closed.code)
				require.NotContains(t, err.Error(), "s3cret")
				break
			}
			require.LessOrEqual(t, len(read.data), limit)
			got = append(got, string(read.data))
		}
		var want struct {
			Status   int      `json:"status"`
			Token    string   `json:"token"`
			Messages []string `json:"messages"`
		}
		if status != http.StatusOK {
			require.Empty(t, got)
			return
		}
		if json.Unmarshal(body, &want, jsontext.AllowDuplicateNames(true)) != nil || want.Status != pollMessages && want.Status != pollNothing {
			return // messages before the fault have been delivered, as the status may follow them
		}
		if i := slices.IndexFunc(want.Messages, func(m string) bool { return len(m) > limit }); i >= 0 {
			want.Messages = want.Messages[:i]
		}
		require.Equal(t, append([]string(nil), want.Messages...), got)
	})
}

// cannedAnswer is a server's answer to a poll.
type cannedAnswer struct {
	status int
	body   []byte
}

// answeredLink returns a long-poll link whose polls get these answers, in order.
func answeredLink(maxMessageBytes int64, answers ...cannedAnswer) *longPollLink {
	l := &longPollLink{config: &Config{MaxMessageBytes: maxMessageBytes, LongPollTimeout: time.Minute}, target: target{header: http.Header{}}, token: "s3cret"}
	l.base = url.URL{Scheme: "http", Host: "peer", Path: "/socket/longpoll"}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.client.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		if len(answers) == 0 {
			return nil, io.ErrUnexpectedEOF
		}
		answer := answers[0]
		answers = answers[1:]
		return &http.Response{StatusCode: answer.status, Body: io.NopCloser(bytes.NewReader(answer.body)), Request: r}, nil
	})
	return l
}

type roundTripper func(*http.Request) (*http.Response, error)

func (fn roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return fn(r) }

// eachRecorded calls a function for each recorded message of a real Phoenix server, for seeds.
func eachRecorded(f *testing.F, transport string, add func(v1 bool, e transcript.Event)) {
	scenarios, err := transcript.Load("../tests/conformance/testdata", transport)
	require.NoError(f, err)
	for _, s := range scenarios {
		for _, e := range s.Events {
			if e.Direction == transcript.FromServer && len(e.Data)+len(e.Body) < 1<<16 {
				add(strings.HasPrefix(s.Version, "1"), e)
			}
		}
	}
}
