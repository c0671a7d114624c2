package gdext

import (
	"sync"

	"phoenixchannels/gdext/engine"
)

// subscribers holds the Callables that on() subscribed to a channel's events.
type subscribers struct {
	mu      sync.Mutex
	byEvent map[string][]*engine.Ref
	calling int           // how many each() are running: a callee may cause another message
	ended   []*engine.Ref // subscriptions that ended in the meantime, to be released after it
}

func (s *subscribers) add(event string, callable *engine.Ref) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byEvent == nil {
		s.byEvent = make(map[string][]*engine.Ref)
	}
	s.byEvent[event] = append(s.byEvent[event], callable)
}

// remove ends the subscriptions to the event whose Callable matches.
func (s *subscribers) remove(event string, matches func(*engine.Ref) bool) {
	s.mu.Lock()
	var kept, ended []*engine.Ref // not in place: each() may be reading the list
	for _, known := range s.byEvent[event] {
		if matches(known) {
			ended = append(ended, known)
		} else {
			kept = append(kept, known)
		}
	}
	if len(kept) == 0 {
		delete(s.byEvent, event)
	} else {
		s.byEvent[event] = kept
	}
	s.mu.Unlock()
	s.release(ended)
}

// clear ends all subscriptions.
func (s *subscribers) clear() {
	s.mu.Lock()
	var ended []*engine.Ref
	for _, list := range s.byEvent {
		ended = append(ended, list...)
	}
	s.byEvent = nil
	s.mu.Unlock()
	s.release(ended)
}

// release releases the Callables once no callee needs them. That may free an object that calls this
// channel, so the lock is not held.
func (s *subscribers) release(ended []*engine.Ref) {
	s.mu.Lock()
	s.ended = append(s.ended, ended...)
	if s.calling > 0 {
		s.mu.Unlock()
		return
	}
	ended, s.ended = s.ended, nil
	s.mu.Unlock()
	releaseAll(ended)
}

// each calls f with each Callable that is subscribed to the event now, even if a callee ends its
// subscription.
func (s *subscribers) each(event string, f func(*engine.Ref)) {
	s.mu.Lock()
	callables := s.byEvent[event]
	s.calling++
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.calling--
		s.mu.Unlock()
		s.release(nil)
	}()
	for _, callable := range callables {
		f(callable)
	}
}
