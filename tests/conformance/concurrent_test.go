package conformance_test

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"phoenixchannels/tests/conformance/transcript"
)

// Clients that join less than a millisecond apart are concurrent: whether the presence_state of one
// already holds the next is a race in the real server, and comes out differently in each recording.
// What has to come out the same, once all have joined, is everything but presence, frame by frame,
// and whom each client sees as present.

// joinsTogether returns the time span in which several connections of a scenario joined
// concurrently: from their joins to the next step of a client. Only the first such span counts.
func joinsTogether(s transcript.Scenario) (from, to time.Duration, found bool) {
	for i, first := range s.Events {
		if first.Kind != "text" || first.Direction != transcript.FromClient {
			continue
		}
		last := first
		for _, e := range s.Events[i+1:] {
			sent := e.Direction == transcript.FromClient || e.Kind == "note"
			switch {
			case sent && e.AtMS < first.AtMS+1 && e.Kind == "text":
				found = found || e.Conn != first.Conn
				last = e
			case sent && found:
				return first.At(), e.At(), true
			}
		}
		if found {
			return first.At(), last.At() + time.Second, true
		}
	}
	return 0, 0, false
}

// roster is what a client knows of a topic after a presence_state and some diffs.
type roster struct {
	metas map[string][]meta
	state bool // a presence_state has come
}

type meta struct {
	ref  string
	json string
}

type presenceEntries map[string]struct {
	Metas []jsontext.Value `json:"metas"`
}

// fold applies the presence messages of one client, and returns the other events as they came.
func fold(events []transcript.Event) (*roster, []transcript.Event, error) {
	r, rest := &roster{metas: map[string][]meta{}}, []transcript.Event{}
	for _, e := range events {
		event, payload := eventOf(e)
		var err error
		switch event {
		case "presence_state":
			if r.state {
				return nil, nil, errors.New("two presence_state")
			}
			var state presenceEntries
			if err = json.Unmarshal(payload, &state, jsontext.AllowDuplicateNames(true)); err == nil {
				r.state, r.metas = true, map[string][]meta{}
				err = r.join(state)
			}
		case "presence_diff":
			var diff struct{ Joins, Leaves presenceEntries }
			if err = json.Unmarshal(payload, &diff, jsontext.AllowDuplicateNames(true), json.MatchCaseInsensitiveNames(true)); err == nil {
				err = r.join(diff.Joins)
			}
			if len(diff.Leaves) > 0 {
				err = errors.New("someone leaves among joins")
			}
		default:
			rest = append(rest, e)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", show(e), err)
		}
	}
	return r, rest, nil
}

// join adds metas that are not there yet.
func (r *roster) join(entries presenceEntries) error {
	for key, entry := range entries {
		for _, raw := range entry.Metas {
			found := random.FindStringSubmatch(string(raw))
			if found == nil || found[1] != "phx_ref" {
				return fmt.Errorf("meta without phx_ref: %s", raw)
			}
			m := meta{ref: found[2], json: string(raw)}
			if !slices.ContainsFunc(r.metas[key], func(other meta) bool { return other.ref == m.ref }) {
				r.metas[key] = append(r.metas[key], m)
			}
		}
	}
	return nil
}

// eventOf returns the event and payload of a text frame of either protocol version.
func eventOf(e transcript.Event) (event string, payload jsontext.Value) {
	if e.Kind != "text" {
		return "", nil
	}
	var v1 struct {
		Event   string         `json:"event"`
		Payload jsontext.Value `json:"payload"`
	}
	duplicates := jsontext.AllowDuplicateNames(true)
	if strings.HasPrefix(string(e.Data), "{") && json.Unmarshal(e.Data, &v1, duplicates) == nil {
		return v1.Event, v1.Payload
	}
	var v2 []jsontext.Value
	if json.Unmarshal(e.Data, &v2, duplicates) != nil || len(v2) != 5 || json.Unmarshal(v2[3], &event) != nil {
		return "", nil
	}
	return event, v2[4]
}

// concurrent compares what one client got while several joined.
func (m *matcher) concurrent(want, got []transcript.Event) error {
	wantRoster, wantRest, err := fold(want)
	if err != nil {
		return fmt.Errorf("recorded: %w", err)
	}
	gotRoster, gotRest, err := fold(got)
	if err != nil {
		return err
	}
	if len(wantRest) != len(gotRest) || wantRoster.state != gotRoster.state {
		return fmt.Errorf("want %d events and a state: %v; got %d and %v",
			len(wantRest), wantRoster.state, len(gotRest), gotRoster.state)
	}
	for i := range wantRest {
		if err := m.event(wantRest[i], gotRest[i]); err != nil {
			return err
		}
	}
	keys := slices.Sorted(maps.Keys(wantRoster.metas))
	if gotKeys := slices.Sorted(maps.Keys(gotRoster.metas)); !slices.Equal(keys, gotKeys) {
		return fmt.Errorf("want %v present, got %v", keys, gotKeys)
	}
	for _, key := range keys {
		wantMetas, gotMetas := wantRoster.metas[key], gotRoster.metas[key]
		if len(wantMetas) != len(gotMetas) {
			return fmt.Errorf("want %d metas of %s, got %d", len(wantMetas), key, len(gotMetas))
		}
		for i := range wantMetas {
			if err := m.text(wantMetas[i].json, gotMetas[i].json); err != nil {
				return err
			}
		}
	}
	return nil
}

// likeRecorded swaps neighbouring presence_diffs that were recorded less than a millisecond apart
// where they came the other way round: two connections that end at the same time race.
func (m *matcher) likeRecorded(want, got []transcript.Event) []transcript.Event {
	got = slices.Clone(got)
	isDiff := func(e transcript.Event) bool {
		event, _ := eventOf(e)
		return event == "presence_diff"
	}
	for i := 1; i < len(want); i++ {
		racing := isDiff(want[i-1]) && isDiff(want[i]) && want[i].AtMS-want[i-1].AtMS < 1
		if racing && m.knows(want[i-1]) && m.event(want[i-1], got[i-1]) != nil {
			got[i-1], got[i] = got[i], got[i-1]
		}
	}
	return got
}

// knows reports whether all phx_refs of a recorded frame have been seen before.
func (m *matcher) knows(want transcript.Event) bool {
	for _, found := range random.FindAllStringSubmatch(string(want.Data), -1) {
		if _, known := m.actual[found[2]]; found[1] == "phx_ref" && !known {
			return false
		}
	}
	return true
}

// within splits events at a time span.
func within(events []transcript.Event, from, to time.Duration) (before, during, after []transcript.Event) {
	for _, e := range events {
		switch {
		case e.At() < from:
			before = append(before, e)
		case e.At() < to:
			during = append(during, e)
		default:
			after = append(after, e)
		}
	}
	return before, during, after
}
