package chaos_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"phoenixchannels/core"
)

// ledger records the pushes with their outcomes, and the errors.
type ledger struct {
	mu        sync.Mutex
	pushes    int
	completed int // by OnComplete
	received  int // by the hooks of Receive
	refused   map[string]int
	outcomes  map[string]int
	ending    bool          // the sockets are being closed
	recovery  time.Duration // the longest from a channel's loss to its rejoin
	rejoins   int
	problems  []string
}

func newLedger() *ledger { return &ledger{refused: map[string]int{}, outcomes: map[string]int{}} }

// refusalOf names what a call refused a push with.
func refusalOf(err error) string {
	for _, known := range []error{core.ErrChannelClosed, core.ErrBufferFull, core.ErrNotJoined, core.ErrSocketClosed} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return err.Error()
}

// maxProblems is how many are kept; a broken promise rarely breaks once.
const maxProblems = 20

func (l *ledger) problem(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.problems) < maxProblems {
		l.problems = append(l.problems, fmt.Sprintf(format, args...))
	}
}

// watch notes a push and what it completes with. check looks at a reply that the server sent.
func (l *ledger) watch(p *core.Push, err error, check func(core.Reply) error) {
	if err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.refused[refusalOf(err)]++
		return
	}
	l.count(&l.pushes)
	isJoin := p.Event() == "phx_join" // whose hooks run at each rejoin too
	var completed, received atomic.Int32
	for _, status := range []string{core.StatusOK, core.StatusError, core.StatusTimeout, core.StatusClosed} {
		p.Receive(status, func(core.Reply) {
			if times := received.Add(1); times == 1 {
				l.count(&l.received)
			} else if !isJoin {
				l.problem("the hooks of push %s of %s ran %d times", p.Event(), p.Topic(), times)
			}
		})
	}
	p.OnComplete(func(r core.Reply) {
		if times := completed.Add(1); times > 1 {
			l.problem("push %s of %s completed %d times", p.Event(), p.Topic(), times)
			return
		}
		l.mu.Lock()
		l.outcomes[r.Status]++
		l.mu.Unlock()
		l.count(&l.completed)
		if check != nil && r.Status != core.StatusTimeout && r.Status != core.StatusClosed {
			if err := check(r); err != nil {
				l.problem("the reply of push %s of %s: %v", p.Event(), p.Topic(), err)
			}
		}
	})
}

func (l *ledger) count(what *int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*what++
}

// recovered notes a rejoin, and how long the channel was away.
func (l *ledger) recovered(after time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rejoins++
	l.recovery = max(l.recovery, after)
}

// closed notes the end of a channel that was to stay.
func (l *ledger) closed(c *core.Channel, reason core.Payload) {
	l.mu.Lock()
	ending := l.ending
	l.mu.Unlock()
	if !ending {
		l.problem("%s was closed: %v", c.Topic(), reason)
	}
}

// end allows channels to close.
func (l *ledger) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ending = true
}

// settled reports whether every push has completed, in both ways to learn of it.
func (l *ledger) settled() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.completed == l.pushes && l.received == l.pushes
}

func (l *ledger) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprintf("%d pushes (%s; refused by the call: %s), %d rejoins, longest recovery of a channel %v",
		l.pushes, tally(l.outcomes), tally(l.refused), l.rejoins, l.recovery.Round(time.Millisecond))
}

// tally lists counts by name.
func tally(counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s %d", name, counts[name]))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}
