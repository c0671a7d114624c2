package core

import (
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"slices"
)

// errPresence: a presence state or diff that has not the form of one.
var errPresence = errors.New("phoenix: malformed presence")

// maxPresenceDepth limits how deep a state or a diff may nest that did not come in a message.
const maxPresenceDepth = 10000

func newPresenceScanner(raw jsontext.Value) *scanner {
	return &scanner{text: raw, maxDepth: maxPresenceDepth, strict: true}
}

// parsePresences reads a state: {"key": {"metas": [{"phx_ref": …}, …], …}, …}.
func parsePresences(raw jsontext.Value) (*presences, error) {
	s := newPresenceScanner(raw)
	state := s.presences()
	s.end()
	return state, s.err
}

// parseDiff reads {"joins": state, "leaves": state}; either may be missing.
func parseDiff(raw jsontext.Value) (joins, leaves *presences, err error) {
	joins, leaves = newPresences(), newPresences()
	s := newPresenceScanner(raw)
	s.begin('{')
	for s.more('}') {
		switch key := s.key("a key"); string(key) {
		case "joins":
			joins = s.presences()
		case "leaves":
			leaves = s.presences()
		default:
			s.value("an unknown key")
		}
	}
	s.end()
	return joins, leaves, s.err
}

// presences reads entries by key.
func (s *scanner) presences() *presences {
	state := newPresences()
	s.begin('{')
	for s.more('}') {
		key := string(s.key("a key"))
		entry := s.presenceEntry()
		if s.err != nil {
			s.err = fmt.Errorf("key %q: %w", key, s.err)
		} else if len(entry.Metas) > 0 { // a key without metas is nobody
			state.set(key, entry)
		}
	}
	return state
}

// presenceEntry reads an entry. Of members that come twice the last counts.
func (s *scanner) presenceEntry() *PresenceEntry {
	entry, hasMetas := &PresenceEntry{}, false
	s.begin('{')
	for s.more('}') {
		if name := s.key("a key"); string(name) == "metas" {
			hasMetas, entry.Metas = true, s.presenceMetas()
		} else {
			name := string(name)
			entry.fields = slices.DeleteFunc(entry.fields, func(f field) bool { return f.name == name })
			entry.fields = append(entry.fields, field{name, s.value(name)})
		}
	}
	if s.err == nil && !hasMetas {
		s.err = errors.New("no metas")
	}
	return entry
}

func (s *scanner) presenceMetas() (metas []PresenceMeta) {
	s.begin('[')
	for s.more(']') {
		s.space()
		from := s.at
		meta := PresenceMeta{}
		s.begin('{')
		for s.more('}') {
			if name := s.key("a key"); string(name) == "phx_ref" && s.space() == '"' {
				meta.Ref = string(s.string("phx_ref"))
			} else {
				s.value("a member of a meta")
			}
		}
		if s.err == nil {
			meta.JSON = s.text[from:s.at]
			metas = append(metas, meta)
		}
	}
	return metas
}
