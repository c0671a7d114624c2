package gdext

import (
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
	kept, looks := p.all.isMade(), joins || leaves || p.isHeard(onPresenceSync)
	if !kept && !looks {
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
		if kept || part.Beside { // then a game that listens is likely to want it
			values.now = engine.MakeReadOnly(entries(part.Now))
		}
	}
}

func (p *presence) isHeard(signal *engine.Signal) bool {
	return !p.gone.Load() && p.object.IsHeard(signal)
}

// changed tells a part.
func (p *presence) changed(by *core.Presence, part *core.PresencePart) {
	values, _ := part.Prepared.(*partValues)
	if values == nil {
		values = new(partValues)
	}
	p.all.change(by, part, values.now)
	p.tell(onPresenceJoin, part.Joins, "new_presence", values.joins)
	if p.current() == by { // as a handler may have given the node to another channel
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
// it is first asked for, or comes with many, and then only what changes is made.
// The entries are read-only, as all copies share them.
type presenceList struct {
	mu  sync.Mutex
	all engine.DictionaryRef // of nil: not made
	of  int                  // entries, about
}

// Of an entry in the engine's memory, about, in bytes.
const presenceMemory = 1500

// mostMadeInAFrame is how many entries a frame has time for.
const mostMadeInAFrame = 1000

func (l *presenceList) isMade() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Ref != nil
}

// share gives a copy.
func (l *presenceList) share(of *core.Presence) engine.DictionaryRef {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all.Ref == nil {
		l.make(of)
	}
	if l.all.Ref == nil { // at the end of the game
		return engine.NewDictionary()
	}
	return l.all.Shallow()
}

// make makes it, of what core has. Under the lock.
func (l *presenceList) make(of *core.Presence) {
	now := core.ListPresences(of, func(key string, e *core.PresenceEntry) core.PresenceNow { return core.PresenceNow{Key: key, Entry: e} })
	if made := engine.MakeReadOnly(entries(now)); made != nil {
		whole := engine.DictionaryRef{Ref: made.Ref()}
		l.all, l.of = whole.Shallow(), len(now)
		made.Release()
	}
}

// change takes over what a part changed. What core has includes that already.
func (l *presenceList) change(of *core.Presence, part *core.PresencePart, made *engine.Made) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all.Ref == nil {
		if part.Beside && made != nil && of.Count() <= mostMadeInAFrame {
			l.make(of)
		}
		return
	}
	for _, is := range part.Now {
		if is.Entry == nil {
			l.all.Erase(is.Key)
		}
	}
	if made == nil { // the list was not there when the part was worked out
		if made = engine.MakeReadOnly(entries(part.Now)); made == nil { // at the end of the game
			return
		}
		defer made.Release()
	}
	if now := made.Ref(); now != nil {
		l.all.Merge(now)
	}
	l.of = of.Count()
}

// forget drops it.
func (l *presenceList) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all.Retire(l.of * presenceMemory)
	l.all, l.of = engine.DictionaryRef{}, 0
}
