package gdext

import (
	"errors"
	"maps"
	"math"
	"slices"
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

// told is what the game was told of the connection, guarded by socket.mu. Each
// attempt that on_connecting has announced ends with one on_close.
type told struct {
	connecting bool // on_connecting(true)
	attempt    bool // on_connecting(true), and no on_close since
	exit       bool // the node has left the tree: what core tells comes too late
}

// listen tells the game what core's socket tells.
func (s *socket) listen(client *core.Socket) {
	client.OnState(func(state core.SocketState) { s.tellConnecting(state == core.SocketConnecting) })
	client.OnOpen(s.tellOpen)
	client.OnClose(s.tellClose)
	client.OnError(func(err error) {
		message := advised(err)
		s.outage.failed(message)
		s.emit(onError, errorData(message, err))
	})
	client.OnMessage(s.message)
	if s.settings.reportSent {
		s.sent = client.OnSent(s.sentMessage)
	}
}

func (s *socket) tellConnecting(now bool) {
	s.mu.Lock()
	s.told.exit = s.told.exit && !(now && s.wanted)
	changed := now != s.told.connecting && !s.told.exit
	if changed {
		s.told.connecting, s.told.attempt = now, s.told.attempt || now
	}
	s.mu.Unlock()
	if changed {
		s.emit(onConnecting, now)
	}
}

func (s *socket) tellOpen(e core.OpenEvent) {
	s.outage.opened()
	if !s.toldExit() {
		s.emit(onOpen, dictionary("endpoint", e.Endpoint, "transport", e.Transport.String()))
	}
}

func (s *socket) tellClose(e core.CloseEvent) {
	s.warnOfOutage(s.outage.closed(e))
	if !s.toldExit() {
		s.mu.Lock()
		s.told.attempt = false
		s.mu.Unlock()
		s.emitClose(e)
	}
}

func (s *socket) toldExit() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told.exit
}

func (s *socket) emitClose(e core.CloseEvent) {
	s.emit(onClose, dictionary("was_requested", e.WasRequested, "will_reconnect", e.WillReconnect,
		"retry_in_ms", e.RetryIn.Milliseconds(), "code", e.Code,
		"reason", dictionary("message", strings.TrimPrefix(e.Reason, errorPrefix))))
}

// tellExit tells of the close of a socket that has left the tree, unless the game
// knows of no connection.
func (s *socket) tellExit() {
	s.mu.Lock()
	before := s.told
	s.told = told{exit: true}
	s.mu.Unlock()
	if before.connecting && !s.departure.freeing.Load() {
		s.emit(onConnecting, false)
	}
	if before.attempt {
		s.emitClose(core.CloseEvent{WasRequested: true, Code: codeNormal, Reason: reasonExitTree})
	}
}

// errorData is {message}, with the HTTP response when the server refused to connect.
func errorData(message string, err error) encoded {
	refusal, ok := errors.AsType[*core.HandshakeError](err)
	if !ok {
		return dictionary("message", message)
	}
	return dictionary("message", message, "status_code", refusal.StatusCode, "headers", headersOf(refusal), "body", refusal.Body)
}

// headersOf makes a Dictionary of a response's headers; several of one name are joined with commas.
func headersOf(refusal *core.HandshakeError) encoded {
	var pairs []any
	for _, name := range slices.Sorted(maps.Keys(refusal.Header)) {
		pairs = append(pairs, name, strings.Join(refusal.Header[name], ", "))
	}
	return dictionary(pairs...)
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
