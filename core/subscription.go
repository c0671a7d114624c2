package core

import (
	"slices"
	"sync"
)

// Subscription is a registered handler. Every On… method returns one.
type Subscription struct{ cancel func() }

// Cancel removes the handler. The event that is currently being delivered may still call it; later
// events do not. Canceling twice, or canceling the zero Subscription, does nothing.
func (s Subscription) Cancel() {
	if s.cancel != nil {
		s.cancel()
	}
}

// handlers is a list of functions that are called in the order they were added. A change replaces
// the list and never modifies it, so that a list read under the lock can be iterated without it.
type handlers[F any] []*F

func (h *handlers[F]) add(fn F) *F {
	*h = append(slices.Clip(*h), &fn)
	return &fn
}

func (h *handlers[F]) remove(added *F) {
	if i := slices.Index(*h, added); i >= 0 {
		*h = slices.Concat((*h)[:i], (*h)[i+1:])
	}
}

// subscribe adds a handler to a list guarded by mu.
func subscribe[F any](mu *sync.Mutex, list *handlers[F], fn F) Subscription {
	mu.Lock()
	defer mu.Unlock()
	added := list.add(fn)
	return Subscription{func() {
		mu.Lock()
		defer mu.Unlock()
		list.remove(added)
	}}
}
