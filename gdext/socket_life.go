package gdext

import (
	"maps"
	"math"
	"slices"

	"phoenixchannels/gdext/engine"
)

// The lifecycle of a socket's node: it delivers events once a frame while it is in the tree, and
// disconnects when it leaves the tree.

// Notified handles the engine's notifications.
func (s *socket) Notified(notification engine.Notification) {
	switch notification {
	case engine.NotificationEnterTree:
		s.enterTree()
	case engine.NotificationInternalProcess:
		s.deliverFrame()
	case engine.NotificationExitTree:
		s.stopDelivery()
		s.departure.exited(s.leaveTree)
	case engine.NotificationPredelete:
		s.departure.freed(s.leaveTree)
	case engine.NotificationApplicationResumed:
		if c := s.clientIfMade(); c != nil {
			c.CheckNow()
		}
	case engine.NotificationApplicationFocusIn:
		if c := s.clientIfMade(); c != nil {
			c.ReconnectNow()
		}
	}
}

func (s *socket) enterTree() {
	monitors.add(s)
	s.watched.findPath()
	if !s.departure.entered() {
		s.mu.Lock()
		// In the editor a scene is open only for editing.
		s.autoDue = s.settings.autoConnect && !engine.InEditor()
		s.mu.Unlock()
	}
	s.object.Wake()
}

// deliverFrame delivers the events that arrived since the last frame.
func (s *socket) deliverFrame() {
	defer s.wakeIfQueued()
	if s.isMoving() {
		return
	}
	s.showLog()       // log lines from before the events
	defer s.showLog() // log lines caused by the events
	s.mu.Lock()
	limit, auto := int(s.settings.maxMessagesPerFrame), s.autoDue
	s.autoDue = false // only once, even if connecting fails
	s.mu.Unlock()
	if limit == 0 { // no limit; core's 0 would also wait for presence parts still being computed
		limit = math.MaxInt
	}
	if auto {
		// Not in enterTree: the scene's _ready functions run first, in which games set params and
		// connect signals.
		s.connect()
	}
	s.dispatch(limit)
}

// isMoving reports whether the node or one of its channels has left the tree and may still return
// to it in this frame.
func (s *socket) isMoving() bool {
	return departing.Load() > 0 && (s.departure.pending.Load() || slices.ContainsFunc(s.getChannels(), func(o engine.Object) bool {
		c, ok := o.Value().(*channel)
		return ok && c.departure.pending.Load()
	}))
}

// stopDelivery ends the current frame's delivery. The remaining events are delivered in the next
// frame.
func (s *socket) stopDelivery() {
	if client := s.clientIfMade(); client != nil && s.departure.inTree.Load() {
		client.StopDispatch()
	}
}

// dispatch delivers up to limit of core's queued events. It checks once for listeners of
// on_message, not for each message.
func (s *socket) dispatch(limit int) {
	if client := s.clientIfMade(); client != nil {
		defer engine.DestroyUnused()
		s.heard = s.object.IsHeard(onMessage)
		client.Dispatch(limit)
	}
}

// wakeIfQueued requests another frame while events are queued: events over the limit, which
// OnQueued does not report, or events left behind by a panic.
func (s *socket) wakeIfQueued() {
	s.mu.Lock()
	due := s.autoDue
	s.mu.Unlock()
	if client := s.clientIfMade(); due || client != nil && client.Queued() > 0 {
		s.object.Wake()
	}
}

// post queues a call of f among the events of a socket in use.
func (s *socket) post(f func()) {
	s.clientIfMade().Post(f)
	s.deliverOutsideTree()
}

// deliverOutsideTree schedules the delivery of events on a socket that gets no frames because it is
// outside the tree or freed.
func (s *socket) deliverOutsideTree() {
	if !s.departure.inTree.Load() {
		engine.Defer(s.deliverRest)
	}
}

// deliverRest delivers all queued events, unless the node is in the tree again or may still return
// to it.
func (s *socket) deliverRest() {
	if s.departure.inTree.Load() || s.departure.pending.Load() {
		return
	}
	s.dispatch(0)
	s.showLog()
}

// warnIfOutsideTree warns about a connecting socket that the game does not add to the tree, where
// it would emit no signals. The check runs after call_deferred("add_child").
func (s *socket) warnIfOutsideTree() {
	if s.object.IsInsideTree() {
		return
	}
	deferTwice(s.checkTree)
}

func (s *socket) checkTree() {
	s.mu.Lock()
	wanted := s.wanted && !s.gone.Load()
	s.mu.Unlock()
	if wanted && !s.object.IsInsideTree() {
		engine.Warning("PhoenixSocket.connect_socket", "PhoenixSocket.connect_socket(): the socket is not in the scene tree, and emits no signals until it is: add it with add_child().")
	}
}

// leaveTree disconnects. The pushes that this completes are delivered later, because the node may
// be half destroyed now.
func (s *socket) leaveTree() {
	for _, object := range s.getChannels() {
		if c, ok := object.Value().(*channel); ok && c.departure.cancel() {
			c.leaveTree() // before its socket
		}
	}
	s.mu.Lock()
	client := s.core
	s.wanted, s.autoDue = false, false
	s.mu.Unlock()
	if client != nil {
		_ = client.Disconnect(0, "") // cannot fail with these arguments
	}
	engine.Defer(s.deliverRest)
	monitors.remove(s)
	engine.FinishUnused() // the game may be about to end
	s.reportExit()
	s.showLog()
}

// Freed closes core's socket permanently. Pending pushes complete with "closed" shortly afterwards.
func (s *socket) Freed() {
	s.mu.Lock()
	s.gone.Store(true)
	debugger.remove(s)
	client, awaited := s.core, s.awaited
	s.awaited = nil
	s.mu.Unlock()
	releaseAll(slices.Collect(maps.Values(awaited)))
	releaseAll([]*engine.Ref{s.settings.params, s.settings.authToken, s.settings.headers.Ref, s.settings.simulation.Ref, s.settings.tlsOptions})
	if client != nil {
		_ = client.Close()
		closing.add(client)
		s.showLog()
	}
	engine.Defer(s.deliverRest)
}
