package conformance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/tests/conformance/transcript"
)

// The comparison itself has to notice what is wrong.

func text(data string) transcript.Event { return transcript.Event{Kind: "text", Data: []byte(data)} }

func TestTheMatcherNotices(t *testing.T) {
	const state = `["1",null,"t","presence_state",{"a":{"metas":[{"phx_ref":"GOqC2_qaQcYKARdh","online_at":1795391282}]}}]`
	likeState := func(ref, onlineAt string) transcript.Event {
		return text(`["1",null,"t","presence_state",{"a":{"metas":[{"phx_ref":"` + ref + `","online_at":` + onlineAt + `}]}}]`)
	}
	closed := func(code int) transcript.Event { return transcript.Event{Kind: "close", Code: code} }
	response := func(status int, header, body string) transcript.Event {
		return transcript.Event{Kind: "http_response", Status: status, Headers: map[string]string{"x": header}, Body: body}
	}
	for _, c := range []struct {
		name      string
		want, got transcript.Event
		equal     bool
	}{
		{"equal frames", text(`["1"]`), text(`["1"]`), true},
		{"another payload", text(`["1"]`), text(`["2"]`), false},
		{"another order of keys", text(`{"a":1,"b":2}`), text(`{"b":2,"a":1}`), false},
		{"another kind", text(`["1"]`), transcript.Event{Kind: "binary", Data: []byte(`["1"]`)}, false},
		{"another ref of the same shape", text(state), likeState("AAAAAAAAAAAAAAAA", "1795391281"), true},
		{"a ref of another shape", text(state), likeState("AAAA", "1795391281"), false},
		{"a time outside the test", text(state), likeState("AAAAAAAAAAAAAAAA", "1795391999"), false},
		{"a missing meta", text(state), text(`["1",null,"t","presence_state",{}]`), false},
		{"another close code", closed(1011), closed(1000), false},
		{"a lost close frame for an oversized message", closed(1006), closed(1009), true},
		{"another status", response(200, "", ""), response(404, "", ""), false},
		{"another header", response(200, "a", ""), response(200, "b", ""), false},
		{"another body", response(200, "a", "x"), response(200, "a", "y"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMatcher(time.Unix(1795391280, 0))
			m.ended = time.Unix(1795391290, 0)
			err := m.event(c.want, c.got)
			assert.Equal(t, c.equal, err == nil, "%v", err)
		})
	}
}

func TestTheMatcherWantsOneValueForOneValue(t *testing.T) {
	const a, b = "AAAAAAAAAAAAAAAA", "BBBBBBBBBBBBBBBB"
	ref := func(value string) string { return `{"phx_ref":"` + value + `"}` }
	m := newMatcher(time.Now())
	require.NoError(t, m.text(ref("recorded_one_ref"), ref(a)))
	require.NoError(t, m.text(ref("recorded_one_ref"), ref(a)))
	assert.Error(t, m.text(ref("recorded_one_ref"), ref(b)), "it was another before")
	assert.Error(t, m.text(ref("recorded_two_ref"), ref(a)), "it stands for another")
	assert.Error(t, m.text(`{"phx_ref":"recorded_two_ref","phx_ref_prev":"recorded_one_ref"}`,
		`{"phx_ref":"`+b+`","phx_ref_prev":"`+b+`"}`))
}

func TestConcurrentJoinsAreComparedByWhatTheyAddUpTo(t *testing.T) {
	diff := func(ref string) transcript.Event {
		return text(`[null,null,"t","presence_diff",{"leaves":{},"joins":{"u":{"metas":[{"phx_ref":"` + ref + `"}]}}}]`)
	}
	state := func(metas string) transcript.Event {
		return text(`["1",null,"t","presence_state",{"u":{"metas":[` + metas + `]}}]`)
	}
	meta := func(ref string) string { return `{"phx_ref":"` + ref + `"}` }
	const r1, r2, a1, a2 = "recorded_ref_one", "recorded_ref_two", "actual__ref__one", "actual__ref__two"
	recorded := []transcript.Event{text(`["ok"]`), diff(r1), diff(r2), state(meta(r1) + "," + meta(r2))}
	for _, c := range []struct {
		name  string
		got   []transcript.Event
		equal bool
	}{
		{"the same order", []transcript.Event{text(`["ok"]`), diff(a1), diff(a2), state(meta(a1) + "," + meta(a2))}, true},
		{"an early state", []transcript.Event{text(`["ok"]`), diff(a1), state(meta(a1)), diff(a2)}, true},
		{"someone is missing", []transcript.Event{text(`["ok"]`), diff(a1), state(meta(a1))}, false},
		{"no state", []transcript.Event{text(`["ok"]`), diff(a1), diff(a2)}, false},
		{"another reply", []transcript.Event{text(`["no"]`), diff(a1), diff(a2), state(meta(a1) + "," + meta(a2))}, false},
		{"a frame too many", []transcript.Event{text(`["ok"]`), text(`["ok"]`), diff(a1), diff(a2), state(meta(a1) + "," + meta(a2))}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := newMatcher(time.Now()).concurrent(recorded, c.got)
			assert.Equal(t, c.equal, err == nil, "%v", err)
		})
	}
}
