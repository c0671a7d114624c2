package gdext

import (
	"encoding/json/jsontext"
	"errors"
	"sync"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

var (
	onPresenceJoin  = engine.NewSignal("on_join", engine.P("joins").ArrayOf("Dictionary"))
	onPresenceLeave = engine.NewSignal("on_leave", engine.P("leaves").ArrayOf("Dictionary"))
	onPresenceSync  = engine.NewSignal("on_sync")
)

var presenceClass = &engine.Class{
	Name:    classPresence,
	Parent:  "Node",
	New:     newPresence,
	Signals: []*engine.Signal{onPresenceJoin, onPresenceLeave, onPresenceSync},
	Properties: []engine.Property{
		engine.Prop("auto_sync", (*presence).getAutoSync, (*presence).setAutoSync),
	},
	Methods: []engine.Method{
		engine.Func1("sync_state", (*presence).syncState, engine.P("state")),
		engine.Func1("sync_diff", (*presence).syncDiff, engine.P("diff")),
		engine.Func1("list", (*presence).list, engine.P("chooser").Default(null)),
		engine.Func0("clear", (*presence).clear),
		engine.Func0("get_state", (*presence).getState).Const(),
	},
}

// presence is a PhoenixPresence: core's presence, which follows the channel
// that the node was given to.
type presence struct {
	node

	mu       sync.Mutex
	autoSync bool
	core     *core.Presence
	channel  *core.Channel // that it follows
}

func newPresence(o engine.Object) any {
	p := &presence{node: node{object: o}, autoSync: true}
	p.follow(nil)
	return p
}

// follow makes the node follow a channel; nil: none, it is synced by hand. Who
// was present in the channel before has left it.
func (p *presence) follow(channel *core.Channel) {
	if former := p.current(); former != nil {
		p.clear()
		former.Follow(false) // for as long as its channel lives
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.channel = channel
	p.core = core.NewPresence(channel, core.PresenceEvents{State: eventPresenceState, Diff: eventPresenceDiff})
	p.core.Follow(p.autoSync)
	current := p.core
	p.core.OnChange(func(joins, leaves []core.PresenceChange) {
		if p.current() != current {
			return // follows another channel by now
		}
		if len(joins) > 0 {
			p.emit(onPresenceJoin, changes(joins, "new_presence"))
		}
		if len(leaves) > 0 {
			p.emit(onPresenceLeave, changes(leaves, "left_presence"))
		}
	})
	p.core.OnSync(func() {
		if p.current() == current {
			p.emit(onPresenceSync)
		}
	})
}

func (p *presence) follows(channel *core.Channel) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.channel == channel
}

func (p *presence) current() *core.Presence {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.core
}

// changes is an Array[Dictionary] of {key, current_presence, CHANGED}.
func changes(of []core.PresenceChange, changed string) encoded {
	b := variant.AppendDictionaries(nil, len(of))
	for _, c := range of {
		b = append(b, dictionary("key", c.Key, "current_presence", entry(c.Current), changed, entry(c.Changed))...)
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
		engine.Error("PhoenixPresence", "A presence of the server cannot be a Dictionary: "+plain(err)+".")
		return emptyDictionary
	}
	return b
}

func (p *presence) getAutoSync() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.autoSync
}

func (p *presence) setAutoSync(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.autoSync = on
	p.core.Follow(on)
}

func (p *presence) syncState(state engine.Dictionary) engine.DictionaryBytes {
	return p.sync("PhoenixPresence.sync_state", state, (*core.Presence).SyncState)
}

func (p *presence) syncDiff(diff engine.Dictionary) engine.DictionaryBytes {
	return p.sync("PhoenixPresence.sync_diff", diff, (*core.Presence).SyncDiff)
}

// sync hands a state or diff to core and returns the new state, as games that
// sync by hand expect.
func (p *presence) sync(method string, given engine.Dictionary, f func(*core.Presence, jsontext.Value) error) engine.DictionaryBytes {
	var text jsontext.Value
	err := lend(given, func(b []byte) (err error) {
		text, err = variant.AppendJSON(nil, b)
		return err
	})
	var unsendable *variant.UnsendableError
	switch {
	case err == nil:
		err = f(p.current(), text)
	case errors.As(err, &unsendable): // but nothing is to be sent
		err = errors.New(unsendable.Value() + " cannot be in a presence, which holds what the server sends: values that JSON can carry")
	}
	if err != nil {
		mistake(method, "", err)
	}
	return p.getState()
}

func (p *presence) getState() engine.DictionaryBytes {
	b, err := variant.AppendVariant(nil, p.current().JSON())
	if err != nil {
		mistake("PhoenixPresence.get_state", "", err)
		return engine.DictionaryBytes(emptyDictionary)
	}
	return b
}

// list gives all presences, or what the chooser makes of each.
func (p *presence) list(chooser engine.Callable) engine.Array {
	array := engine.NewArray()
	of := p.current()
	choose := chooser.Keep()
	defer choose.Release()
	for _, key := range of.Keys() {
		e := of.Get(key)
		if e == nil {
			continue
		}
		if chooser.IsNull() {
			array.Append(engine.NewRef(entry(e)))
			continue
		}
		chosen, err := choose.Call("call", arguments(key, entry(e)))
		array.Append(chosen)
		if err != nil {
			engine.Error("PhoenixPresence.list", "PhoenixPresence.list(): the chooser cannot be called with a key and a presence: "+err.Error()+".")
			break
		}
	}
	return array
}

// clear forgets all presences, and tells that they left.
func (p *presence) clear() engine.None {
	if p.allLeave() {
		p.emit(onPresenceSync)
	}
	return engine.None{}
}

// allLeave is clear without on_sync, which asks a game to show the state anew:
// not while it takes its nodes down.
func (p *presence) allLeave() bool {
	left := p.current().Clear()
	if len(left) > 0 {
		p.emit(onPresenceLeave, changes(left, "left_presence"))
	}
	return len(left) > 0
}

// Freed ends what the node tells.
func (p *presence) Freed() { p.gone.Store(true) }
