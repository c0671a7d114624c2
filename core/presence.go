package core

import (
	"encoding/json/jsontext"
	"fmt"
	"log/slog"
	"slices"
	"sync"
)

// PresenceEvents names the events that carry a presence's state and diffs. The zero value means Phoenix's own: presence_state and
// presence_diff.
type PresenceEvents struct{ State, Diff string }

// Presence keeps the list of who is in a topic, from the state and the diffs that Phoenix.Presence sends. It follows a channel by
// itself: diffs that come before the state, after a rejoin too, wait for it.
type Presence struct {
	channel *Channel

	mu       sync.Mutex
	state    *presenceState
	deaf     bool       // does not follow the channel
	joinRef  string     // of the join whose state we have; empty before the first
	waiting  []heldDiff // that came before the state
	held     int        // bytes of them
	onJoin   func(key string, current, joined *PresenceEntry)
	onLeave  func(key string, current, left *PresenceEntry)
	onSync   func()
	onChange func(joins, leaves []PresenceChange)
	parts    *PresenceParts
	works    []*presenceWork // that are not over
}

// heldDiff is a diff that waits for the state of its join.
type heldDiff struct {
	joinRef string
	raw     jsontext.Value
}

// maxHeldDiffs limits the diffs that wait, as Config.MaxQueuedBytes does, for a server that sends diffs and never a state. The oldest
// go first.
const maxHeldDiffs = 4096

// NewPresence makes a presence that follows channel. With a nil channel it follows none: feed it with SyncState and SyncDiff.
func NewPresence(channel *Channel, events PresenceEvents) *Presence {
	p := &Presence{channel: channel, state: newPresenceState()}
	if channel == nil {
		return p
	}
	setDefault(&events.State, "presence_state")
	setDefault(&events.Diff, "presence_diff")
	channel.On(events.State, func(m *Message) {
		if p.follows() {
			p.receive(presenceUpdate{raw: m.Payload.JSON(), isState: true, joinRef: m.during})
		}
	})
	channel.On(events.Diff, func(m *Message) {
		if p.follows() && !p.waits(heldDiff{m.during, m.Payload.JSON()}) {
			p.receive(presenceUpdate{raw: m.Payload.JSON()})
		}
	})
	return p
}

// Follow says whether the presence takes what its channel receives, as it does from the start. While it does not, feed it with
// SyncState and SyncDiff.
func (p *Presence) Follow(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deaf = !on
}

func (p *Presence) follows() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.deaf
}

// report reports a state or a diff that the server got wrong. It runs while that is delivered, so it tells OnError at once: queued, the
// error would come after the messages that wait already.
func (p *Presence) report(err error) {
	if err == nil {
		return
	}
	s := p.channel.socket
	err = fmt.Errorf("%w (topic %q)", err, p.channel.topic)
	s.mu.Lock()
	s.counters.MalformedMessages++
	s.journal.note(slog.LevelInfo, "error", "err", err)
	s.mu.Unlock()
	tellAll(s, &s.onError, func(fn func(error)) { fn(err) })
}

// OnJoin calls fn for each key that joined, with what was there before (nil if nothing) and the metas that are new. Like the other
// handlers it replaces an earlier one.
func (p *Presence) OnJoin(fn func(key string, current, joined *PresenceEntry)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onJoin = fn
}

// OnLeave calls fn for each key that left, with what remains (without metas if nothing) and the metas that are gone.
func (p *Presence) OnLeave(fn func(key string, current, left *PresenceEntry)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onLeave = fn
}

// OnSync calls fn after each state or diff that was taken over, once the list is up to date.
func (p *Presence) OnSync(fn func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onSync = fn
}

// OnChange calls fn with what one state or diff changed, before OnJoin and OnLeave; not when it changed nothing. Diffs that waited for a
// state are told one by one after it, and a presence in parts (see [Presence.InParts]) tells each part.
func (p *Presence) OnChange(fn func(joins, leaves []PresenceChange)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onChange = fn
}

// SyncState takes over the server's whole state, then the diffs that waited for it.
func (p *Presence) SyncState(raw jsontext.Value) error {
	update := presenceUpdate{raw: raw, isState: true}
	if p.channel != nil {
		update.joinRef = p.channel.JoinRef()
	}
	p.mu.Lock()
	p.abandon() // it is out of date
	p.mu.Unlock()
	return p.sync(update)
}

// SyncDiff takes over what joined and left since.
func (p *Presence) SyncDiff(raw jsontext.Value) error {
	p.finish()
	return p.sync(presenceUpdate{raw: raw})
}

// sync takes an update over here and now.
func (p *Presence) sync(update presenceUpdate) error {
	w := p.begin(update)
	w.advance(everything)
	return w.err
}

// receive takes an update of the channel over.
func (p *Presence) receive(update presenceUpdate) {
	p.mu.Lock()
	inParts := p.parts != nil
	p.mu.Unlock()
	if !inParts {
		p.report(p.sync(update))
		return
	}
	w := p.begin(update)
	w.reports = true
	if len(update.raw) >= besideFrom {
		w.workBeside()
	}
	p.channel.socket.events.proceed(w)
}

// waits keeps a diff that came before the state of its join, and tells whether it did.
func (p *Presence) waits(diff heldDiff) bool {
	s := p.channel.socket
	s.mu.Lock()
	maxBytes := s.config.MaxQueuedBytes
	s.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	early := p.joinRef == "" || p.joinRef != diff.joinRef
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

// tell runs the handlers of a part, outside of the lock.
func (p *Presence) tell(part *PresencePart) {
	p.mu.Lock()
	inParts, onChange, onJoin, onLeave := p.parts, p.onChange, p.onJoin, p.onLeave
	p.mu.Unlock()
	if inParts != nil {
		p.call(func() { inParts.Deliver(part) })
	}
	if onChange != nil && part.size() > 0 {
		p.call(func() { onChange(part.Joins, part.Leaves) })
	}
	if onJoin != nil {
		for _, c := range part.Joins {
			p.call(func() { onJoin(c.Key, c.Current, c.Changed) })
		}
	}
	if onLeave != nil {
		for _, c := range part.Leaves {
			p.call(func() { onLeave(c.Key, c.Current, c.Changed) })
		}
	}
}

// call runs a handler as the socket would, if there is one.
func (p *Presence) call(handler func()) {
	if p.channel == nil {
		handler()
		return
	}
	p.channel.socket.call(handler)
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
	p.abandon()
	for key, entry := range p.state.all() {
		leaves = append(leaves, PresenceChange{key, entry.with(nil), entry})
	}
	p.state, p.waiting, p.held = newPresenceState(), nil, 0
	return leaves
}

// ListPresences gives what by makes of each entry, in the order the keys joined.
func ListPresences[T any](p *Presence, by func(key string, entry *PresenceEntry) T) []T {
	p.mu.Lock()
	present := make([]keyed, 0, len(p.state.entries))
	for key, entry := range p.state.all() {
		present = append(present, keyed{key, entry})
	}
	p.mu.Unlock()
	list := make([]T, len(present))
	for i, is := range present {
		list[i] = by(is.key, is.entry)
	}
	return list
}
