package gdext

import (
	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

// announcements is the connection state that the game has been notified of. socket.mu guards it.
// Each attempt that on_connecting has announced ends with one on_close.
type announcements struct {
	connecting bool // on_connecting(true) was emitted last
	attempt    bool // on_connecting(true) was emitted, and no on_close since
	exited     bool // the node has left the tree; later events of core are not emitted
}

// listen turns the core socket's events into signals.
func (s *socket) listen(client *core.Socket) {
	client.OnState(func(state core.SocketState) { s.reportConnecting(state == core.SocketConnecting) })
	client.OnOpen(s.reportOpen)
	client.OnClose(s.reportClose)
	client.OnError(func(err error) {
		message := advised(err)
		s.outage.Failed(message)
		s.emit(onError, signals.Error(message, err))
	})
	client.OnMessage(s.receivedMessage)
	if s.settings.reportSent {
		s.sent = client.OnSent(s.sentMessage)
	}
}

func (s *socket) reportConnecting(connecting bool) {
	s.mu.Lock()
	s.announced.exited = s.announced.exited && !(connecting && s.wanted)
	changed := connecting != s.announced.connecting && !s.announced.exited
	if changed {
		s.announced.connecting, s.announced.attempt = connecting, s.announced.attempt || connecting
	}
	s.mu.Unlock()
	if changed {
		s.emit(onConnecting, connecting)
	}
}

func (s *socket) reportOpen(e core.OpenEvent) {
	s.outage.Opened()
	if !s.hasExited() {
		s.emit(onOpen, signals.Opened(e))
	}
}

func (s *socket) reportClose(e core.CloseEvent) {
	s.warnOfOutage(s.outage.Closed(e))
	if !s.hasExited() {
		s.mu.Lock()
		s.announced.attempt = false
		s.mu.Unlock()
		s.emitClose(e)
	}
}

func (s *socket) hasExited() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.announced.exited
}

func (s *socket) emitClose(e core.CloseEvent) { s.emit(onClose, signals.Closed(e)) }

// reportExit emits the close of a socket that has left the tree, unless no connection was announced
// to the game.
func (s *socket) reportExit() {
	s.mu.Lock()
	before := s.announced
	s.announced = announcements{exited: true}
	s.mu.Unlock()
	if before.connecting && !s.departure.freeing.Load() {
		s.emit(onConnecting, false)
	}
	if before.attempt {
		s.emitClose(core.CloseEvent{WasRequested: true, Code: codeNormal, Reason: reasonExitTree})
	}
}

// receivedMessage emits on_message if it has listeners.
func (s *socket) receivedMessage(m *core.Message) {
	if !s.heard || s.gone.Load() {
		return
	}
	payload, err := preparedContent(m.Prepared, m.Payload)
	if err == nil && m.Event == signals.EventReply { // as received: status and response
		payload, err = wholeReply(m)
	}
	if err != nil {
		if engine.KnowsListeners() { // otherwise there is likely no listener
			s.emit(onError, signals.Dictionary("message", signals.NoVariant("the payload", err), "topic", m.Topic, "event", m.Event))
		}
		return
	}
	s.emitMessage(onMessage, m, payload)
}

func wholeReply(m *core.Message) (content, error) {
	response, err := signals.Incoming(m.Payload)
	return content{bytes: signals.WholeReply(m.Status, response)}, err
}

// sentMessage emits on_sent if it has listeners. A payload from the game can always be converted
// back to a Variant.
func (s *socket) sentMessage(m *core.Message) {
	if s.gone.Load() || !s.object.IsHeard(onSent) {
		return
	}
	payload, err := signals.Incoming(m.Payload)
	if err != nil {
		payload = signals.Null
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
