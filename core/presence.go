package core

import (
	"cmp"
	"encoding/json/jsontext"
	"slices"
	"sync"
)

// PresenceEvents names the events that carry a presence's state and diffs. The zero value means Phoenix's own: presence_state and
// presence_diff.
type PresenceEvents struct{ State, Diff string }

// Presence keeps the list of who is in a topic, from the state and the diffs that Phoenix.Presence sends. It follows a channel by
// itself: diffs that come before the state, after a rejoin too, wait for it.
type Presence struct {
	events PresenceEvents

	mu        sync.Mutex // may be held when a socket's is taken
	state     *presenceState
	channel   *Channel // that it follows; nil: none
	following [2]Subscription
	synced    receiver   // of the state that we have
	byHand    bool       // the state was synced by hand, while no channel was followed
	waiting   []heldDiff // that came before the state
	held      int        // bytes of them
	onJoin    handlers[func(key string, current, joined *PresenceEntry)]
	onLeave   handlers[func(key string, current, left *PresenceEntry)]
	onSync    handlers[func()]
	onChange  handlers[func(joins, leaves []PresenceChange)]
	parts     *PresenceParts
	works     []*presenceWork // that are not over
}

// heldDiff is a diff that waits for the state of its join.
type heldDiff struct {
	receiver receiver
	raw      jsontext.Value
}

// maxHeldDiffs limits the diffs that wait, as Settings.MaxQueuedBytes does, for a server that sends diffs and never a state. The oldest
// go first.
const maxHeldDiffs = 4096

// NewPresence makes a presence that follows channel. With a nil channel it follows none: feed it with SyncState and SyncDiff.
func NewPresence(channel *Channel, events PresenceEvents) *Presence {
	events.State, events.Diff = cmp.Or(events.State, "presence_state"), cmp.Or(events.Diff, "presence_diff")
	p := &Presence{events: events, state: newPresenceState()}
	p.Follow(channel)
	return p
}

// Follow makes the presence follow channel instead of the one before. With nil it follows none: feed it with SyncState and SyncDiff. The
// list stays until the channel's next state arrives. A list that was synced by hand counts as the state of the channel's current join.
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

// follows reports whether the presence still follows the channel, whose message is being delivered.
func (p *Presence) follows(channel *Channel) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.channel == channel
}

// OnJoin calls fn for each key that joined, with what was there before (nil if nothing) and the metas that are new.
func (p *Presence) OnJoin(fn func(key string, current, joined *PresenceEntry)) Subscription {
	return subscribe(&p.mu, &p.onJoin, fn)
}

// OnLeave calls fn for each key that left, with what remains (without metas if nothing) and the metas that are gone.
func (p *Presence) OnLeave(fn func(key string, current, left *PresenceEntry)) Subscription {
	return subscribe(&p.mu, &p.onLeave, fn)
}

// OnSync calls fn after each state or diff that was taken over, once the list is up to date.
func (p *Presence) OnSync(fn func()) Subscription { return subscribe(&p.mu, &p.onSync, fn) }

// OnChange calls fn with what one state or diff changed, before OnJoin and OnLeave; not when it changed nothing. Diffs that waited for a
// state are told one by one after it, and a presence in parts (see [Presence.InParts]) tells each part.
func (p *Presence) OnChange(fn func(joins, leaves []PresenceChange)) Subscription {
	return subscribe(&p.mu, &p.onChange, fn)
}

// SyncState takes over the server's whole state, then the diffs that waited for it.
func (p *Presence) SyncState(raw jsontext.Value) error {
	update := presenceUpdate{raw: raw, isState: true}
	p.mu.Lock()
	p.abandonWork() // it is out of date
	if p.channel != nil {
		update.receiver = p.channel.receiver()
	}
	p.byHand = p.channel == nil
	p.mu.Unlock()
	return p.sync(update)
}

// SyncDiff takes over what joined and left since.
func (p *Presence) SyncDiff(raw jsontext.Value) error {
	p.finishWork()
	return p.sync(presenceUpdate{raw: raw})
}

// sync applies an update at once.
func (p *Presence) sync(update presenceUpdate) error {
	w := p.startWork(update, false)
	w.advance(everything)
	return w.err
}

// receive applies an update of the channel.
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

// holdEarly holds a diff that arrived before its join's state, and reports whether it did.
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

// hold keeps a diff, and as many of those before it as there is room for. Under the lock.
func (p *Presence) hold(diff heldDiff, maxBytes int) {
	p.held += len(diff.raw)
	for len(p.waiting) == maxHeldDiffs || len(p.waiting) > 0 && p.held > maxBytes {
		half := (len(p.waiting) + 1) / 2 // so that it is seldom done
		for _, old := range p.waiting[:half] {
			p.held -= len(old.raw)
		}
		p.waiting = slices.Delete(p.waiting, 0, half)
	}
	p.waiting = append(p.waiting, diff)
}

// Count is how many keys are present.
func (p *Presence) Count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.state.entries)
}

// Keys of all who are present, in the order they joined.
func (p *Presence) Keys() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.keys()
}

// Metas returns how many metas all keys have, and for the first of them, at most limit, the key and how many metas it has.
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

// PresenceCount is how many metas a key has.
type PresenceCount struct {
	Key   string
	Metas int
}

// Get gives the entry of a key, nil if it is not present.
func (p *Presence) Get(key string) *PresenceEntry {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.get(key)
}

// JSON is the whole state, as the server would send it.
func (p *Presence) JSON() jsontext.Value {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.json()
}

// Clear forgets who is present, and gives them as those who left, without telling the handlers. The diffs that come go on from there;
// the next state brings all back. What of a state was not told yet never is.
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

// ListPresences returns convert's result for each entry, in the order in which the keys joined.
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
