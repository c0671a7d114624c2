package gdext

import (
	"errors"
	"math"
	"strings"
	"sync"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

// Notified takes the engine's notifications.
func (s *socket) Notified(what engine.Notification) {
	switch what {
	case engine.NotificationEnterTree:
		s.inTree.Store(true)
		monitors.entered(s)
		s.mu.Lock()
		s.autoDue = s.settings.autoConnect && !engine.InEditor() // where a scene is open to be edited
		s.mu.Unlock()
		s.object.Wake()
	case engine.NotificationInternalProcess:
		s.process()
	case engine.NotificationExitTree:
		s.inTree.Store(false)
		s.exitTree()
	}
}

// process delivers what came in since the last frame.
func (s *socket) process() {
	defer s.wakeForRest()
	s.log.flush()       // what led to the events that follow
	defer s.log.flush() // and what they led to
	s.mu.Lock()
	limit, auto, due := int(s.settings.maxMessagesPerFrame), s.autoDue, len(s.due)
	s.autoDue = false // once, also when it fails
	s.mu.Unlock()
	if limit == 0 { // no limit; to core it means to wait for what is worked out beside as well
		limit = math.MaxInt
	}
	s.callDue(due)
	if auto {
		// Not in enter tree: the scene's _ready functions come first, where a
		// game sets params and connects signals.
		s.connect()
	}
	s.dispatch(limit)
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

// callDue calls as many of the functions that later was given.
func (s *socket) callDue(count int) {
	for range count {
		if f := s.nextDue(); f != nil {
			f()
		}
	}
}

// nextDue takes the first function that later was given; nil when a thread was
// faster.
func (s *socket) nextDue() func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.due) == 0 {
		return nil
	}
	f := s.due[0]
	s.due = s.due[1:]
	return f
}

// wakeForRest asks for another frame while something waits: as it was over the
// limit, of which OnQueued does not tell, or because of a bug in what came before.
func (s *socket) wakeForRest() {
	s.mu.Lock()
	waits := len(s.due) > 0
	s.mu.Unlock()
	if made := s.made(); waits || made != nil && made.Queued() > 0 {
		s.object.Wake()
	}
}

// later calls f among the deliveries of the next frame.
func (s *socket) later(f func()) {
	s.mu.Lock()
	s.due = append(s.due, f)
	s.mu.Unlock()
	s.object.Wake()
	s.deliverOutside()
}

// deliverOutside sees to it that what a call brought about is delivered soon
// also when no frame will come, as the node is not in the tree, or gone.
func (s *socket) deliverOutside() {
	if !s.inTree.Load() {
		engine.Defer(s.rest)
	}
}

// rest delivers all that waits.
func (s *socket) rest() {
	s.mu.Lock()
	due := len(s.due)
	s.mu.Unlock()
	s.callDue(due)
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
	engine.Defer(func() { engine.Defer(s.lookForTree) })
}

func (s *socket) lookForTree() {
	s.mu.Lock()
	wanted := s.wanted && !s.gone.Load()
	s.mu.Unlock()
	if wanted && !s.object.IsInsideTree() {
		engine.Warning("PhoenixSocket.connect_socket", "PhoenixSocket.connect_socket(): the socket is not in the scene tree, and tells nothing until it is: add it with add_child().")
	}
}

// exitTree disconnects. What completes by that is delivered soon, but not here,
// where the tree is in between.
func (s *socket) exitTree() {
	s.mu.Lock()
	made := s.core
	s.quiet = s.quiet || s.wanted // then core tells of one close, requested
	s.wanted, s.autoDue = false, false
	s.mu.Unlock()
	if made != nil {
		_ = made.Disconnect(0, "") // valid arguments
	}
	engine.Defer(s.rest)
	monitors.exited(s)
	engine.FinishUnused() // the game may be about to end
	s.emit(onClose, dictionary("message", messageExitTree))
	s.log.flush()
}

