package gdext

import (
	"slices"
	"sync"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

// The values that a game gets of a presence. Those of thousands take longer than
// a frame has, so they are made where core works out what changed, and the main
// thread hands them on.

// partValues are the values of a part; nil where nobody wants them.
type partValues struct {
	joins, leaves *engine.Made // Array[Dictionary]
	entries       *engine.Made // a Dictionary of the entries after the change
}

// Release is called by core when the part has been delivered.
func (v *partValues) Release() {
	for _, made := range []*engine.Made{v.joins, v.leaves, v.entries} {
		if made != nil {
			made.Release()
		}
	}
}

// preparePart finds out which values of a state or diff the game needs, and returns
// the function that makes them for each part.
func (p *presence) preparePart() func(*core.PresencePart) {
	joins, leaves := p.isHeard(onPresenceJoin), p.isHeard(onPresenceLeave)
	list := joins || leaves || p.isHeard(onPresenceSync) || p.all.isMade() // a game that listens is likely to ask for it
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
		if part.Beside { // of few it is made when it is asked for
			values.entries = engine.MakeReadOnly(entries(part.Now))
		}
	}
}

func (p *presence) isHeard(signal *engine.Signal) bool {
	return !p.gone.Load() && p.object.IsHeard(signal)
}

// deliverPart emits a part's changes.
func (p *presence) deliverPart(part *core.PresencePart) {
	values, _ := part.Prepared.(*partValues)
	if values == nil {
		values = new(partValues)
	}
	channel := p.followed()
	p.all.apply(p.core, part, values.entries)
	p.emitChanges(onPresenceJoin, part.Joins, signals.Joins, values.joins)
	if p.followed() == channel { // a handler may have given the node to another one
		p.emitChanges(onPresenceLeave, part.Leaves, signals.Leaves, values.leaves)
	}
}

// emitChanges emits on_join or on_leave, with the value if it was made.
func (p *presence) emitChanges(signal *engine.Signal, list []core.PresenceChange, encode func([]core.PresenceChange) signals.Encoded, made *engine.Made) {
	switch {
	case len(list) == 0:
	case made != nil && made.Ref() != nil:
		p.emit(signal, content{made: made.Ref()})
	case p.isHeard(signal):
		p.emit(signal, encode(list))
	}
}

// entries is a Dictionary of the entries that are present.
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

// presenceList is the Dictionary of all that games get copies of. It is made when
// it is first asked for, or comes with many; from then on only what changes is
// made. The entries are read-only, as all copies share them.
type presenceList struct {
	mu      sync.Mutex
	all     engine.DictionaryRef // of nil: not made
	count   int                  // of what is in it, about
	changed []core.PresenceNow   // since then, in order
}

const (
	// mostChanged is how many changes wait for the next who asks for the list.
	mostChanged = 100
	// mostAtOnce is how many entries a frame has time to make.
	mostAtOnce = 500
	// presenceMemory is what an entry takes in the engine's memory, about, in bytes.
	presenceMemory = 1500
)

func (l *presenceList) isMade() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Ref != nil
}

// share returns a copy.
func (l *presenceList) share(source *core.Presence) engine.DictionaryRef {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.update(source)
	return l.all.Shallow()
}

// apply applies a part's changes, with the entries if they were made. They are in
// core's presence already.
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

// update brings the list up to date with core's presence. l.mu must be held, as in
// merge.
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

// merge removes the entries that are gone and adds those that were made; at the
// end of the game none are made.
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

// netChanges is what is left of changes one after the other: first who is gone at
// some time, which ends a key's place in the list, then who is there in the end.
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
