package gdext

import (
	"context"
	"fmt"

	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

// Params and tokens may be functions of the game. Core asks for them before each connect or join,
// on a goroutine of its own. The functions are called on the main thread, when the socket delivers
// events, and may await: an HTTP login takes several frames.

// question is a request from core for a value of the game.
type question struct {
	ctx    context.Context
	value  func() *engine.Ref // a new reference to the current property; nil if the node is freed
	answer func(*engine.Ref, error)
}

// asking returns a function with which core asks the game for a value.
func asking[T any](s *socket, value func() *engine.Ref, read func(*engine.Ref) (T, error)) func(context.Context) (T, error) {
	return func(ctx context.Context) (T, error) {
		client := s.clientIfMade() // exists, because it is the caller
		q := &question{ctx: ctx, value: value}
		post := func(answer func(*engine.Ref, error)) {
			q.answer = answer
			client.Post(func() { s.ask(q) })
		}
		return signals.Ask(ctx, read, post, func() { client.Post(func() { s.forget(q) }) })
	}
}

// ask calls the function whose result core waits for.
func (s *socket) ask(q *question) {
	if q.ctx.Err() != nil { // core no longer waits
		return
	}
	value := q.value()
	defer value.Release()
	if value == nil {
		q.answer(nil, engine.ErrGone)
		return
	}
	if value.Type() != engine.TypeCallable { // changed to a plain value meanwhile
		q.answer(value, nil)
		return
	}
	result, err := value.Call("call", engine.Args{})
	switch {
	case err != nil:
		result.Release()
		q.answer(nil, fmt.Errorf("the function cannot be called: %w", err))
	case isAwaiting(result):
		s.await(q, result)
	default:
		q.answer(result, nil)
		result.Release()
	}
}

// await answers the question when the call of its function completes.
func (s *socket) await(q *question, call *engine.Ref) {
	s.mu.Lock()
	if s.awaited == nil {
		s.awaited = make(map[*question]*engine.Ref)
	}
	s.awaited[q] = call
	s.mu.Unlock()
	listener := engine.NewCallable(func(returned engine.Variant) {
		given := returned.Keep()
		defer given.Release()
		q.answer(given, nil)
		s.forget(q)
	})
	defer listener.Release()
	call.Connect("completed", listener)
}

// isAwaiting reports whether a call returned early, at an await.
func isAwaiting(result *engine.Ref) bool {
	if !result.IsObject() {
		return false
	}
	class, err := result.Call("get_class", engine.Args{})
	defer class.Release()
	return err == nil && class.Text() == "GDScriptFunctionState"
}

// forget releases the call that the question awaits.
func (s *socket) forget(q *question) {
	s.mu.Lock()
	call := s.awaited[q]
	delete(s.awaited, q)
	s.mu.Unlock()
	call.Release()
}

// readParams reads the result of a params function.
func readParams(given *engine.Ref) (any, error) {
	if given.Type() != engine.TypeDictionary {
		return nil, signals.WrongReturn(variant.Type(given.Type()), variant.Dictionary)
	}
	return jsonOf(given)
}

// readToken reads the result of an auth_token function.
func readToken(given *engine.Ref) (string, error) {
	if !given.IsText() {
		return "", signals.WrongReturn(variant.Type(given.Type()), variant.String)
	}
	return given.Text(), nil
}

// checkCredential rejects a value that is neither of the wanted type nor a function that may return
// one.
func checkCredential(value engine.Variant, wanted engine.Type) error {
	switch {
	case value.Type() == wanted, value.IsCallable(), wanted == engine.TypeString && value.IsText():
		return nil
	case value.Type() == engine.TypeCallable:
		return fmt.Errorf("must be %s, or a Callable that returns one; this Callable is empty", variant.Type(wanted).WithArticle())
	}
	return fmt.Errorf("must be %s, or a Callable that returns one; this is %s", variant.Type(wanted).WithArticle(), variant.Type(value.Type()).WithArticle())
}

// paramsFor returns params in a form that core accepts: the JSON of the Dictionary in its current
// state, or a function that asks the game.
func paramsFor(s *socket, params *engine.Ref, property func() *engine.Ref) (any, error) {
	if params.Type() == engine.TypeCallable {
		return asking(s, property, readParams), nil
	}
	return jsonOf(params)
}

// credential returns a property that identifies the user and may be a function.
func credential(name string, kind engine.Type, field func(*settings) **engine.Ref) engine.Property {
	get := func(s *socket) engine.GivenVariant { return engine.GivenVariant{Ref: s.share(field)} }
	return engine.ReadWrite(name, get, func(s *socket, value engine.Variant) {
		if err := checkCredential(value, kind); err != nil {
			s.refuse(name, err.Error())
			return
		}
		former := value.Keep() // after the swap below
		s.setIdentity(name, func(settings *settings) {
			current := field(settings)
			former, *current = *current, former
		})
		former.Release()
	}).Edited(kind)
}

// share returns a new reference to a value in the settings, or nil if the node has been freed.
func (s *socket) share(field func(*settings) **engine.Ref) *engine.Ref {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone.Load() {
		return nil
	}
	return (*field(&s.settings)).Clone()
}