// Freed closes core's socket for good. Pushes that wait complete with "closed",
// soon.
func (s *socket) Freed() {
	s.mu.Lock()
	s.gone.Store(true)
	made := s.core
	s.mu.Unlock()
	release([]*engine.Ref{s.settings.params.Ref, s.settings.headers.Ref, s.settings.tlsOptions})
	if made != nil {
		_ = made.Close()
		goodbyes.add(made)
		s.log.flush()
	}
	engine.Defer(s.rest)
}

// listen tells the game what core's socket tells.
func (s *socket) listen(client *core.Socket) {
	connecting := false
	client.OnState(func(state core.SocketState) {
		if now := state == core.SocketConnecting; now != connecting {
			connecting = now
			s.emit(onConnecting, now)
		}
	})
	client.OnOpen(func(e core.OpenEvent) {
		s.emit(onOpen, dictionary("endpoint", e.Endpoint, "transport", e.Transport.String()))
	})
	client.OnClose(func(e core.CloseEvent) {
		s.mu.Lock()
		quiet := s.quiet && e.WasRequested
		if quiet {
			s.quiet = false
		}
		s.mu.Unlock()
		if !quiet {
			s.emit(onClose, dictionary("was_requested", e.WasRequested, "will_reconnect", e.WillReconnect,
				"retry_in_ms", e.RetryIn.Milliseconds(), "code", e.Code,
				"reason", dictionary("message", strings.TrimPrefix(e.Reason, errorPrefix))))
		}
	})
	client.OnError(func(err error) { s.emit(onError, errorData(err)) })
	client.OnMessage(s.message)
	if s.settings.reportSent {
		s.sent = client.OnSent(s.sentMessage)
	}
}

// errorData is {message}, with the HTTP status when the server refused to
// connect.
func errorData(err error) encoded {
	message := plain(err)
	if advice := tlsAdvice(err); advice != "" {
		message += "; " + advice
	}
	var handshake *core.HandshakeError
	if errors.As(err, &handshake) {
		return dictionary("message", message, "status_code", handshake.StatusCode)
	}
	return dictionary("message", message)
}

// message shows every message to on_message, if anybody looks.
func (s *socket) message(m *core.Message) {
	if !s.heard || s.gone.Load() {
		return
	}
	payload, err := prepared(m.Prepared, m.Payload)
	if err == nil && m.Event == eventReply { // as it came: status and response
		payload, err = wholeReply(m)
	}
	if err != nil {
		if engine.KnowsListeners() { // else there is likely none
			s.emit(onError, dictionary("message", "the payload cannot be a Variant: "+plain(err), "topic", m.Topic, "event", m.Event))
		}
		return
	}
	s.emitMessage(onMessage, m, payload)
}

func wholeReply(m *core.Message) (content, error) {
	response, err := incoming(m.Payload)
	return content{bytes: dictionary("status", m.Status, "response", response)}, err
}

// sentMessage shows a message that goes out to on_sent. What a game gave has been a Variant before.
func (s *socket) sentMessage(m *core.Message) {
	if s.gone.Load() || !s.object.IsHeard(onSent) {
		return
	}
	payload, err := incoming(m.Payload)
	if err != nil {
		payload = null
	}
	s.emitMessage(onSent, m, content{bytes: payload})
}

func (s *socket) emitMessage(signal *engine.Signal, m *core.Message, payload content) {
	buffer := borrowBuffer()
	defer buffer.giveBack()
	args := engine.Args{Bytes: buffer.bytes[:0], Count: 5}
	args.Bytes = variant.AppendString(args.Bytes, m.Topic)
	args.Bytes = variant.AppendString(args.Bytes, m.Event)
	args = appendContent(args, payload)
	args.Bytes = variant.AppendString(args.Bytes, m.Ref)
	args.Bytes = variant.AppendString(args.Bytes, m.JoinRef)
	buffer.bytes = args.Bytes
	s.object.Emit(signal, args)
}

// A buffer for the arguments of one signal. A handler may cause another signal,
// so there can be more than one at a time.
type buffer struct{ bytes []byte }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

func borrowBuffer() *buffer { return buffers.Get().(*buffer) }

func (b *buffer) giveBack() {
	const tooBig = 1 << 20
	if cap(b.bytes) <= tooBig {
		buffers.Put(b)
	}
}
