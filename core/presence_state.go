package core

import (
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"slices"
)

// PresenceMeta is one presence of a key: a device of a user, a connection of a player.
type PresenceMeta struct {
	Ref  string         // phx_ref, which tells one meta from another
	JSON jsontext.Value // the whole meta, phx_ref included
}

// PresenceEntry is all that is known of one key: its metas, in the order they joined, and what else the server sent with them (see
// fetch/2 of Phoenix.Presence). An entry is never changed after it was handed out.
type PresenceEntry struct {
	Metas  []PresenceMeta
	fields []field // all members but metas, as they came
}

type field struct {
	name  string
	value jsontext.Value
}

// PresenceChange is one key that joined or left.
type PresenceChange struct {
	Key     string
	Current *PresenceEntry // for a join: what was there before, nil if nothing; for a leave: what remains, without metas if nothing
	Changed *PresenceEntry // what joined or left
}

// JSON is the entry as the server would send it.
func (e *PresenceEntry) JSON() jsontext.Value {
	dst := []byte{'{'}
	for _, f := range e.fields {
		dst = append(append(appendString(dst, f.name), ':'), f.value...)
		dst = append(dst, ',')
	}
	dst = append(dst, `"metas":[`...)
	for i, meta := range e.Metas {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, meta.JSON...)
	}
	return append(dst, "]}"...)
}

// Field gives a member of the entry other than metas, nil when there is none.
func (e *PresenceEntry) Field(name string) jsontext.Value {
	for _, f := range e.fields {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// with is the entry with other metas.
func (e *PresenceEntry) with(metas []PresenceMeta) *PresenceEntry {
	return &PresenceEntry{Metas: metas, fields: e.fields}
}

func (e *PresenceEntry) has(ref string) bool {
	return slices.ContainsFunc(e.Metas, func(m PresenceMeta) bool { return m.Ref == ref })
}

// without gives the metas of e whose refs other does not have.
func (e *PresenceEntry) without(other *PresenceEntry) []PresenceMeta {
	var rest []PresenceMeta
	for _, meta := range e.Metas {
		if !other.has(meta.Ref) {
			rest = append(rest, meta)
		}
	}
	return rest
}

// presences holds entries by key, in the order in which the keys joined.
type presences struct {
	keys    []string
	entries map[string]*PresenceEntry
}

func newPresences() *presences { return &presences{entries: map[string]*PresenceEntry{}} }

func (p *presences) set(key string, entry *PresenceEntry) {
	if _, known := p.entries[key]; !known {
		p.keys = append(p.keys, key)
	}
	p.entries[key] = entry
}

func (p *presences) remove(key string) {
	delete(p.entries, key)
	if i := slices.Index(p.keys, key); i >= 0 {
		p.keys = slices.Delete(p.keys, i, i+1)
	}
}

// diffTo makes the difference between what is known and the server's whole state, as a diff: metas that are new joined, metas
// that are gone left.
func (p *presences) diffTo(state *presences) (joins, leaves *presences) {
	joins, leaves = newPresences(), newPresences()
	for _, key := range p.keys {
		current := p.entries[key]
		next, stays := state.entries[key]
		if !stays {
			leaves.set(key, current)
		} else if gone := current.without(next); len(gone) > 0 {
			leaves.set(key, current.with(gone))
		}
	}
	for _, key := range state.keys {
		next := state.entries[key]
		current, known := p.entries[key]
		if !known {
			joins.set(key, next)
		} else if added := next.without(current); len(added) > 0 {
			joins.set(key, next.with(added))
		}
	}
	return joins, leaves
}

// apply takes a diff over and tells what changed. What the diff brings that is known already, or takes that is not there, changes nothing,
// so a diff that is applied twice counts once.
func (p *presences) apply(joins, leaves *presences) (joined, left []PresenceChange) {
	for _, key := range joins.keys {
		joining := joins.entries[key]
		current := p.entries[key]
		if current == nil {
			p.set(key, joining)
			joined = append(joined, PresenceChange{key, nil, joining})
			continue
		}
		added := joining.without(current)
		// As in the official client the joining metas come last, and the joining entry's other members count.
		p.set(key, joining.with(append(current.without(joining), joining.Metas...)))
		if len(added) > 0 {
			joined = append(joined, PresenceChange{key, current, joining.with(added)})
		}
	}
	for _, key := range leaves.keys {
		leaving := leaves.entries[key]
		current := p.entries[key]
		if current == nil {
			continue
		}
		remaining := current.with(current.without(leaving))
		if len(remaining.Metas) == len(current.Metas) {
			continue
		}
		if len(remaining.Metas) > 0 {
			p.set(key, remaining)
		} else {
			p.remove(key)
		}
		left = append(left, PresenceChange{key, remaining, leaving})
	}
	return joined, left
}

// json is the state as the server would send it.
func (p *presences) json() jsontext.Value {
	dst := []byte{'{'}
	for i, key := range p.keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(appendString(dst, key), ':'), p.entries[key].JSON()...)
	}
	return append(dst, '}')
}

