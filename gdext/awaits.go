package gdext

import (
	"sync"

	"phoenixchannels/gdext/engine"
)

// awaits sees to it that a call of GDScript which awaits a push leaves nothing
// behind when its node is freed meanwhile. The engine (4.6) then forgets the
// call without destroying its locals, one of which is the push; unless somebody
// else holds the call, as happens with what is connected to "completed" here,
// until the push is complete.
type awaits struct {
	mu     sync.Mutex
	pushes []*push // made since the message queue ran last
}

var awaited awaits

// expect looks at a new push as soon as the code that made it has had the time
// to await it.
func (a *awaits) expect(p *push) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.pushes = append(a.pushes, p); len(a.pushes) == 1 {
		engine.Defer(a.look)
	}
}

// look keeps each push while it asks, as a thread may let go of the last other
// reference meanwhile.
func (a *awaits) look() {
	a.mu.Lock()
	pushes := a.pushes
	a.pushes = nil
	a.mu.Unlock()
	for _, p := range pushes {
		if kept := p.keep(); kept != nil {
			if p.object.IsHeard(onCompleted) {
				p.hold(p.object.Listeners(onCompleted))
			}
			kept.Release()
		}
	}
}

// keep makes a reference to a push that is not complete; of others it is nil.
func (p *push) keep() *engine.Ref {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.first != nil {
		return nil
	}
	return p.self.Clone()
}

// hold keeps what waits for the push to complete, unless it is complete.
func (p *push) hold(listeners []*engine.Ref) {
	p.mu.Lock()
	waits := p.self != nil && p.first == nil
	if waits {
		p.listeners = listeners
	}
	p.mu.Unlock()
	if !waits {
		release(listeners)
	}
}

// letGo ends that.
func (p *push) letGo() {
	p.mu.Lock()
	listeners := p.listeners
	p.listeners = nil
	p.mu.Unlock()
	release(listeners)
}
