package core

import (
	"iter"
	"slices"
)

// presencesDiff is who joins and leaves.
type presencesDiff struct{ joins, leaves []keyed }

// presenceStep is what a join or a leave does to its key.
type presenceStep struct {
	PresenceChange
	changes bool           // false for what was known already
	entry   *PresenceEntry // what the key has then; nil: it is gone
}

// presenceRound is what a diff does.
type presenceRound struct{ joins, leaves []presenceStep }

// presenceView is a list with changes that it does not have yet.
type presenceView struct {
	list    *presenceState
	changed map[string]*PresenceEntry // nil: gone
}

func (v *presenceView) get(key string) *PresenceEntry {
	if entry, ok := v.changed[key]; ok {
		return entry
	}
	return v.list.get(key)
}

func (v *presenceView) set(key string, entry *PresenceEntry) {
	if v.changed == nil {
		v.changed = map[string]*PresenceEntry{}
	}
	v.changed[key] = entry
}

// round finds what a diff does. What the diff brings that is known already, or takes that is not there, changes nothing, so a diff that
// is taken over twice counts once. The view has it then only if more follows.
func (v *presenceView) round(diff presencesDiff, more bool) (r presenceRound) {
	r.joins, r.leaves = make([]presenceStep, 0, len(diff.joins)), make([]presenceStep, 0, len(diff.leaves))
	leaving := finder(diff.leaves, len(diff.joins), func(l keyed) string { return l.key })
	for _, j := range diff.joins {
		step := presenceStep{PresenceChange{j.key, nil, j.entry}, true, j.entry}
		if current := v.get(j.key); current != nil {
			added := j.entry.without(current)
			// As in the official client the joining metas come last, and the joining entry's other members count.
			step.entry = j.entry.with(append(current.without(j.entry), j.entry.Metas...))
			step.Current, step.Changed, step.changes = current, j.entry.with(added), len(added) > 0
		}
		r.joins = append(r.joins, step)
		if more || leaving(j.key) >= 0 {
			v.set(j.key, step.entry)
		}
	}
	for _, l := range diff.leaves {
		current := v.get(l.key)
		if current == nil {
			continue
		}
		remaining := current.with(current.without(l.entry))
		if len(remaining.Metas) == len(current.Metas) {
			continue
		}
		step := presenceStep{PresenceChange{l.key, remaining, l.entry}, true, remaining}
		if len(remaining.Metas) == 0 {
			step.entry = nil
		}
		r.leaves = append(r.leaves, step)
		if more {
			v.set(l.key, step.entry)
		}
	}
	return r
}

// parts cuts the round into parts of at most so many keys; 0 is one part. What a key leaves is in the part in which it joins, as both are
// one change to whoever looks at the list.
func (r presenceRound) parts(limit int) iter.Seq[*PresencePart] {
	return func(yield func(*PresencePart) bool) {
		if limit == 0 || len(r.joins)+len(r.leaves) <= limit {
			if part := newPart(r.joins, r.leaves); len(part.Now) > 0 {
				yield(part)
			}
			return
		}
		leaving := finder(r.leaves, len(r.joins), stepKey)
		alone := slices.Clone(r.leaves)
		for joins := range slices.Chunk(r.joins, limit) {
			var leaves []presenceStep
			for _, step := range joins {
				if i := leaving(step.Key); i >= 0 {
					leaves = append(leaves, r.leaves[i])
					alone[i].changes = false
				}
			}
			if !yield(newPart(joins, leaves)) {
				return
			}
		}
		alone = slices.DeleteFunc(alone, func(step presenceStep) bool { return !step.changes })
		for leaves := range slices.Chunk(alone, limit) {
			if !yield(newPart(nil, leaves)) {
				return
			}
		}
	}
}

func newPart(joins, leaves []presenceStep) *PresencePart {
	part := &PresencePart{Joins: changesOf(joins), Leaves: changesOf(leaves), Now: make([]PresenceNow, 0, len(joins)+len(leaves))}
	leaving := finder(leaves, len(joins), stepKey)
	for _, step := range joins {
		if leaving(step.Key) < 0 {
			part.Now = append(part.Now, PresenceNow{step.Key, step.entry})
		}
	}
	for _, step := range leaves {
		part.Now = append(part.Now, PresenceNow{step.Key, step.entry})
	}
	return part
}

// changesOf returns the changes that handlers receive.
func changesOf(steps []presenceStep) []PresenceChange {
	changes := make([]PresenceChange, 0, len(steps))
	for _, step := range steps {
		if step.changes {
			changes = append(changes, step.PresenceChange)
		}
	}
	return changes
}

func stepKey(step presenceStep) string { return step.Key }

// finder finds the element that has a key, -1 for none; it is about to be asked so many times.
func finder[E any](list []E, asked int, key func(E) string) func(string) int {
	const few = 8 // are found faster by looking at each
	if min(len(list), asked) <= few {
		return func(wanted string) int { return slices.IndexFunc(list, func(e E) bool { return key(e) == wanted }) }
	}
	index := make(map[string]int, len(list))
	for i, e := range list {
		index[key(e)] = i
	}
	return func(wanted string) int {
		if i, ok := index[wanted]; ok {
			return i
		}
		return -1
	}
}
