package core

import (
	"cmp"
	"encoding/json/jsontext"
	"slices"
	"sync"
)

// PresenceEvents names the events that carry a presence's state and diffs. The zero value means
// Phoenix's defaults, presence_state and presence_diff.
type PresenceEvents struct{ State, Diff string }

// Presence maintains the presence list of a topic from the state and the diffs that
// Phoenix.Presence sends. It follows a channel automatically: diffs that arrive before the state,
// also after a rejoin, are held until it arrives.
type Presence struct {
	events PresenceEvents

	mu        sync.Mutex // a socket's mu may be locked while this one is held
	state     *presenceState
	channel   *Channel // the followed channel; nil: none
	following [2]Subscription
	synced    receiver   // the receiver of the current state
	byHand    bool       // SyncState set the state while no channel was followed
	waiting   []heldDiff // diffs that arrived before the state
	held      int        // bytes in waiting
	onJoin    handlers[func(key string, current, joined *PresenceEntry)]
	onLeave   handlers[func(key string, current, left *PresenceEntry)]
	onSync    handlers[func()]
	onChange  handlers[func(joins, leaves []PresenceChange)]
	parts     *PresenceParts
	works     []*presenceWork // updates in progress
}

// heldDiff is a diff that is held until the state of its join arrives.
type heldDiff struct {
	receiver receiver
	raw      jsontext.Value
}

// maxHeldDiffs limits the number of held diffs, as Settings.MaxQueuedBytes limits their bytes, for
// a server that sends diffs but never a state. The oldest are dropped first.
const maxHeldDiffs = 4096

// NewPresence makes a presence that follows channel. With a nil channel it follows none: call
// SyncState and SyncDiff instead.
func NewPresence(channel *Channel, events PresenceEvents) *Presence {
	events.State, events.Diff = cmp.Or(events.State, "presence_state"), cmp.Or(events.Diff, "presence_diff")
	p := &Presence{events: events, state: newPresenceState()}
	p.Follow(channel)
	return p
}

// Follow makes the presence follow channel instead of the previous one. With nil it follows none:
// call SyncState and SyncDiff instead. The list remains until the channel's next state arrives. A
// list that was set with SyncState counts as the state of the channel's current join.
func (p *Presence) Follow(channel *Channel) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if channel == p.channel {
		return
	}
	for _, subscription := range p.following {
		subscription.Cancel()
	}
	p.channel, p.following = channel, [2]Subscription{}
	if channel == nil {
		return
	}
	if p.byHand {
		p.synced, p.byHand = channel.receiver(), false
	}
	p.following[0] = channel.On(p.events.State, func(m *Message) {
		if p.follows(channel) {
			p.receive(presenceUpdate{raw: m.Payload.JSON(), isState: true, receiver: *m.receiver})
		}
	})
	p.following[1] = channel.On(p.events.Diff, func(m *Message) {
		if p.follows(channel) && !p.holdEarly(heldDiff{*m.receiver, m.Payload.JSON()}) {
			p.receive(presenceUpdate{raw: m.Payload.JSON(), receiver: *m.receiver})
		}
	})
}

// follows reports whether the presence still follows the channel whose message is being delivered.
func (p *Presence) follows(channel *Channel) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.channel == channel
}

// OnJoin calls fn for each key that joined, with the key's previous entry (nil if it was not
// present) and the new metas.
func (p *Presence) OnJoin(fn func(key string, current, joined *PresenceEntry)) Subscription {
	return subscribe(&p.mu, &p.onJoin, fn)
}

// OnLeave calls fn for each key that left, with the key's remaining entry (without metas if it is
// gone) and the metas that left.
func (p *Presence) OnLeave(fn func(key string, current, left *PresenceEntry)) Subscription {
	return subscribe(&p.mu, &p.onLeave, fn)
}

// OnSync calls fn after each state or diff has been applied and the list is up to date.
func (p *Presence) OnSync(fn func()) Subscription { return subscribe(&p.mu, &p.onSync, fn) }

// OnChange calls fn with the changes of one state or diff, before OnJoin and OnLeave. It is not
// called if nothing changed. Diffs that were held for a state are reported one by one after it, and
// a presence in parts (see [Presence.InParts]) reports each part.
func (p *Presence) OnChange(fn func(joins, leaves []PresenceChange)) Subscription {
	return subscribe(&p.mu, &p.onChange, fn)
}

