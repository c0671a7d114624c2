package core

import "slices"

// Subscription names a handler, for Off. It is unique within its socket.
type Subscription uint64

// handlers is a list of functions to call in the order they were added. It is replaced when it changes, never changed, so that a
// list taken under the lock can be walked outside of it.
type handlers[F any] []handler[F]

type handler[F any] struct {
	id Subscription
	fn F
}

func (h *handlers[F]) add(id Subscription, fn F) {
	*h = append(slices.Clip(*h), handler[F]{id, fn})
}

func (h *handlers[F]) remove(ids []Subscription) {
	if !slices.ContainsFunc(*h, func(e handler[F]) bool { return slices.Contains(ids, e.id) }) {
		return
	}
	kept := make(handlers[F], 0, len(*h))
	for _, e := range *h {
		if !slices.Contains(ids, e.id) {
			kept = append(kept, e)
		}
	}
	*h = kept
}
