package core

import (
	"encoding/json/jsontext"
	"iter"
	"slices"
)

// PresenceMeta is one presence of a key: a user's device, a player's connection.
type PresenceMeta struct {
	Ref  string         // phx_ref, which identifies the meta
	JSON jsontext.Value // the complete meta, including phx_ref
}

// PresenceEntry holds the metas of one key, in the order they joined, and the other members that
// the server sent with them (see fetch/2 of Phoenix.Presence). An entry does not change after it
// has been returned.
type PresenceEntry struct {
	Metas  []PresenceMeta
	fields []field // all members except metas, as received
}

type field struct {
	name  string
	value jsontext.Value
}

// PresenceChange is one key that joined or left.
type PresenceChange struct {
	Key     string
	Current *PresenceEntry // for a join: the previous entry, nil if none; for a leave: the remaining entry, without metas if gone
	Changed *PresenceEntry // the metas that joined or left
}

// JSON returns the entry as the server would send it.
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

// Field returns a member of the entry other than metas, nil if there is none.
func (e *PresenceEntry) Field(name string) jsontext.Value {
	for _, f := range e.fields {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// with returns a copy of the entry with other metas.
func (e *PresenceEntry) with(metas []PresenceMeta) *PresenceEntry {
	return &PresenceEntry{Metas: metas, fields: e.fields}
}

// without returns the metas of e whose refs other does not have.
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

// presences holds entries by key, in the order of the message.
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

// presenceState holds the present keys, in the order they joined. The cost of a join or a leave
// does not depend on the size of the list: a key that leaves keeps its slot in the order, as an
// unused one, until there are more unused slots than used ones.
type presenceState struct {
	entries map[string]arrival
	order   []place
	joined  uint64 // joins so far
}

// arrival is an entry and the sequence number of its key's join, which distinguishes its slot from
// earlier slots of the same key.
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

// all returns the keys and entries in order.
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

// keyed is a key of a diff with the entry that joins or leaves.
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

// diffTo returns the difference between the current list and the server's complete state, as a
// diff: new metas join, missing metas leave.
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

// json returns the state as the server would send it.
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