// SyncState applies the server's complete state, then the diffs that were held for it.
func (p *Presence) SyncState(raw jsontext.Value) error {
	update := presenceUpdate{raw: raw, isState: true}
	p.mu.Lock()
	p.abandonWork() // superseded by this state
	if p.channel != nil {
		update.receiver = p.channel.receiver()
	}
	p.byHand = p.channel == nil
	p.mu.Unlock()
	return p.sync(update)
}

// SyncDiff applies the joins and leaves of a diff.
func (p *Presence) SyncDiff(raw jsontext.Value) error {
	p.finishWork()
	return p.sync(presenceUpdate{raw: raw})
}

// sync applies an update immediately.
func (p *Presence) sync(update presenceUpdate) error {
	w := p.startWork(update, false)
	w.advance(everything)
	return w.err
}

// receive applies an update from the channel.
func (p *Presence) receive(update presenceUpdate) {
	w := p.startWork(update, true)
	if !w.inParts {
		w.advance(everything)
		return
	}
	if len(update.raw) >= besideFrom {
		w.computeBeside()
	}
	update.receiver.channel.socket.events.proceed(w)
}

// holdEarly holds a diff that arrived before its join's state, and reports whether it did so.
func (p *Presence) holdEarly(diff heldDiff) bool {
	s := diff.receiver.channel.socket
	s.mu.Lock()
	maxBytes := s.config.MaxQueuedBytes
	s.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	early := p.synced.joinRef == "" || p.synced != diff.receiver
	if early {
		p.hold(diff, maxBytes)
	}
	return early
}

// hold adds a held diff and drops the oldest ones if there is no room for all. p.mu must be held.
func (p *Presence) hold(diff heldDiff, maxBytes int) {
	p.held += len(diff.raw)
	for len(p.waiting) == maxHeldDiffs || len(p.waiting) > 0 && p.held > maxBytes {
		half := (len(p.waiting) + 1) / 2 // half of them, so that this happens seldom
		for _, old := range p.waiting[:half] {
			p.held -= len(old.raw)
		}
		p.waiting = slices.Delete(p.waiting, 0, half)
	}
	p.waiting = append(p.waiting, diff)
}

// Count returns how many keys are present.
func (p *Presence) Count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.state.entries)
}

// Keys returns all present keys, in the order they joined.
func (p *Presence) Keys() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.keys()
}

// Metas returns the total number of metas, and the first keys, at most limit, with the number of
// metas of each.
func (p *Presence) Metas(limit int) (total int, first []PresenceCount) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, entry := range p.state.all() {
		total += len(entry.Metas)
		if len(first) < limit {
			first = append(first, PresenceCount{key, len(entry.Metas)})
		}
	}
	return total, first
}

// PresenceCount is a key and the number of its metas.
type PresenceCount struct {
	Key   string
	Metas int
}

// Get returns the entry of a key, nil if the key is not present.
func (p *Presence) Get(key string) *PresenceEntry {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.get(key)
}

// JSON returns the complete state, as the server would send it.
func (p *Presence) JSON() jsontext.Value {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.json()
}

// Clear empties the list and returns its entries as leaves, without calling the handlers. Later
// diffs apply to the empty list; the next state restores all entries. Undelivered parts of a state
// are dropped.
func (p *Presence) Clear() (leaves []PresenceChange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.abandonWork()
	for key, entry := range p.state.all() {
		leaves = append(leaves, PresenceChange{key, entry.with(nil), entry})
	}
	p.state, p.byHand, p.waiting, p.held = newPresenceState(), false, nil, 0
	return leaves
}

// ListPresences returns the result of convert for each entry, in the order the keys joined.
func ListPresences[T any](p *Presence, convert func(key string, entry *PresenceEntry) T) []T {
	p.mu.Lock()
	present := make([]keyed, 0, len(p.state.entries))
	for key, entry := range p.state.all() {
		present = append(present, keyed{key, entry})
	}
	p.mu.Unlock()
	list := make([]T, len(present))
	for i, entry := range present {
		list[i] = convert(entry.key, entry.entry)
	}
	return list
}
