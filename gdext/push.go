package gdext

import (
	"errors"
	"sync"
	"sync/atomic"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
)

var onCompleted = engine.NewSignal("completed",
	engine.P("status").Of(engine.TypeString), engine.P("response").Of(engine.TypeNil))

var pushClass = &engine.Class{
	Name:    classPush,
	Parent:  "RefCounted",
	New:     func(o engine.Object) any { return &push{instance: instance{object: o}} },
	Signals: []*engine.Signal{onCompleted},
	Methods: []engine.Method{
		engine.Func2("receive", (*push).receive, engine.P("status"), engine.P("callable")).Class(classPush),
		engine.Func0("get_status", (*push).getStatus).Const(),
		engine.Func0("get_response", (*push).getResponse).Const(),
		engine.Func0("get_event", (*push).getEvent).Const(),
		engine.Func0("is_completed", (*push).isCompleted).Const(),
	},
}

// push is the Go side of a PhoenixPush: a message that expects a reply, and its outcome once that
// has been delivered.
type push struct {
	instance
	socket *socket                          // nil for a push created with new()
	event  string                           // "" for a push created with new()
	answer func(core.Reply) signals.Encoded // builds a ping's response; nil: the server's
	core   *core.Push

	mu        sync.Mutex
	self      *engine.Ref // keeps the object alive until the last outcome is delivered
	lasting   bool        // the push of a join, whose hooks run at each rejoin
	delivered bool        // the first outcome has been delivered
	hooks     []hook
	first     *outcome // nil until the push completes
	latest    *outcome // for a join; otherwise equal to first

	listeners []*engine.Ref // see awaitedPushes
}

// outcome is a status and its response.
type outcome struct {
	status   string
	response *engine.Ref
}

// hook is a subscription made with receive().
type hook struct {
	status   string
	callable *engine.Ref
}

// track creates the object for a push that core has started. On an error it reports the error and
// returns nil.
func track(s *socket, method, subject string, started *core.Push, err error, setup func(*push)) *engine.Ref {
	result, err := tryTrack(s, started, err, setup)
	if err != nil {
		mistake(method, subject, err)
	}
	return result
}

// tryTrack is track for callers that report the error themselves.
func tryTrack(s *socket, started *core.Push, err error, setup func(*push)) (*engine.Ref, error) {
	var object engine.Object
	if err == nil {
		object, err = engine.Construct(classPush)
	}
	if err != nil {
		return nil, err
	}
	p := object.Value().(*push)
	p.self = object.Keep()
	result := object.Keep() // for the game, which may ignore it
	if setup != nil {
		setup(p)
	}
	p.awaitOutcome(s, started)
	return result, nil
}

// trackFresh binds a new object to a push that core has started.
func trackFresh(s *socket, started *core.Push, fresh engine.Fresh) {
	p := &push{instance: instance{object: fresh.Object}}
	p.self = fresh.Bind(p)
	p.awaitOutcome(s, started)
}

// awaitOutcome subscribes to the outcome. The socket delivers it later, so a game that awaits it
// right after the call cannot miss it.
func (p *push) awaitOutcome(s *socket, started *core.Push) {
	p.follow(s, started)
	awaited.schedule()
	s.deliverOutsideTree()
}

// follow is the part of awaitOutcome that does not call the engine.
func (p *push) follow(s *socket, started *core.Push) {
	p.socket, p.core, p.event = s, started, started.Event()
	awaited.add(p)
	started.OnOutcome(p.complete)
}

// complete delivers an outcome to its hooks. The first outcome completes the push; a lasting join
// has more. The response is lent, like the reply's, because a hook may free the push's own
// reference.
func (p *push) complete(reply core.Reply) {
	response := p.responseOf(reply)
	former, first, due := p.record(&outcome{reply.Status, response.keep()})
	former.release()
	for _, callable := range due {
		invoke("PhoenixPush.receive", p.event, callable, response)
	}
	releaseAll(due)
	if !first {
		return
	}
	p.emit(onCompleted, reply.Status, response)
	p.releaseListeners()
	p.mu.Lock()
	p.delivered = true
	lasting := p.lasting
	p.mu.Unlock()
	if !lasting {
		p.release()
	}
}

// record stores an outcome. It returns the previous outcome to release, whether this is the first
// outcome, and the hooks to call.
func (p *push) record(latest *outcome) (former *outcome, first bool, due []*engine.Ref) {
	p.mu.Lock()
	defer p.mu.Unlock()
	first = p.first == nil
	if p.gone.Load() { // freed by another thread meanwhile
		return latest, first, nil
	}
	if first {
		p.first = latest
	} else if p.latest != p.first {
		former = p.latest
	}
	p.latest = latest
	for _, h := range p.hooks {
		if h.status == latest.status {
			due = append(due, h.callable.Clone()) // a hook may release this push
		}
	}
	return former, first, due
}

func (o *outcome) release() {
	if o != nil {
		o.response.Release()
	}
}

// finish ends a lasting push; p may be nil. If another thread is delivering the outcome, that
// thread releases the push.
func (p *push) finish() {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.lasting = false
	delivered := p.delivered
	p.mu.Unlock()
	if delivered {
		p.release()
	}
}

// release releases the hooks, which may themselves hold the object, and the reference to the
// object, which lives on if the game holds it.
func (p *push) release() {
	p.mu.Lock()
	self, hooks := p.self, p.hooks
	p.self, p.hooks = nil, nil
	p.mu.Unlock()
	for _, h := range hooks {
		h.callable.Release()
	}
	self.Release()
}

