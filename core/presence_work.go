package core

import (
	"cmp"
	"encoding/json/jsontext"
	"fmt"
	"slices"
)

// PresenceParts delivers changes in parts, so that a presence of thousands of keys does not block
// other events. A large state or diff is computed on a separate goroutine while later events wait.
// Its parts are then delivered as Dispatch has room for them; each key counts like a message. The
// presence always shows the changes that have been delivered so far.
type PresenceParts struct {
	// Prepare is called for each state and diff, on the goroutine that calls handlers. The function
	// that it returns, if not nil, is called with each part, on any goroutine, before Deliver.
	Prepare func() func(*PresencePart)
	// Deliver handles a part.
	Deliver func(*PresencePart)
}

// PresencePart is a part of the changes of a state or a diff.
type PresencePart struct {
	Joins, Leaves []PresenceChange
	// Now holds each changed key with its entry after the part, nil for a key that is gone.
	Now []PresenceNow
	// Beside reports that the part was computed on a separate goroutine, as for large updates.
	Beside bool
	// ByHand reports that the part is from an argument of SyncState or SyncDiff, not from a diff
	// that was held for that state.
	ByHand bool
	// Prepared is for use by [PresenceParts].Prepare. If it has a method Release(), that is called
	// in the end, even if the part was not delivered.
	Prepared any
}

// PresenceNow is a key and its entry after a change.
type PresenceNow struct {
	Key   string
	Entry *PresenceEntry
}

func (p *PresencePart) release() { releasePrepared(p.Prepared) }

// InParts makes the presence deliver its changes in parts, before other handlers. Call it before
// the first message arrives.
func (p *Presence) InParts(parts PresenceParts) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.parts = &parts
}

const (
	// maxPartKeys limits the keys of a part.
	maxPartKeys = 250
	// maxPartsAhead limits the parts that are prepared before their delivery.
	maxPartsAhead = 16
	// besideFrom is the size, in bytes of JSON, from which it takes a dispatch longer to compute an
	// update than to wait for another goroutine.
	besideFrom = 16 << 10
)

// presenceUpdate is a state or a diff.
type presenceUpdate struct {
	raw      jsontext.Value
	isState  bool
	receiver receiver // zero for SyncDiff, and for SyncState without a channel
}

// presenceWork applies an update. It is computed by its caller, or on a separate goroutine.
type presenceWork struct {
	presence *Presence
	update   presenceUpdate
	waiting  []heldDiff          // diffs that were held for the state
	prepare  func(*PresencePart) // may be nil
	inParts  bool                // it is delivered in parts
	channel  *Channel            // the followed channel, may be nil
	reports  bool                // it is from the channel: faults are reported as errors of the socket
	begun    bool                // computing it has begun
	stopped  bool                // no more parts are delivered; guarded by presence.mu
	stop     chan struct{}       // closed when stopped is set
	parts    chan *PresencePart  // parts from the separate goroutine; nil: there is none
	err      error
	failed   bool // nothing is applied
}

func (p *Presence) startWork(update presenceUpdate, reports bool) *presenceWork {
	p.mu.Lock()
	w := &presenceWork{presence: p, update: update, inParts: p.parts != nil, channel: p.channel, reports: reports}
	for _, diff := range p.waiting {
		if update.isState && diff.receiver == update.receiver { // others are from an earlier join: the state includes them
			w.waiting = append(w.waiting, diff)
		}
	}
	p.works = append(p.works, w)
	parts := p.parts
	p.mu.Unlock()
	if parts != nil {
		w.call(func() { w.prepare = parts.Prepare() })
	}
	return w
}

// abandonWork stops the updates that are still being delivered. p.mu must be held.
func (p *Presence) abandonWork() {
	for _, w := range p.works {
		w.stopped = true
		if w.parts != nil {
			close(w.stop)
		}
		if w.update.isState {
			p.synced = w.update.receiver
		}
	}
	p.works = nil
}

// finishWork delivers the remaining parts of all updates.
func (p *Presence) finishWork() {
	p.mu.Lock()
	works := slices.Clone(p.works)
	p.mu.Unlock()
	for _, w := range works {
		w.advance(everything)
	}
}

// computeBeside computes the update on a separate goroutine.
func (w *presenceWork) computeBeside() {
	p := w.presence
	p.mu.Lock()
	defer p.mu.Unlock()
	if w.stopped {
		return
	}
	w.parts, w.stop = make(chan *PresencePart, maxPartsAhead), make(chan struct{})
	go w.call(func() {
		defer close(w.parts)
		w.compute(func(part *PresencePart) bool {
			select {
			case w.parts <- part:
				return true
			case <-w.stop:
				part.release()
				return false
			}
		})
	})
}

// advance delivers the parts that are ready and fit into room. It runs on the goroutine that calls
// handlers.
func (w *presenceWork) advance(room int) (used int, done bool) {
	if w.parts == nil {
		if w.claim() {
			w.compute(func(part *PresencePart) bool {
				used += part.size()
				return w.applyPart(part)
			})
			w.complete()
		}
		return used, true
	}
	for used < room || room == everything {
		part, more := w.next(room == everything)
		if part != nil {
			used += part.size()
			w.applyPart(part)
			continue
		}
		if !more {
			w.complete()
		}
		return used, !more
	}
	return used, false
}

// claim reports whether the caller may compute the update. It returns false once that has begun:
// the caller is then one of the update's own handlers, or another thread, that wants the update
// finished.
func (w *presenceWork) claim() bool {
	p := w.presence
	p.mu.Lock()
	defer p.mu.Unlock()
	before := w.begun
	w.begun = true
	return !before && !w.stopped
}

