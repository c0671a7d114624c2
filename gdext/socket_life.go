package gdext

import (
	"math"
	"slices"

	"phoenixchannels/gdext/engine"
)

// The life of a socket's node: it delivers events once a frame while it is in the tree, and disconnects when it leaves.

// Notified takes the engine's notifications.
func (s *socket) Notified(what engine.Notification) {
	switch what {
	case engine.NotificationEnterTree:
		s.enterTree()
	case engine.NotificationInternalProcess:
		s.process()
	case engine.NotificationExitTree:
		s.stopDelivery()
		s.inTree.Store(false)
		s.departure.exited(s.end)
	case engine.NotificationPredelete:
		s.departure.freeing.Store(true)
		if s.departure.cancel(); !s.inTree.Load() { // else it ends when it leaves the tree
			s.end()
		}
	}
}

func (s *socket) enterTree() {
	s.inTree.Store(true)
	monitors.entered(s)
	if !s.departure.cancel() {
		s.mu.Lock()
		s.autoDue = s.settings.autoConnect && !engine.InEditor() // where a scene is open to be edited
		s.mu.Unlock()
	}
	s.object.Wake()
}

// process delivers what came in since the last frame.
func (s *socket) process() {
	defer s.wakeForRest()
	if s.isMoving() {
		return
	}
	s.log.flush()       // what led to the events that follow
	defer s.log.flush() // and what they led to
	s.mu.Lock()
	limit, auto := int(s.settings.maxMessagesPerFrame), s.autoDue
	s.autoDue = false // once, also when it fails
	s.mu.Unlock()
	if limit == 0 { // no limit; to core it means to wait for what is worked out beside as well
		limit = math.MaxInt
	}
	if auto {
		// Not in enter tree: the scene's _ready functions come first, where a
		// game sets params and connects signals.
		s.connect()
	}
	s.dispatch(limit)
	s.ask()
}

// isMoving reports whether the node, or one of its channels, is outside of the
// tree until it shows whether it comes back.
func (s *socket) isMoving() bool {
	return departing.Load() > 0 && (s.departure.pending.Load() || slices.ContainsFunc(s.getChannels(), func(o engine.Object) bool {
		c, ok := o.Value().(*channel)
		return ok && c.departure.pending.Load()
	}))
}

// stopDelivery ends the delivery under way in this frame. What is left of it waits
// for the next one.
func (s *socket) stopDelivery() {
	if made := s.made(); made != nil && s.inTree.Load() {
		made.StopDispatch()
	}
}

// dispatch delivers what core has, up to a limit. Whether anybody listens to
// all messages is asked once, not for each of them.
func (s *socket) dispatch(limit int) {
	if made := s.made(); made != nil {
		defer engine.DestroyUnused()
		s.heard = s.object.IsHeard(onMessage)
		made.Dispatch(limit)
	}
}

// wakeForRest asks for another frame while something waits: as it was over the
// limit, of which OnQueued does not tell, or because of a bug in what came before.
func (s *socket) wakeForRest() {
	s.mu.Lock()
	waits := s.autoDue
	s.mu.Unlock()
	if made := s.made(); waits || made != nil && made.Queued() > 0 {
		s.object.Wake()
	}
}

// post calls f among the deliveries of a socket that core knows.
func (s *socket) post(f func()) {
	s.made().Post(f)
	s.deliverOutside()
}

// deliverOutside sees to it that what a call brought about is delivered soon
// also when no frame will come, as the node is not in the tree, or gone.
func (s *socket) deliverOutside() {
	if !s.inTree.Load() {
		engine.Defer(s.rest)
	}
}

// rest delivers all that waits, unless the node is in the tree again, or may be
// soon.
func (s *socket) rest() {
	if s.inTree.Load() || s.departure.pending.Load() {
		return
	}
	s.dispatch(0)
	s.log.flush()
}

// expectTree makes sure that a game does not wait for ever for a socket that it
// has not put into the tree. It may do so with call_deferred, which comes before
// the second look.
func (s *socket) expectTree() {
	if s.object.IsInsideTree() {
		return
	}
	deferTwice(s.lookForTree)
}

func (s *socket) lookForTree() {
	s.mu.Lock()
	wanted := s.wanted && !s.gone.Load()
	s.mu.Unlock()
	if wanted && !s.object.IsInsideTree() {
		engine.Warning("PhoenixSocket.connect_socket", "PhoenixSocket.connect_socket(): the socket is not in the scene tree, and tells nothing until it is: add it with add_child().")
	}
}

// end disconnects. What completes by that is delivered soon, but not here, where
// the node may be half gone.
func (s *socket) end() {
	for _, object := range s.getChannels() {
		if c, ok := object.Value().(*channel); ok && c.departure.cancel() {
			c.end() // before its socket
		}
	}
	s.mu.Lock()
	made := s.core
	s.wanted, s.autoDue = false, false
	s.mu.Unlock()
	if made != nil {
		_ = made.Disconnect(0, "") // valid arguments
	}
	engine.Defer(s.rest)
	monitors.exited(s)
	engine.FinishUnused() // the game may be about to end
	s.tellExit()
	s.log.flush()
}

// Freed closes core's socket for good. Pushes that wait complete with "closed",
// soon.
func (s *socket) Freed() {
	s.mu.Lock()
	s.gone.Store(true)
	made, asked := s.core, s.asked
	s.asked = nil
	s.mu.Unlock()
	for _, q := range asked {
		q.forget()
	}
	release([]*engine.Ref{s.settings.params, s.settings.authToken, s.settings.headers.Ref, s.settings.tlsOptions})
	if made != nil {
		_ = made.Close()
		goodbyes.add(made)
		s.log.flush()
	}
	engine.Defer(s.rest)
}
