package client

import (
	"bytes"
	"slices"

	"github.com/stretchr/testify/require"
)

// want is a frame that the client has to send: because the recorded client did, or because the
// model says so.
type want struct {
	message          // a ref that is empty is the client's to choose
	channel *channel // nil for one outside of any
	push    *push    // that it sends, nil for none
	keys    []string // the refs that it has in the recording
	isJoin  bool     // its join_ref is its ref
	raw     bool     // sent with Socket.Push
	bySelf  bool     // the client sends it without being asked; the recording may have it, or not
}

// sent is a frame that the client sent on its own.
type sent struct {
	message
	channel *channel
	isJoin  bool
}

// fits reports whether m is the wanted frame.
func (w *want) fits(m message) bool {
	switch {
	case w.topic != m.topic || w.event != m.event || w.binary != m.binary || !bytes.Equal(w.payload, m.payload):
		return false
	case w.isJoin && m.joinRef != m.ref, !w.isJoin && m.joinRef != w.joinRef:
		return false
	case w.ref == "":
		return m.ref != null
	}
	return w.ref == m.ref
}

// accept takes account of a frame that the client sent, and reports whether it was asked for.
func (s *session) accept(data []byte, binary bool) (asked bool) {
	s.t.Helper()
	m, ok := s.readSent(data, binary)
	require.True(s.t, ok, "%s: the client sent %q", s.where(), shortened(data))
	i := s.findWant(m)
	if i < 0 {
		s.expectBySelf(m)
		i = s.findWant(m)
	}
	require.GreaterOrEqual(s.t, i, 0, "%s: nobody asked for the client's %s with %s; wanted: %s", s.where(), m, shortened(m.payload), s.wants)
	w := s.wants[i]
	s.wants = slices.Delete(s.wants, i, i+1)
	w.joinRef, w.ref = m.joinRef, m.ref
	require.True(s.t, bytes.Equal(w.frame(s.version), data), "%s: the client wrote %q, should be %q",
		s.where(), shortened(data), shortened(w.frame(s.version)))
	s.bind(w)
	s.fromClient++
	return !w.bySelf
}

// readSent reads what the client sent. A large payload that is wanted as it is need not be taken
// apart for that.
func (s *session) readSent(data []byte, binary bool) (message, bool) {
	for _, w := range s.wants {
		at := bytes.Index(data, w.payload)
		if len(w.payload) < 64<<10 || binary || at < 0 {
			continue
		}
		m, ok := readMessage(s.version, slices.Concat(data[:at], []byte(null), data[at+len(w.payload):]), false)
		m.payload = w.payload
		return m, ok
	}
	return readMessage(s.version, data, binary)
}

func shortened(data []byte) []byte { return data[:min(len(data), 300)] }

func (s *session) findWant(m message) int {
	return slices.IndexFunc(s.wants, func(w *want) bool { return w.fits(m) })
}

// bind notes under which ref a frame went out.
func (s *session) bind(w *want) {
	if w.ref != null {
		require.False(s.t, s.used[w.ref], "%s: the ref %s was used twice", s.where(), w.ref)
		s.used[w.ref] = true
	}
	for _, key := range w.keys {
		s.refs[key] = w.ref
	}
	if w.push != nil {
		w.push.ref, w.push.pending = refText(w.ref), true
		require.Equal(s.t, w.push.ref, w.push.core.Ref(), "%s: the ref of %s", s.where(), w.push.label)
	}
	if w.isJoin {
		w.channel.joinRef = refText(w.ref)
	}
	if w.bySelf {
		s.unclaimed = append(s.unclaimed, &sent{w.message, w.channel, w.isJoin})
	}
}

// expectBySelf adds to what is wanted what the client's timers send: a heartbeat, or the rejoin of
// a channel.
func (s *session) expectBySelf(m message) {
	if m.event == "heartbeat" && s.beats() {
		s.wants = append(s.wants, &want{
			message: message{joinRef: null, topic: "phoenix", event: "heartbeat", payload: []byte("{}")}, bySelf: true,
		})
	}
	if c := s.live(m.topic); m.event == "phx_join" && c != nil && c.state == stateErrored && s.settings.rejoin[0] < never {
		s.startJoin(c, "")
	}
}

func (s *session) beats() bool { return s.settings.heartbeat < never }

// claim reports whether the client has sent a recorded frame on its own already.
func (s *session) claim(m message) bool {
	for i, u := range s.unclaimed {
		if u.topic != m.topic || u.event != m.event || !bytes.Equal(u.payload, m.payload) {
			continue
		}
		s.unclaimed = slices.Delete(s.unclaimed, i, i+1)
		s.refs[m.ref] = u.ref
		if u.isJoin {
			s.refs[m.joinRef] = u.ref
			u.channel.joinKey = m.joinRef
		}
		return true
	}
	return false
}

// actual is what the client made of a recorded ref, as JSON text: for a ref that it never sent, one
// that nobody else has.
func (s *session) actual(key string) string {
	if key == null {
		return null
	}
	ref, known := s.refs[key]
	if !known {
		ref = quote(s.socket.MakeRef())
		s.refs[key] = ref
	}
	if key[0] != '"' { // a number stays one
		return refText(ref)
	}
	return ref
}
