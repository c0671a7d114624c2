package gdext

import (
	"errors"
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

// push is a PhoenixPush: core's push, and what it completed with once that was
// delivered.
type push struct {
	node
	core   *core.Push
	answer func(core.Reply) encoded // makes the response of a ping; nil: the server's

	mu        sync.Mutex
	self      *engine.Ref // keeps the object alive until it has nothing more to tell
	lasting   bool        // a join, whose callables are called at each rejoin
	callables []*engine.Ref
	completed bool
	status    string
	response  encoded
}

// track makes the object for a push that core has started, or tells the game
// why there is none. The object lives at least until the push has completed, so
// that a game may forget it.
func track(method, what string, started *core.Push, err error, setup func(*push)) *engine.Ref {
	var object engine.Object
	if err == nil {
		object, err = engine.Construct(classPush)
	}
	if err != nil {
		mistake(method, what, err)
		return nil
	}
	p := object.Value().(*push)
	p.core, p.self = started, object.Keep()
	if setup != nil {
		setup(p)
	}
	result := object.Keep()
	started.OnComplete(p.complete)
	return result
}

func (p *push) complete(reply core.Reply) {
	response := p.responseOf(reply)
	p.mu.Lock()
	p.completed, p.status, p.response = true, reply.Status, response
	p.mu.Unlock()
	p.emit(onCompleted, reply.Status, response)
	p.mu.Lock()
	lasting := p.lasting
	p.mu.Unlock()
	if !lasting {
		p.release()
	}
}

// finish ends a lasting push.
func (p *push) finish() {
	p.mu.Lock()
	p.lasting = false
	completed := p.completed
	p.mu.Unlock()
	if completed {
		p.release()
	}
}

// release lets the object go, unless the game holds it.
func (p *push) release() {
	p.mu.Lock()
	self := p.self
	p.self = nil
	p.mu.Unlock()
	self.Release()
}

func (p *push) responseOf(reply core.Reply) encoded {
	if p.answer != nil {
		return p.answer(reply)
	}
	response, err := prepared(reply.Prepared, reply.Response)
	if err != nil {
		engine.Error("PhoenixPush", "The response to "+about("the push", p.core.Event())+" cannot be a Variant: "+plain(err)+".")
	}
	return response
}

func (p *push) receive(status string, callable engine.Callable) *engine.Ref {
	if p.core == nil {
		engine.Error("PhoenixPush.receive", "PhoenixPush.receive(): this push was made with new() and is never sent; use what join(), push(), leave() and ping() return.")
		return p.object.Keep()
	}
	if callable.IsNull() {
		mistake("PhoenixPush.receive", about("status", status), errNoCallable)
		return p.object.Keep()
	}
	kept := callable.Keep()
	p.mu.Lock()
	p.callables = append(p.callables, kept)
	p.mu.Unlock()
	p.core.Receive(status, func(reply core.Reply) {
		if !p.gone.Load() {
			invoke("PhoenixPush.receive", kept, p.responseOf(reply))
		}
	})
	return p.object.Keep()
}

// invoke calls a game's Callable with one argument. It calls a copy, as the
// callee may end the subscription that holds the original. A Callable whose
// object was freed is not called, as with signals; then the result is false.
func invoke(method string, callable *engine.Ref, argument encoded) (called bool) {
	copied := callable.Clone()
	defer copied.Release()
	switch err := copied.Invoke(argument, 1); {
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
	return p.status
}

func (p *push) getResponse() engine.VariantBytes {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.completed {
		return null
	}
	return engine.VariantBytes(p.response)
}

func (p *push) getEvent() string {
	if p.core == nil {
		return ""
	}
	return p.core.Event()
}

func (p *push) isCompleted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.completed
}

// Freed gives up what the object kept.
func (p *push) Freed() {
	p.gone.Store(true)
	p.mu.Lock()
	callables := p.callables
	p.callables = nil
	p.mu.Unlock()
	for _, callable := range callables {
		callable.Release()
	}
}

// duration of a timeout argument: -1 is the socket's.
func duration(milliseconds int64) time.Duration {
	return time.Duration(max(milliseconds, 0)) * time.Millisecond
}
