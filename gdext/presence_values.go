package gdext

import (
	"slices"
	"sync"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

// The values that a game gets of a presence. Those of thousands take longer than
// a frame has, so they are made where core works out what changed, and the main
// thread hands them on.

// partValues are the values of a part; nil where nobody wants them.
type partValues struct {
	joins, leaves *engine.Made // Array[Dictionary]
	now           *engine.Made // a Dictionary of the entries as they are then
}

// Release is called by core, when the part was told.
func (v *partValues) Release() {
	for _, made := range []*engine.Made{v.joins, v.leaves, v.now} {
		if made != nil {
			made.Release()
		}
	}
}

// prepare finds out what a game wants of a state or a diff, and gives what makes
// that of its parts.
func (p *presence) prepare() func(*core.PresencePart) {
	joins, leaves := p.isHeard(onPresenceJoin), p.isHeard(onPresenceLeave)
	list := joins || leaves || p.isHeard(onPresenceSync) || p.all.isMade() // a game that listens is likely to ask for it
	if !list {
		return nil
	}
	return func(part *core.PresencePart) {
		values := new(partValues)
		part.Prepared = values
		if joins && len(part.Joins) > 0 {
			values.joins = engine.Make(changes(part.Joins, "new_presence"))
		}
		if leaves && len(part.Leaves) > 0 {
			values.leaves = engine.Make(changes(part.Leaves, "left_presence"))
		}
		if part.Beside { // of few it is made when it is asked for
			values.now = engine.MakeReadOnly(entries(part.Now))
		}
	}
}

func (p *presence) isHeard(signal *engine.Signal) bool {
	return !p.gone.Load() && p.object.IsHeard(signal)
}

// changed tells a part.
func (p *presence) changed(part *core.PresencePart) {
	values, _ := part.Prepared.(*partValues)
	if values == nil {
		values = new(partValues)
	}
	channel := p.followed()
	p.all.change(p.core, part, values.now)
	p.tell(onPresenceJoin, part.Joins, "new_presence", values.joins)
	if p.followed() == channel { // a handler may have given the node to another one
		p.tell(onPresenceLeave, part.Leaves, "left_presence", values.leaves)
	}
}

// tell emits on_join or on_leave, with the value if it was made.
func (p *presence) tell(signal *engine.Signal, of []core.PresenceChange, changed string, made *engine.Made) {
	switch {
	case len(of) == 0:
	case made != nil && made.Ref() != nil:
		p.emit(signal, content{made: made.Ref()})
	case p.isHeard(signal):
		p.emit(signal, changes(of, changed))
	}
}

// changes is an Array[Dictionary] of {key, current_presence, CHANGED}.
func changes(of []core.PresenceChange, changed string) encoded {
	b := variant.AppendDictionaries(nil, len(of))
	for _, c := range of {
		b = append(b, dictionary("key", c.Key, "current_presence", entry(c.Current), changed, entry(c.Changed))...)
	}
	return b
}

// entries is a Dictionary of those that are there.
func entries(now []core.PresenceNow) encoded {
	count := 0
	for _, is := range now {
		if is.Entry != nil {
			count++
		}
	}
	b := variant.AppendDictionary(nil, count)
	for _, is := range now {
		if is.Entry != nil {
			b = append(variant.AppendString(b, is.Key), entry(is.Entry)...)
		}
	}
	return b
}

// entry is a presence as a Dictionary, null when there is none.
func entry(e *core.PresenceEntry) encoded {
	if e == nil {
		return null
	}
	b, err := variant.AppendVariant(nil, e.JSON())
	if err != nil {
		panic("gdext: a presence that was read cannot be a Dictionary: " + err.Error())
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

// share gives a copy.
func (l *presenceList) share(of *core.Presence) engine.DictionaryRef {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.update(of)
	return l.all.Shallow()
}

// change takes over what a part changed, with the entries if they were made. What
// core has includes that already.
func (l *presenceList) change(of *core.Presence, part *core.PresencePart, made *engine.Made) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.all.Ref == nil:
		if made != nil && of.Count() <= mostAtOnce {
			l.update(of)
		}
	case made != nil:
		l.update(of)
		l.merge(part.Now, made)
	default:
		if l.changed = append(l.changed, part.Now...); len(l.changed) > mostChanged {
			l.update(of)
		}
	}
}

// update brings the list up to what core has. The lock must be held, as for what
// follows.
func (l *presenceList) update(of *core.Presence) {
	if l.all.Ref == nil {
		l.all = engine.NewDictionary()
		l.changed = core.ListPresences(of, func(key string, e *core.PresenceEntry) core.PresenceNow {
			return core.PresenceNow{Key: key, Entry: e}
		})
	}
	if len(l.changed) > 0 {
		now := netChanges(l.changed)
		l.changed = nil
		made := engine.MakeReadOnly(entries(now))
		l.merge(now, made)
		if made != nil {
			made.Release()
		}
	}
}

// merge takes out who is gone, and takes in the entries that were made of the
// others; these are none at the end of the game.
func (l *presenceList) merge(now []core.PresenceNow, made *engine.Made) {
	l.count += len(now)
	for _, is := range now {
		if is.Entry == nil {
			l.all.Erase(is.Key)
		}
	}
	if made != nil && made.Ref() != nil {
		l.all.Merge(made.Ref())
	}
}

// forget drops it.
func (l *presenceList) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all.Retire(l.count * presenceMemory)
	l.all, l.count, l.changed = engine.DictionaryRef{}, 0, nil
}

// netChanges is what is left of changes one after the other: first who is gone at
// some time, which ends a key's place in the list, then who is there in the end.
func netChanges(changes []core.PresenceNow) []core.PresenceNow {
	var gone, there []core.PresenceNow
	at := make(map[string]int, len(changes)) // in there
	for _, change := range changes {
		i, known := at[change.Key]
		switch {
		case change.Entry == nil:
			if gone = append(gone, change); known {
				there[i].Entry = nil
				delete(at, change.Key)
			}
		case known:
			there[i] = change
		default:
			at[change.Key] = len(there)
			there = append(there, change)
		}
	}
	there = slices.DeleteFunc(there, func(now core.PresenceNow) bool { return now.Entry == nil })
	return append(gone, there...)
}
