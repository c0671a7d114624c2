package gdext

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

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
