package gdext

import (
	"encoding/json/jsontext"
	"sync"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

var (
	onPresenceJoin  = engine.NewSignal("on_join", engine.P("joins").ArrayOf("Dictionary"))
	onPresenceLeave = engine.NewSignal("on_leave", engine.P("leaves").ArrayOf("Dictionary"))
	onPresenceSync  = engine.NewSignal("on_sync")
)

var presenceClass = &engine.Class{
	Name:          classPresence,
	Parent:        "Node",
	New:           newPresence,
	Virtuals:      engine.ConfigurationWarnings,
	Notifications: []engine.Notification{engine.NotificationParented, engine.NotificationEnterTree},
	Signals:       []*engine.Signal{onPresenceJoin, onPresenceLeave, onPresenceSync},
	Properties: []engine.Property{
		engine.Prop("auto_sync", (*presence).getAutoSync, (*presence).setAutoSync),
	},
	Methods: []engine.Method{
		engine.Func1("sync_state", (*presence).syncState, engine.P("state")),
		engine.Func1("sync_diff", (*presence).syncDiff, engine.P("diff")),
		engine.Func1("list", (*presence).list, engine.P("chooser").Default(signals.Null)),
		engine.Func0("clear", (*presence).clear),
		engine.Func0("get_state", (*presence).getState).Const(),
		engine.Func0("get_count", func(p *presence) int64 { return int64(p.core.Count()) }).Const(),
		engine.Func0("get_keys", func(p *presence) []string { return p.core.Keys() }).Const(),
		engine.Func1("get_presence", (*presence).getPresence, engine.P("key")).Const(),
		engine.Func1("has", func(p *presence, key string) bool { return p.core.Get(key) != nil }, engine.P("key")).Const(),
	},
}

// Events that a presence follows.
const (
	eventPresenceState = "presence_state"
	eventPresenceDiff  = "presence_diff"
)

// presence is the Go side of a PhoenixPresence: core's presence, following the channel that the
// node is assigned to.
type presence struct {
	instance

	core *core.Presence

	mu       sync.Mutex
	autoSync bool
	channel  *core.Channel // the channel that the node belongs to, and follows if autoSync is set
	given    engine.Object // the PhoenixChannel to which the node is assigned
	found    bool          // assigned because the node is a descendant of the channel

	all presenceList
}

func newPresence(o engine.Object) any {
	p := &presence{instance: instance{object: o}, autoSync: true}
	p.core = core.NewPresence(nil, core.PresenceEvents{State: eventPresenceState, Diff: eventPresenceDiff})
	p.core.InParts(core.PresenceParts{Prepare: p.preparePart, Deliver: p.deliverPart})
	p.core.OnSync(func() { p.emit(onPresenceSync) })
	return p
}

// follow makes the node follow a channel. With nil it follows none and is synced by hand. All
// presences of the previous channel leave.
func (p *presence) follow(channel *core.Channel) {
	p.clear()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.channel = channel
	p.followIfAsked()
}

// followIfAsked applies changes of channel or autoSync. p.mu must be held.
func (p *presence) followIfAsked() {
	if p.autoSync {
		p.core.Follow(p.channel)
	} else {
		p.core.Follow(nil)
	}
}

// followed returns the channel that the node belongs to.
func (p *presence) followed() *core.Channel {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.channel
}

func (p *presence) getAutoSync() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.autoSync
}

func (p *presence) setAutoSync(enabled bool) {
	p.mu.Lock()
	p.autoSync = enabled
	p.followIfAsked()
	p.mu.Unlock()
	p.object.UpdateWarnings()
}

func (p *presence) syncState(state engine.Dictionary) engine.GivenDictionary {
	return p.sync("PhoenixPresence.sync_state", state, (*core.Presence).SyncState)
}

func (p *presence) syncDiff(diff engine.Dictionary) engine.GivenDictionary {
	return p.sync("PhoenixPresence.sync_diff", diff, (*core.Presence).SyncDiff)
}

// sync passes a state or diff to core and returns the new state, which games that sync by hand
// expect.
func (p *presence) sync(method string, given engine.Dictionary, f func(*core.Presence, jsontext.Value) error) engine.GivenDictionary {
	var text jsontext.Value
	err := lend(given, func(b []byte) (err error) {
		text, err = variant.AppendJSON(nil, b)
		return err
	})
	if err == nil {
		err = f(p.core, text)
	} else {
		err = signals.NotInPresence(err)
	}
	if err != nil {
		mistake(method, "", err)
	}
	return p.getState()
}

func (p *presence) getState() engine.GivenDictionary {
	return engine.GivenDictionary{DictionaryRef: p.all.share(p.core)}
}

// getPresence returns the presence of a key, or an empty Dictionary if the key is not present.
func (p *presence) getPresence(key string) engine.DictionaryBytes {
	if e := p.core.Get(key); e != nil {
		return engine.DictionaryBytes(signals.Entry(e))
	}
	return engine.DictionaryBytes(signals.EmptyDictionary)
}

// list returns all presences, or the chooser's result for each.
func (p *presence) list(chooser engine.Callable) engine.Array {
	all := p.all.share(p.core)
	defer all.Release()
	if chooser.IsNull() {
		return all.Values()
	}
	array := engine.NewArray()
	choose := chooser.Keep()
	defer choose.Release()
	err := all.Each(func(key, value engine.Variant) error {
		given := value.Keep()
		defer given.Release()
		chosen, err := choose.Call("call", arguments(key.Text(), content{made: given}))
		array.Append(chosen)
		return err
	})
	if err != nil {
		engine.Error("PhoenixPresence.list", "PhoenixPresence.list(): the chooser cannot be called with a key and a presence: "+err.Error()+".")
	}
	return array
}

// clear removes all presences and reports that they left.
func (p *presence) clear() engine.None {
	if p.allLeave() {
		p.emit(onPresenceSync)
	}
	return engine.None{}
}

// allLeave is clear without on_sync. That signal asks a game to show the state again, which is
// wrong while the game frees its nodes.
func (p *presence) allLeave() bool {
	left := p.core.Clear()
	p.all.forget()
	p.emitChanges(onPresenceLeave, left, signals.Leaves, nil)
	return len(left) > 0
}

// Freed stops all updates.
func (p *presence) Freed() {
	p.gone.Store(true)
	p.core.Follow(nil)
	p.core.Clear()
	p.all.forget()
}
