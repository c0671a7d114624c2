package core

import (
	"iter"
	"slices"
)

// presencesDiff holds the keys that join and leave.
type presencesDiff struct{ joins, leaves []keyed }

// presenceStep is the effect of a join or a leave on its key.
type presenceStep struct {
	PresenceChange
	changes bool           // false if the join was already known
	entry   *PresenceEntry // the key's entry afterwards; nil: it is gone
}

// presenceRound is the effect of a diff.
type presenceRound struct{ joins, leaves []presenceStep }

// presenceView is a list with changes that have not been applied to it yet.
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

// round computes the effect of a diff. Joins that are already known and leaves of metas that are
// not there change nothing, so applying a diff twice has the effect of applying it once. The view
// records the changes only if more diffs follow.
func (v *presenceView) round(diff presencesDiff, more bool) (r presenceRound) {
	r.joins, r.leaves = make([]presenceStep, 0, len(diff.joins)), make([]presenceStep, 0, len(diff.leaves))
	leaving := finder(diff.leaves, len(diff.joins), func(l keyed) string { return l.key })
	for _, j := range diff.joins {
		step := presenceStep{PresenceChange{j.key, nil, j.entry}, true, j.entry}
		if current := v.get(j.key); current != nil {
			added := j.entry.without(current)
			// As in the official client, the joining metas are last, and the joining entry's other
			// members win.
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

// parts splits the round into parts of at most limit keys; 0 means a single part. If a key both
// joins and leaves, its leave is in the same part as its join, so that an observer of the list sees
// one change.
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

// changesOf returns the changes to pass to handlers.
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

// finder returns a function that returns the index of the element with a key, -1 if there is none.
// asked is the expected number of calls.
func finder[E any](list []E, asked int, key func(E) string) func(string) int {
	const few = 8 // up to here a linear search is faster
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