// errPresence: a presence state or diff that has not the form of one.
var errPresence = errors.New("phoenix: malformed presence")

// parsePresences reads {"key": {"metas": [{"phx_ref": …}, …], …}, …}.
func parsePresences(raw jsontext.Value) (*presences, error) {
	state := newPresences()
	err := eachMember(raw, func(key string, value jsontext.Value) error {
		entry, err := parseEntry(value)
		if err != nil {
			return fmt.Errorf("key %q: %w", key, err)
		}
		if len(entry.Metas) > 0 { // a key without metas is nobody
			state.set(key, entry)
		}
		return nil
	})
	return state, err
}

func parseEntry(raw jsontext.Value) (*PresenceEntry, error) {
	entry, hasMetas := &PresenceEntry{}, false
	err := eachMember(raw, func(name string, value jsontext.Value) error {
		if name != "metas" {
			entry.fields = slices.DeleteFunc(entry.fields, func(f field) bool { return f.name == name })
			entry.fields = append(entry.fields, field{name, value})
			return nil
		}
		hasMetas, entry.Metas = true, nil // of members that come twice the last counts
		return parseMetas(value, entry)
	})
	if err == nil && !hasMetas {
		err = errors.New("no metas")
	}
	return entry, err
}

func parseMetas(raw jsontext.Value, entry *PresenceEntry) error {
	r := newReader(raw)
	r.begin('[')
	for r.err == nil && r.dec.PeekKind() != ']' {
		meta := PresenceMeta{JSON: r.value("a meta")}
		if r.err == nil {
			r.err = eachMember(meta.JSON, func(name string, value jsontext.Value) error {
				if name == "phx_ref" && value.Kind() == '"' {
					ref, err := jsontext.AppendUnquote(nil, value)
					meta.Ref = string(ref)
					return err
				}
				return nil
			})
		}
		entry.Metas = append(entry.Metas, meta)
	}
	r.end()
	return r.err
}

// parseDiff reads {"joins": state, "leaves": state}; either may be missing.
func parseDiff(raw jsontext.Value) (joins, leaves *presences, err error) {
	joins, leaves = newPresences(), newPresences()
	err = eachMember(raw, func(name string, value jsontext.Value) (err error) {
		switch name {
		case "joins":
			joins, err = parsePresences(value)
		case "leaves":
			leaves, err = parsePresences(value)
		}
		return err
	})
	return joins, leaves, err
}

// eachMember calls fn with the members of a JSON object in their order. The values share raw's bytes.
func eachMember(raw jsontext.Value, fn func(name string, value jsontext.Value) error) error {
	r := newReader(raw)
	r.begin('{')
	for r.err == nil && r.dec.PeekKind() != '}' {
		name := r.text("a key")
		value := r.value("the value of " + name)
		if r.err == nil {
			r.err = fn(name, value)
		}
	}
	r.end()
	return r.err
}
