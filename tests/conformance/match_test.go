package conformance_test

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"

	"phoenixchannels/tests/conformance/transcript"
)

// matcher compares what a server sent with what the real one sent. Bytes have to be equal, but for
// values that are different in each run: those have to have the recorded shape, and the same
// recorded value has to be the same value everywhere.
type matcher struct {
	began, ended time.Time
	actual       map[string]string // recorded phx_ref or token → the actual one
	recorded     map[string]string // and back
}

func newMatcher(began time.Time) *matcher {
	return &matcher{began: began, ended: time.Now(), actual: map[string]string{}, recorded: map[string]string{}}
}

// random finds a random value, in JSON or in JSON inside a JSON string: its kind and itself.
var random = regexp.MustCompile(`\\?"(phx_ref|phx_ref_prev|online_at|token)\\?":\\?"?([\w.=-]+)`)

var shapes = map[string]*regexp.Regexp{
	"phx_ref":      regexp.MustCompile(`^[\w-]{16}$`),
	"phx_ref_prev": regexp.MustCompile(`^[\w-]{16}$`),
	"online_at":    regexp.MustCompile(`^\d+$`),
	"token":        regexp.MustCompile(`^SFMyNTY\.[\w-]+\.[\w-]{43}$`),
}

// text compares two texts around and in their random values.
func (m *matcher) text(want, got string) error {
	wanted, gotten := random.FindAllStringSubmatchIndex(want, -1), random.FindAllStringSubmatchIndex(got, -1)
	if len(wanted) != len(gotten) {
		return fmt.Errorf("want %.2000s\n got %.2000s", want, got)
	}
	fromWant, fromGot := 0, 0
	for i := range wanted {
		w, g := wanted[i], gotten[i]
		if want[fromWant:w[4]] != got[fromGot:g[4]] {
			return fmt.Errorf("want %.2000s\n got %.2000s", want, got)
		}
		if err := m.random(want[w[2]:w[3]], want[w[4]:w[5]], got[g[4]:g[5]]); err != nil {
			return fmt.Errorf("%w in\nwant %.2000s\n got %.2000s", err, want, got)
		}
		fromWant, fromGot = w[5], g[5]
	}
	if want[fromWant:] != got[fromGot:] {
		return fmt.Errorf("want %.2000s\n got %.2000s", want, got)
	}
	return nil
}

func (m *matcher) random(kind, want, got string) error {
	if !shapes[kind].MatchString(got) {
		return fmt.Errorf("%s %q has not the shape of %q", kind, got, want)
	}
	if kind == "online_at" {
		seconds, err := strconv.ParseInt(got, 10, 64)
		if err != nil || seconds < m.began.Unix() || seconds > m.ended.Unix() {
			return fmt.Errorf("online_at %s is not in the time of the test", got)
		}
		return nil
	}
	if actual, known := m.actual[want]; known && actual != got {
		return fmt.Errorf("%s %q should be %q as before", kind, got, actual)
	}
	if recorded, known := m.recorded[got]; known && recorded != want {
		return fmt.Errorf("%s %q stood for %q before, now for %q", kind, got, recorded, want)
	}
	m.actual[want], m.recorded[got] = got, want
	return nil
}

// event compares one event.
func (m *matcher) event(want, got transcript.Event) error {
	if want.Kind != got.Kind {
		return fmt.Errorf("want %s, got %s", show(want), show(got))
	}
	switch want.Kind {
	case "text":
		return m.text(string(want.Payload()), string(got.Data))
	case "binary", "pong":
		if !bytes.Equal(want.Payload(), got.Data) {
			return fmt.Errorf("want %s, got %s", show(want), show(got))
		}
	case "close":
		// INDEX.md: after an oversized frame the 1009 may be lost when TCP is reset.
		lost := want.Code == 1006 && got.Code == 1009
		if want.Code != got.Code && !lost || want.Reason != got.Reason {
			return fmt.Errorf("want %s, got %s", show(want), show(got))
		}
	case "handshake_response", "http_response":
		return m.response(want, got)
	}
	return nil
}

func (m *matcher) response(want, got transcript.Event) error {
	if want.Status != got.Status {
		return fmt.Errorf("want status %d, got %d", want.Status, got.Status)
	}
	if want.Headers != nil { // the JavaScript client does not tell
		headers := maps.Clone(want.Headers)
		if _, upgraded := headers["sec-websocket-accept"]; upgraded {
			headers["sec-websocket-accept"] = acceptKey()
		}
		if !maps.Equal(headers, got.Headers) {
			return fmt.Errorf("want headers %v\n got headers %v", headers, got.Headers)
		}
	}
	return m.text(want.Body, got.Body)
}

// show prints an event in a line.
func show(e transcript.Event) string {
	switch e.Kind {
	case "text":
		return fmt.Sprintf("text %.500s", e.Data)
	case "binary", "pong":
		return fmt.Sprintf("%s %.100x (%d bytes)", e.Kind, e.Data, len(e.Data))
	case "close":
		return fmt.Sprintf("close %d %q", e.Code, e.Reason)
	}
	return fmt.Sprintf("%s %d %v %.500s", e.Kind, e.Status, e.Headers, e.Body)
}

// fromServer are the recorded events that the server has to repeat, by connection.
func fromServer(s transcript.Scenario) map[string][]transcript.Event {
	events := map[string][]transcript.Event{}
	for _, e := range s.Events {
		if e.Direction == transcript.FromServer || e.Kind == "error" {
			events[e.Conn] = append(events[e.Conn], e)
		}
	}
	return events
}

// connections are the names in both maps, sorted.
func connections(a, b map[string][]transcript.Event) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}