func (p *push) responseOf(reply core.Reply) content {
	if p.answer != nil {
		return content{bytes: p.answer(reply)}
	}
	response, err := p.socket.responseTo(reply)
	if err != nil {
		engine.Error("PhoenixPush", "The response to "+signals.About("the push", p.event)+" cannot be converted to a Variant: "+signals.Plain(err)+".")
	}
	return response
}

func (p *push) receive(status string, callable engine.Callable) *engine.Ref {
	if p.event == "" {
		engine.Error("PhoenixPush.receive", "PhoenixPush.receive(): this push was made with new() and is never sent; use a push that join(), push(), leave() or ping() returned.")
		return p.object.Keep()
	}
	if callable.IsNull() {
		mistake("PhoenixPush.receive", signals.About("status", status), errNoCallable)
		return p.object.Keep()
	}
	p.mu.Lock()
	var late *engine.Ref // the response of an earlier outcome
	if p.latest != nil && p.latest.status == status {
		late = p.latest.response.Clone()
	}
	if p.self != nil { // more outcomes will follow
		p.hooks = append(p.hooks, hook{status, callable.Keep()})
	}
	p.mu.Unlock()
	if late != nil {
		p.callLate(callable.Keep(), late)
	}
	return p.object.Keep()
}

// callLate calls a hook for an outcome that arrived before the hook was added. It runs on the
// thread that delivers, before the next outcome.
func (p *push) callLate(callable, response *engine.Ref) {
	p.core.OnComplete(func(core.Reply) {
		invoke("PhoenixPush.receive", p.event, callable, content{made: response})
		callable.Release()
		response.Release()
	})
	p.socket.deliverOutsideTree()
}

// invoke calls a game's Callable with one argument, the payload of an event. Like a signal, it skips
// a Callable whose object has been freed; the result is then false.
func invoke(method, event string, callable *engine.Ref, argument content) (called bool) {
	if ended.Load() {
		return true
	}
	switch err := callable.Invoke(appendContent(engine.Args{Count: 1}, argument)); {
	case errors.Is(err, engine.ErrGone):
		return false
	case err != nil:
		engine.Error(method, signals.Mistake(method, signals.About("event", event), signals.NotCallable(callable.Method(), err)))
	}
	return true
}

func (p *push) getStatus() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.first == nil {
		return ""
	}
	return p.first.status
}

func (p *push) getResponse() engine.GivenVariant {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.first == nil {
		return engine.GivenVariant{Ref: engine.NewRef(signals.Null)}
	}
	return engine.GivenVariant{Ref: p.first.response.Clone()}
}

func (p *push) getEvent() string { return p.event }

func (p *push) isCompleted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.first != nil
}

// Freed releases the object's references.
func (p *push) Freed() {
	p.gone.Store(true)
	p.releaseListeners()
	p.release()
	p.mu.Lock()
	first, latest := p.first, p.latest
	p.first, p.latest = nil, nil
	p.mu.Unlock()
	first.release()
	if latest != first {
		latest.release()
	}
}

// awaitedPushes prevents a leak of GDScript calls that await a push when their node is freed. The
// engine (4.6) then drops the call without destroying its locals, one of which is the push, unless
// another reference to the call exists. A push therefore holds everything that is connected to
// "completed" until it is complete.
type awaitedPushes struct {
	scheduled atomic.Bool
	mu        sync.Mutex
	pushes    []*push // created since the message queue last ran
}

var awaited awaitedPushes

// add adds a new push to the next check.
func (a *awaitedPushes) add(p *push) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pushes = append(a.pushes, p)
}

// schedule schedules the check of the pushes that have been added, or are in later, after the code
// that created them has had time to await them.
func (a *awaitedPushes) schedule() {
	if !a.scheduled.Swap(true) {
		engine.Defer(a.holdListeners)
	}
}

// holdListeners makes each new push hold its listeners. It holds the push meanwhile, because a
// thread may release the last other reference.
func (a *awaitedPushes) holdListeners() {
	a.scheduled.Store(false)
	later.flush()
	a.mu.Lock()
	pushes := a.pushes
	a.pushes = nil
	a.mu.Unlock()
	for _, p := range pushes {
		if kept := p.keepPending(); kept != nil {
			if p.object.IsHeard(onCompleted) {
				p.holdListeners(p.object.Listeners(onCompleted))
			}
			kept.Release()
		}
	}
}

// keepPending returns a new reference to the push if it is not complete, or nil.
func (p *push) keepPending() *engine.Ref {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.first != nil {
		return nil
	}
	return p.self.Clone()
}

// holdListeners stores the listeners if the push is not complete, and otherwise releases them.
func (p *push) holdListeners(listeners []*engine.Ref) {
	p.mu.Lock()
	pending := p.self != nil && p.first == nil
	if pending {
		p.listeners = listeners
	}
	p.mu.Unlock()
	if !pending {
		releaseAll(listeners)
	}
}

// releaseListeners releases the listeners.
func (p *push) releaseListeners() {
	p.mu.Lock()
	listeners := p.listeners
	p.listeners = nil
	p.mu.Unlock()
	releaseAll(listeners)
}

// defaultTimeout, as an argument of a method, selects the socket's timeout.
const defaultTimeout int64 = -1
