package core

import (
	"cmp"
	"encoding/json/jsontext"
	"fmt"
	"slices"
)

// PresenceParts takes what changes in parts, so that thousands who are present hold nobody up: a large state or diff is worked out on a
// goroutine of its own, while what came after it waits, and is then told as Dispatch has room for it, where each key counts like a message.
// The presence always shows what was told until then.
type PresenceParts struct {
	// Prepare is called, where handlers are, for each state and diff. What it returns is called with each part, on any goroutine, before
	// Deliver has it; nil: there is nothing to prepare.
	Prepare func() func(*PresencePart)
	// Deliver is the handler of the parts.
	Deliver func(*PresencePart)
}

// PresencePart is a part of what a state or a diff changed.
type PresencePart struct {
	Joins, Leaves []PresenceChange
	// Now is each key that the part changed with what it has after it: nil for one that is gone.
	Now []PresenceNow
	// Beside says that it was worked out on a goroutine of its own, as it is of many.
	Beside bool
	// Prepared is for [PresenceParts].Prepare. If it has a method Release(), that is called in the end, also when nobody was told.
	Prepared any
}

// PresenceNow is what a key has after a change.
type PresenceNow struct {
	Key   string
	Entry *PresenceEntry
}

func (p *PresencePart) release() {
	if prepared, ok := p.Prepared.(interface{ Release() }); ok {
		prepared.Release()
	}
}

// InParts makes the presence tell its changes in parts, before other handlers. Call it before the first message.
func (p *Presence) InParts(parts PresenceParts) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.parts = &parts
}

const (
	// maxPartKeys is how many keys a part has at most.
	maxPartKeys = 250
	// maxPartsAhead is how many parts are prepared before they are told.
	maxPartsAhead = 16
	// besideFrom is from how many bytes of JSON on it takes a dispatch longer to work an update out than to wait for another goroutine.
	besideFrom = 16 << 10
)

// presenceUpdate is a state or a diff.
type presenceUpdate struct {
	raw     jsontext.Value
	isState bool
	joinRef string // of a state
}

// presenceWork takes an update over. It is worked out by whoever advances it, or beside them.
type presenceWork struct {
	presence *Presence
	update   presenceUpdate
	waiting  []heldDiff          // for the state
	prepare  func(*PresencePart) // may be nil
	reports  bool                // faults are the socket's errors
	begun    bool                // by who advances it
	stopped  bool                // nobody is to be told any more; guarded by presence.mu
	stop     chan struct{}       // closed when it is stopped
	parts    chan *PresencePart  // what was worked out beside; nil: nothing is
	err      error
	failed   bool // nothing is taken over
}

func (p *Presence) begin(update presenceUpdate) *presenceWork {
	p.mu.Lock()
	w := &presenceWork{presence: p, update: update}
	for _, diff := range p.waiting {
		if update.isState && diff.joinRef == update.joinRef { // else of a join that is over: the state has it all
			w.waiting = append(w.waiting, diff)
		}
	}
	p.works = append(p.works, w)
	inParts := p.parts
	p.mu.Unlock()
	if inParts != nil {
		p.call(func() { w.prepare = inParts.Prepare() })
	}
	return w
}

// abandon stops what is still being told. The lock must be held.
func (p *Presence) abandon() {
	for _, w := range p.works {
		w.stopped = true
		if w.parts != nil {
			close(w.stop)
		}
		if w.update.isState {
			p.joinRef = w.update.joinRef
		}
	}
	p.works = nil
}

// finish tells the rest of what is being told.
func (p *Presence) finish() {
	p.mu.Lock()
	works := slices.Clone(p.works)
	p.mu.Unlock()
	for _, w := range works {
		w.advance(everything)
	}
}

// workBeside works the update out on a goroutine of its own.
func (w *presenceWork) workBeside() {
	p := w.presence
	p.mu.Lock()
	defer p.mu.Unlock()
	if w.stopped {
		return
	}
	w.parts, w.stop = make(chan *PresencePart, maxPartsAhead), make(chan struct{})
	go p.call(func() {
		defer close(w.parts)
		w.work(func(part *PresencePart) bool {
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

// advance tells what there is, as far as there is room. It runs where handlers are called.
func (w *presenceWork) advance(room int) (used int, done bool) {
	if w.parts == nil {
		if w.beginHere() {
			w.work(func(part *PresencePart) bool {
				used += part.size()
				return w.take(part)
			})
			w.end()
		}
		return used, true
	}
	for used < room || room == everything {
		part, more := w.next(room == everything)
		if part != nil {
			used += part.size()
			w.take(part)
			continue
		}
		if !more {
			w.end()
		}
		return used, !more
	}
	return used, false
}

// beginHere is false when it has begun: one of its own handlers, or another thread, wants it to be finished.
func (w *presenceWork) beginHere() bool {
	p := w.presence
	p.mu.Lock()
	defer p.mu.Unlock()
	before := w.begun
	w.begun = true
	return !before && !w.stopped
}

// next gives the next part that was worked out beside: nil when there is none yet, or no more.
func (w *presenceWork) next(waits bool) (part *PresencePart, more bool) {
	if waits {
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

// isLeft says that the channel was left since, which then hears no more.
func (w *presenceWork) isLeft() bool { return w.reports && w.presence.channel.isLeft() }

// take makes a part what the presence shows, and tells it.
func (w *presenceWork) take(part *PresencePart) bool {
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
	for _, now := range part.Now {
		if now.Entry != nil {
			p.state.set(now.Key, now.Entry)
		} else {
			p.state.remove(now.Key)
		}
	}
	p.mu.Unlock()
	p.tell(part)
	return true
}

// end tells that all was told.
func (w *presenceWork) end() {
	p := w.presence
	p.mu.Lock()
	at := slices.Index(p.works, w)
	if at < 0 { // stopped, or ended before
		p.mu.Unlock()
		return
	}
	p.works = slices.Delete(p.works, at, at+1)
	if w.update.isState && !w.failed {
		p.joinRef, p.waiting, p.held = w.update.joinRef, nil, 0
	}
	onSync := p.onSync
	p.mu.Unlock()
	if onSync != nil && !w.failed && !w.isLeft() {
		p.call(onSync)
	}
	if w.reports {
		p.report(w.err)
	}
}

// work works out what the update changes, and yields it in parts.
func (w *presenceWork) work(yield func(*PresencePart) bool) {
	rounds := w.rounds()
	w.presence.mu.Lock()
	limit := 0
	if w.presence.parts != nil {
		limit = maxPartKeys
	}
	w.presence.mu.Unlock()
	for _, round := range rounds {
		for part := range round.parts(limit) {
			part.Beside = w.parts != nil
			if w.prepare != nil {
				w.presence.call(func() { w.prepare(part) })
			}
			if !yield(part) {
				return
			}
		}
	}
}

// rounds reads the update and finds what each of its diffs changes. A state is a diff to what is known, and those that waited for it follow.
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
			w.err = cmp.Or(w.err, fmt.Errorf("%w diff: %w", errPresence, err)) // one is enough to look for
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
