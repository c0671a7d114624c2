package gdext

import (
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
)

// later holds the pushes that the goroutine that writes to the connection makes, so that push()
// only checks and encodes. Any other call from the engine makes the rest first, and so does the
// message queue, once a frame. So nothing can tell such a push from one that was made at once.
var later laterPushes

type laterPushes struct {
	count  atomic.Int32 // in list, and taken from it but not made yet
	making sync.Mutex   // held while pushes are made; acquired before mu
	spare  []laterPush  // memory for the next list; guarded by making

	mu       sync.Mutex
	list     []laterPush
	bytes    int
	isMaking bool // whoever does looks at list again
}

// laterPush is a push that has been checked. The game already has its object.
type laterPush struct {
	binding       *binding
	origin, event string
	payload       core.Payload
	timeout       time.Duration
	fresh         engine.Fresh
}

// Of what core allows, half may be in the list while the other half is being made.
const (
	laterPushesMax = core.MaxLaterPushes / 2
	laterBytesMax  = core.MaxLaterBytes / 2
)

// pushLater adds a push that core would send now, and that needs nothing of the engine's, to later.
// It returns false for any other push.
func (b *binding) pushLater(event string, payload engine.Encoded, timeout time.Duration, fresh engine.Fresh) bool {
	plain := payload.Plain()
	if plain == nil || payload.Type() != engine.TypeDictionary || !b.socket.departure.inTree.Load() || !b.core.CanPushLater(event) {
		return false
	}
	added, isFirst := later.add(laterPush{b, debugger.line(), event, signals.Later(copies.of(plain)), timeout, fresh})
	if isFirst {
		b.core.Socket().WakeWriter()
	}
	if added {
		awaited.schedule()
	}
	return added
}

// add adds a push, unless there are too many. isFirst is set if the writer of the push's socket does
// not know of it yet.
func (l *laterPushes) add(p laterPush) (added, isFirst bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	bytes := p.payload.Len() + core.LaterPushOverhead
	if len(l.list) >= laterPushesMax || l.bytes+bytes > laterBytesMax {
		return false, false
	}
	l.list = append(l.list, p)
	l.bytes += bytes
	l.count.Add(1)
	last := len(l.list) - 1
	return true, !l.isMaking && (last == 0 || l.list[last-1].binding.socket != l.list[last].binding.socket)
}

// flush makes the pushes, in order, on any goroutine. They have been made when it returns.
func (l *laterPushes) flush() {
	if l.count.Load() == 0 {
		return
	}
	l.making.Lock()
	defer l.making.Unlock()
	for list := l.take(); len(list) > 0; list = l.take() {
		for i := range list {
			list[i].make()
		}
		clear(list)
		l.spare = list
		l.count.Add(-int32(len(list)))
	}
}

func (l *laterPushes) take() []laterPush {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isMaking = len(l.list) > 0; !l.isMaking {
		return nil
	}
	list := l.list
	l.list, l.bytes = l.spare[:0], 0
	return list
}

func (p *laterPush) make() {
	s := p.binding.socket
	defer func() {
		if value := recover(); value != nil {
			s.log.Panicked(value, debug.Stack())
		}
	}()
	made := &push{instance: instance{object: p.fresh.Object}}
	made.self = p.fresh.Bind(made)
	made.follow(s, p.binding.core.PushLater(p.origin, p.event, p.payload, p.timeout))
}
