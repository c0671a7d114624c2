package gdext

import (
	"slices"
	"sync"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

// Presence values for the game. Creating thousands of them takes longer than a frame, so they are
// created on the goroutine where core computes the changes, and the main thread passes them on.

// partValues holds the values of a part; nil where they are not needed.
type partValues struct {
	joins, leaves *engine.Made // Array[Dictionary]
	entries       *engine.Made // a Dictionary of the entries after the change
}

// Release releases the values. Core calls it after the part has been delivered.
func (v *partValues) Release() {
	for _, made := range []*engine.Made{v.joins, v.leaves, v.entries} {
		if made != nil {
			made.Release()
		}
	}
}

// preparePart determines which values of a state or diff the game needs, and returns the function
// that creates them for each part.
func (p *presence) preparePart() func(*core.PresencePart) {
	joins, leaves := p.isHeard(onPresenceJoin), p.isHeard(onPresenceLeave)
	// A game that listens is likely to ask for the list.
	list := joins || leaves || p.isHeard(onPresenceSync) || p.all.isMade()
	if !list {
		return nil
	}
	return func(part *core.PresencePart) {
		values := new(partValues)
		part.Prepared = values
		if joins && len(part.Joins) > 0 {
			values.joins = engine.Make(signals.Joins(part.Joins))
		}
		if leaves && len(part.Leaves) > 0 {
			values.leaves = engine.Make(signals.Leaves(part.Leaves))
		}
		if part.Beside { // the entries of a small part are created on demand
			values.entries = engine.MakeReadOnly(entries(part.Now))
		}
	}
}

func (p *presence) isHeard(signal *engine.Signal) bool {
	return !p.gone.Load() && p.object.IsHeard(signal)
}

// deliverPart applies a part to the list and emits its changes.
func (p *presence) deliverPart(part *core.PresencePart) {
	values, _ := part.Prepared.(*partValues)
	if values == nil {
		values = new(partValues)
	}
	channel := p.followed()
	p.all.apply(p.core, part, values.entries)
	p.emitChanges(onPresenceJoin, part.Joins, signals.Joins, values.joins)
	if p.followed() == channel { // a handler may have assigned the node to another channel
		p.emitChanges(onPresenceLeave, part.Leaves, signals.Leaves, values.leaves)
	}
}

// emitChanges emits on_join or on_leave, with the prepared value if there is one.
func (p *presence) emitChanges(signal *engine.Signal, list []core.PresenceChange, encode func([]core.PresenceChange) signals.Encoded, made *engine.Made) {
	switch {
	case len(list) == 0:
	case made != nil && made.Ref() != nil:
		p.emit(signal, content{made: made.Ref()})
	case p.isHeard(signal):
		p.emit(signal, encode(list))
	}
}

// entries returns a Dictionary of those entries in list that are present.
func entries(list []core.PresenceNow) signals.Encoded {
	count := 0
	for _, item := range list {
		if item.Entry != nil {
			count++
		}
	}
	b := variant.AppendDictionary(nil, count)
	for _, item := range list {
		if item.Entry != nil {
			b = append(variant.AppendString(b, item.Key), signals.Entry(item.Entry)...)
		}
	}
	return b
}

// presenceList is the Dictionary of all presences, of which games get copies. It is created when it
// is first asked for, or when a part brings many entries; afterwards only changed entries are
// created. The entries are read-only, because all copies share them.
type presenceList struct {
	mu      sync.Mutex
	all     engine.DictionaryRef // holds nil until created
	count   int                  // approximate number of entries
	changed []core.PresenceNow   // changes not yet in all, in order
}

const (
	// mostChanged is the number of changes that may wait until the list is next asked for.
	mostChanged = 100
	// mostAtOnce is the number of entries that can be created within a frame.
	mostAtOnce = 500
	// presenceMemory is the approximate size of an entry in the engine's memory, in bytes.
	presenceMemory = 1500
)

func (l *presenceList) isMade() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Ref != nil
}

// share returns a copy of the list.
func (l *presenceList) share(source *core.Presence) engine.DictionaryRef {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.update(source)
	return l.all.Shallow()
}

// apply applies a part's changes, with its entries if they were prepared. Core's presence already
// includes the changes.
func (l *presenceList) apply(source *core.Presence, part *core.PresencePart, made *engine.Made) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.all.Ref == nil:
		if made != nil && source.Count() <= mostAtOnce {
			l.update(source)
		}
	case made != nil:
		l.update(source)
		l.merge(part.Now, made)
	default:
		if l.changed = append(l.changed, part.Now...); len(l.changed) > mostChanged {
			l.update(source)
		}
	}
}

// update brings the list up to date with core's presence. l.mu must be held.
func (l *presenceList) update(source *core.Presence) {
	if l.all.Ref == nil {
		l.all = engine.NewDictionary()
		l.changed = core.ListPresences(source, func(key string, e *core.PresenceEntry) core.PresenceNow {
			return core.PresenceNow{Key: key, Entry: e}
		})
	}
	if len(l.changed) > 0 {
		net := netChanges(l.changed)
		l.changed = nil
		made := engine.MakeReadOnly(entries(net))
		l.merge(net, made)
		if made != nil {
			made.Release()
		}
	}
}

// merge removes the entries that have left and adds the created ones. At the end of the game no
// entries are created. l.mu must be held.
func (l *presenceList) merge(list []core.PresenceNow, made *engine.Made) {
	l.count += len(list)
	for _, item := range list {
		if item.Entry == nil {
			l.all.Erase(item.Key)
		}
	}
	if made != nil && made.Ref() != nil {
		l.all.Merge(made.Ref())
	}
}

// forget drops the list.
func (l *presenceList) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all.Retire(l.count * presenceMemory)
	l.all, l.count, l.changed = engine.DictionaryRef{}, 0, nil
}

// netChanges returns the net effect of consecutive changes: first the keys that left at any point,
// because leaving ends a key's place in the list, then the entries that are present in the end.
func netChanges(changes []core.PresenceNow) []core.PresenceNow {
	var gone, present []core.PresenceNow
	indexes := make(map[string]int, len(changes)) // into present
	for _, change := range changes {
		i, known := indexes[change.Key]
		switch {
		case change.Entry == nil:
			if gone = append(gone, change); known {
				present[i].Entry = nil
				delete(indexes, change.Key)
			}
		case known:
			present[i] = change
		default:
			indexes[change.Key] = len(present)
			present = append(present, change)
		}
	}
	present = slices.DeleteFunc(present, func(item core.PresenceNow) bool { return item.Entry == nil })
	return append(gone, present...)
}
