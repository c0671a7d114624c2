package core

import (
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"slices"

	"phoenixchannels/internal/jsonscan"
)

// errPresence is the error of a malformed presence state or diff.
var errPresence = errors.New("phoenix: malformed presence")

// maxPresenceDepth limits the nesting of a state or a diff that did not arrive in a message.
const maxPresenceDepth = 10000

func newPresenceReader(raw jsontext.Value) *reader {
	return &reader{Scanner: jsonscan.Scanner{Text: raw, MaxDepth: maxPresenceDepth, Strict: true}}
}

// parsePresences reads a state: {"key": {"metas": [{"phx_ref": …}, …], …}, …}.
func parsePresences(raw jsontext.Value) (*presences, error) {
	r := newPresenceReader(raw)
	state, err := r.presences("the state")
	if r.End(); err == nil {
		err = r.Err()
	}
	return state, err
}

// parseDiff reads {"joins": state, "leaves": state}; either may be missing.
func parseDiff(raw jsontext.Value) (joins, leaves *presences, err error) {
	joins, leaves = newPresences(), newPresences()
	r := newPresenceReader(raw)
	r.Part = "the diff"
	r.begin('{')
	for err == nil && r.More('}') {
		switch string(r.key()) {
		case "joins":
			joins, err = r.presences("joins")
		case "leaves":
			leaves, err = r.presences("leaves")
		default:
			r.Skip()
		}
	}
	if r.End(); err == nil {
		err = r.Err()
	}
	return joins, leaves, err
}

// presences reads entries by key.
func (r *reader) presences(part string) (*presences, error) {
	state := newPresences()
	r.Part = part
	r.begin('{')
	for r.More('}') {
		key := string(r.key())
		entry := r.presenceEntry()
		if err := r.Err(); err != nil {
			return nil, fmt.Errorf("key %q: %w", key, err)
		}
		if len(entry.Metas) > 0 { // a key without metas is not present
			state.set(key, entry)
		}
	}
	return state, r.Err()
}

// presenceEntry reads an entry. Of duplicate members the last one wins.
func (r *reader) presenceEntry() *PresenceEntry {
	entry, hasMetas := &PresenceEntry{}, false
	r.Part = "the entry"
	r.begin('{')
	for r.More('}') {
		if name := r.key(); string(name) == "metas" {
			hasMetas, entry.Metas = true, r.presenceMetas()
		} else {
			name := string(name)
			entry.fields = slices.DeleteFunc(entry.fields, func(f field) bool { return f.name == name })
			entry.fields = append(entry.fields, field{name, r.Skip()})
		}
	}
	if !hasMetas {
		r.Fail(errors.New("no metas"))
	}
	return entry
}

func (r *reader) presenceMetas() (metas []PresenceMeta) {
	r.Part = "metas"
	r.begin('[')
	for r.More(']') {
		r.Kind()
		from := r.Pos
		meta := PresenceMeta{}
		r.Part = "a meta"
		r.begin('{')
		for r.More('}') {
			if name := r.key(); string(name) == "phx_ref" && r.Kind() == '"' {
				meta.Ref = string(r.string())
			} else {
				r.Skip()
			}
		}
		meta.JSON = r.Text[from:r.Pos]
		metas = append(metas, meta)
	}
	return metas
}
