package core

import (
	"encoding/json/jsontext"
	"iter"
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

// without gives the metas of e whose refs other does not have.
func (e *PresenceEntry) without(other *PresenceEntry) []PresenceMeta {
	known := finder(other.Metas, len(e.Metas), func(m PresenceMeta) string { return m.Ref })
	var unknown []PresenceMeta
	for _, meta := range e.Metas {
		if known(meta.Ref) < 0 {
			unknown = append(unknown, meta)
		}
	}
	return unknown
}

// presences holds entries by key, in the order in which a message names them.
type presences struct {
	keys    []string
	entries map[string]*PresenceEntry
}

func newPresences() *presences { return &presences{entries: map[string]*PresenceEntry{}} }

func (p *presences) set(key string, entry *PresenceEntry) {
	before := len(p.entries)
	if p.entries[key] = entry; len(p.entries) > before {
		p.keys = append(p.keys, key)
	}
}

// presenceState is who is present, in the order in which the keys joined. Whatever its size, one who comes or goes costs the same: a key that
// leaves stays where it was in the order, as a place that is nobody's, until there are as many of these as of others.
type presenceState struct {
	entries map[string]arrival
	order   []place
	joined  uint64 // keys so far
}

// arrival is an entry and when its key joined, which tells its place from earlier ones of the same key.
type arrival struct {
	entry *PresenceEntry
	since uint64
}

type place struct {
	key   string
	since uint64
}

func newPresenceState() *presenceState { return &presenceState{entries: map[string]arrival{}} }

func (p *presenceState) get(key string) *PresenceEntry { return p.entries[key].entry }

func (p *presenceState) set(key string, entry *PresenceEntry) {
	since := p.entries[key].since
	if since == 0 {
		p.joined++
		since = p.joined
		p.order = append(p.order, place{key, since})
	}
	p.entries[key] = arrival{entry, since}
}

func (p *presenceState) remove(key string) {
	delete(p.entries, key)
	if len(p.order) > 2*len(p.entries)+16 {
		p.order = slices.DeleteFunc(p.order, func(slot place) bool { return p.entries[slot.key].since != slot.since })
	}
}

// all gives the keys and entries in their order.
func (p *presenceState) all() iter.Seq2[string, *PresenceEntry] {
	return func(yield func(string, *PresenceEntry) bool) {
		for _, slot := range p.order {
			if arrived := p.entries[slot.key]; arrived.since == slot.since && !yield(slot.key, arrived.entry) {
				return
			}
		}
	}
}

func (p *presenceState) keys() []string {
	keys := make([]string, 0, len(p.entries))
	for key := range p.all() {
		keys = append(keys, key)
	}
	return keys
}

// keyed is a key of a diff with what joins or leaves.
type keyed struct {
	key   string
	entry *PresenceEntry
}

func (p *presences) list() []keyed {
	list := make([]keyed, len(p.keys))
	for i, key := range p.keys {
		list[i] = keyed{key, p.entries[key]}
	}
	return list
}

// diffTo makes the difference between what is known and the server's whole state, as a diff: metas that are new joined, metas
// that are gone left.
func (p *presenceState) diffTo(state *presences) (joins, leaves []keyed) {
	for key, current := range p.all() {
		next, stays := state.entries[key]
		if !stays {
			leaves = append(leaves, keyed{key, current})
		} else if gone := current.without(next); len(gone) > 0 {
			leaves = append(leaves, keyed{key, current.with(gone)})
		}
	}
	if len(p.entries) == 0 {
		return state.list(), leaves
	}
	for _, key := range state.keys {
		next, current := state.entries[key], p.get(key)
		if current == nil {
			joins = append(joins, keyed{key, next})
		} else if added := next.without(current); len(added) > 0 {
			joins = append(joins, keyed{key, next.with(added)})
		}
	}
	return joins, leaves
}

// json is the state as the server would send it.
func (p *presenceState) json() jsontext.Value {
	dst := []byte{'{'}
	for key, entry := range p.all() {
		if len(dst) > 1 {
			dst = append(dst, ',')
		}
		dst = append(append(appendString(dst, key), ':'), entry.JSON()...)
	}
	return append(dst, '}')
}
