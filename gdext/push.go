package gdext

import (
	"errors"
	"math"
	"sync"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
)

var onCompleted = engine.NewSignal("completed",
	engine.P("status").Of(engine.TypeString), engine.P("response").Of(engine.TypeNil))

var pushClass = &engine.Class{
	Name:    classPush,
	Parent:  "RefCounted",
	New:     func(o engine.Object) any { return &push{node: node{object: o}} },
	Signals: []*engine.Signal{onCompleted},
	Methods: []engine.Method{
		engine.Func2("receive", (*push).receive, engine.P("status"), engine.P("callable")).Class(classPush),
		engine.Func0("get_status", (*push).getStatus).Const(),
		engine.Func0("get_response", (*push).getResponse).Const(),
		engine.Func0("get_event", (*push).getEvent).Const(),
		engine.Func0("is_completed", (*push).isCompleted).Const(),
	},
}

// push is a PhoenixPush: what a message that waits for its reply has completed
// with, once that was delivered.
type push struct {
	node
	socket *socket                  // nil of one that was made with new()
	event  string                   // "" of that
	answer func(core.Reply) encoded // makes the response of a ping; nil: the server's
	core   *core.Push

	mu      sync.Mutex
	self    *engine.Ref // keeps the object alive until it has nothing more to tell
	lasting bool        // a join, whose hooks run at each rejoin
	told    bool        // the first outcome was told
	hooks   []hook
	first   *outcome // nil before
	latest  *outcome // of a join; else the first

	listeners []*engine.Ref // see awaits
}

// outcome is a status and the response that came with it.
type outcome struct {
	status   string
	response *engine.Ref
}

// hook is a subscription of receive.
type hook struct {
	status   string
	callable *engine.Ref
}

// track makes the object for a push that core has started, or tells the game
// why there is none.
func track(of *socket, method, what string, started *core.Push, err error, setup func(*push)) *engine.Ref {
	var object engine.Object
	if err == nil {
		object, err = engine.Construct(classPush)
	}
	if err != nil {
		mistake(method, what, err)
		return nil
	}
	p := object.Value().(*push)
	p.self = object.Keep()
	result := object.Keep() // for the game, which may forget it
	if setup != nil {
		setup(p)
	}
	p.begin(of, started)
	return result
}

// begin makes the object that is fresh that of a push that core has started.
func begin(of *socket, started *core.Push, fresh engine.Fresh) {
	p := &push{node: node{object: fresh.Object}}
	p.self = fresh.Bind(p)
	p.begin(of, started)
}

// begin waits for the outcome. It comes with a later delivery of the socket, so
// that a game that awaits it right after the call cannot miss it.
func (p *push) begin(of *socket, started *core.Push) {
	p.socket, p.core, p.event = of, started, started.Event()
	awaited.expect(p)
	started.OnOutcome(p.complete)
	of.deliverOutside()
}

// complete takes an outcome, and tells the hooks for it. The first completes the push; a join that lasts has further ones. The response is
// lent, as that of the reply is: what the push keeps may go with it in a hook.
func (p *push) complete(reply core.Reply) {
	response := p.responseOf(reply)
	former, first, due := p.note(&outcome{reply.Status, response.keep()})
	former.release()
	for _, callable := range due {
		invoke("PhoenixPush.receive", callable, response)
	}
	release(due)
	if !first {
		return
	}
	p.emit(onCompleted, reply.Status, response)
	p.letGo()
	p.mu.Lock()
	p.told = true
	lasting := p.lasting
	p.mu.Unlock()
	if !lasting {
		p.release()
	}
}

// note keeps an outcome. It returns the one to let go, whether this is the first, and the hooks to call.
func (p *push) note(latest *outcome) (former *outcome, first bool, due []*engine.Ref) {
	p.mu.Lock()
	defer p.mu.Unlock()
	first = p.first == nil
	if p.gone.Load() { // by a thread, meanwhile
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
			due = append(due, h.callable.Clone()) // a hook may let this push go
		}
	}
	return former, first, due
}

func (o *outcome) release() {
	if o != nil {
		o.response.Release()
	}
}

// finish ends a lasting push, if there is one. A thread may call it while the outcome is told on
// another one, which then releases it.
func (p *push) finish() {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.lasting = false
	told := p.told
	p.mu.Unlock()
	if told {
		p.release()
	}
}

// release lets go of the object, unless the game holds it, and of the hooks: they
// may hold the object themselves.
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
		engine.Error("PhoenixPush", "The response to "+about("the push", p.event)+" cannot be a Variant: "+plain(err)+".")
	}
	return response
}

func (p *push) receive(status string, callable engine.Callable) *engine.Ref {
	if p.event == "" {
		engine.Error("PhoenixPush.receive", "PhoenixPush.receive(): this push was made with new() and is never sent; use what join(), push(), leave() and ping() return.")
		return p.object.Keep()
	}
	if callable.IsNull() {
		mistake("PhoenixPush.receive", about("status", status), errNoCallable)
		return p.object.Keep()
	}
	p.mu.Lock()
	var late *engine.Ref // the response of an outcome that came before
	if p.latest != nil && p.latest.status == status {
		late = p.latest.response.Clone()
	}
	if p.self != nil { // there is more to come
		p.hooks = append(p.hooks, hook{status, callable.Keep()})
	}
	p.mu.Unlock()
	if late != nil {
		p.callLate(callable.Keep(), late)
	}
	return p.object.Keep()
}

// callLate calls a hook for an outcome that came before it: on the thread that delivers, and before the next outcome.
func (p *push) callLate(callable, response *engine.Ref) {
	p.core.OnComplete(func(core.Reply) {
		invoke("PhoenixPush.receive", callable, content{made: response})
		callable.Release()
		response.Release()
	})
	p.socket.deliverOutside()
}

// invoke calls a game's Callable with one argument. A Callable whose object was
// freed is not called, as with signals; then the result is false.
func invoke(method string, callable *engine.Ref, argument content) (called bool) {
	if ended.Load() {
		return true
	}
	switch err := callable.Invoke(arguments(argument)); {
	case errors.Is(err, engine.ErrGone):
		return false
	case err != nil:
		engine.Error(method, method+"(): the Callable cannot be called with one argument, the payload: "+err.Error()+".")
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
		return engine.GivenVariant{Ref: engine.NewRef(null)}
	}
	return engine.GivenVariant{Ref: p.first.response.Clone()}
}

func (p *push) getEvent() string { return p.event }

func (p *push) isCompleted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.first != nil
}

// Freed gives up what the object kept.
func (p *push) Freed() {
	p.gone.Store(true)
	p.letGo()
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

// defaultTimeout as an argument of a method means the socket's.
const defaultTimeout int64 = -1

// duration of a timeout argument: -1 is the socket's. More than Go can count,
// 292 years, is that.
func duration(milliseconds int64) time.Duration {
	return time.Duration(min(max(milliseconds, 0), math.MaxInt64/int64(time.Millisecond))) * time.Millisecond
}