// next returns the next part from the separate goroutine, nil if none is ready or none is left.
func (w *presenceWork) next(wait bool) (part *PresencePart, more bool) {
	if wait {
		part, more = <-w.parts
		return part, more
	}
	select {
	case part, more = <-w.parts:
		return part, more
	default:
		return nil, true
	}
}

func (p *PresencePart) size() int { return len(p.Joins) + len(p.Leaves) }

// isLeft reports whether the channel has been left since, perhaps after a part. The remaining parts
// are then not delivered.
func (w *presenceWork) isLeft() bool {
	return w.inParts && w.reports && w.channel.isLeftSince(w.update.receiver.leaves)
}

// applyPart applies a part to the presence and delivers it.
func (w *presenceWork) applyPart(part *PresencePart) bool {
	defer part.release()
	p := w.presence
	if w.isLeft() {
		return false
	}
	p.mu.Lock()
	if w.stopped {
		p.mu.Unlock()
		return false
	}
	for _, change := range part.Now {
		if change.Entry != nil {
			p.state.set(change.Key, change.Entry)
		} else {
			p.state.remove(change.Key)
		}
	}
	p.mu.Unlock()
	w.deliverPart(part)
	return true
}

// deliverPart runs the handlers of a part. p.mu must not be held.
func (w *presenceWork) deliverPart(part *PresencePart) {
	p := w.presence
	p.mu.Lock()
	parts, onChange, onJoin, onLeave := p.parts, p.onChange, p.onJoin, p.onLeave
	p.mu.Unlock()
	if parts != nil {
		w.call(func() { parts.Deliver(part) })
	}
	if part.size() > 0 {
		for _, fn := range onChange {
			w.call(func() { (*fn)(part.Joins, part.Leaves) })
		}
	}
	w.deliverChanges(onJoin, part.Joins)
	w.deliverChanges(onLeave, part.Leaves)
}

func (w *presenceWork) deliverChanges(list handlers[func(string, *PresenceEntry, *PresenceEntry)], changes []PresenceChange) {
	for _, c := range changes {
		for _, fn := range list {
			w.call(func() { (*fn)(c.Key, c.Current, c.Changed) })
		}
	}
}

// call runs a handler through the channel's socket, if there is one.
func (w *presenceWork) call(handler func()) {
	if w.channel == nil {
		handler()
		return
	}
	w.channel.socket.call(handler)
}

// complete ends the update once all its parts are delivered.
func (w *presenceWork) complete() {
	p := w.presence
	p.mu.Lock()
	i := slices.Index(p.works, w)
	if i < 0 { // stopped, or already complete
		p.mu.Unlock()
		return
	}
	p.works = slices.Delete(p.works, i, i+1)
	if w.update.isState && !w.failed {
		p.synced, p.waiting, p.held = w.update.receiver, nil, 0
	}
	onSync := p.onSync
	p.mu.Unlock()
	if !w.failed && !w.isLeft() {
		for _, fn := range onSync {
			w.call(*fn)
		}
	}
	if w.reports && w.err != nil {
		w.report()
	}
}

// report reports a malformed state or diff from the server. It runs while the update is delivered,
// so it calls the OnError handlers directly: a queued error would arrive after the messages that
// are already queued.
func (w *presenceWork) report() {
	s := w.channel.socket
	err := fmt.Errorf("%w (topic %q)", w.err, w.channel.topic)
	s.mu.Lock()
	s.counters.MalformedMessages++
	s.journal.note(LevelInfo, happenedError, "error", "err", err)
	s.mu.Unlock()
	tellAll(s, &s.onError, func(fn func(error)) { fn(err) })
}

// compute finds what the update changes and yields it in parts.
func (w *presenceWork) compute(yield func(*PresencePart) bool) {
	rounds := w.rounds()
	limit := 0
	if w.inParts {
		limit = maxPartKeys
	}
	for i, round := range rounds {
		for part := range round.parts(limit) {
			part.Beside, part.ByHand = w.parts != nil, i == 0 && !w.reports
			if w.prepare != nil {
				w.call(func() { w.prepare(part) })
			}
			if !yield(part) {
				return
			}
		}
	}
}

// rounds parses the update and computes the effect of each of its diffs. A state is a diff to the
// current list; the diffs held for it follow.
func (w *presenceWork) rounds() (rounds []presenceRound) {
	var state *presences
	diffs := make([]presencesDiff, 0, 1+len(w.waiting))
	if w.update.isState {
		state, w.err = parsePresences(w.update.raw)
		if w.failed = w.err != nil; w.failed {
			w.err = fmt.Errorf("%w state: %w", errPresence, w.err)
			return nil
		}
	} else {
		w.waiting = []heldDiff{{raw: w.update.raw}}
	}
	for _, diff := range w.waiting {
		joins, leaves, err := parseDiff(diff.raw)
		if err != nil {
			w.err = cmp.Or(w.err, fmt.Errorf("%w diff: %w", errPresence, err)) // the first is enough
			continue
		}
		diffs = append(diffs, presencesDiff{joins.list(), leaves.list()})
	}
	w.failed = !w.update.isState && w.err != nil

	p := w.presence
	p.mu.Lock()
	defer p.mu.Unlock()
	if state != nil {
		joins, leaves := p.state.diffTo(state)
		diffs = slices.Insert(diffs, 0, presencesDiff{joins, leaves})
	}
	view := presenceView{list: p.state}
	for i, diff := range diffs {
		rounds = append(rounds, view.round(diff, i < len(diffs)-1))
	}
	return rounds
}
