package core

import (
	"cmp"
	"context"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// SocketState is the state of a socket's connection.
type SocketState int

// The states of a socket. Between two connect attempts it is closed.
const (
	SocketClosed SocketState = iota
	SocketConnecting
	SocketOpen
	SocketClosing
)

func (s SocketState) String() string {
	return [...]string{"closed", "connecting", "open", "closing"}[s]
}

// OpenEvent reports that the socket has connected.
type OpenEvent struct {
	Endpoint  string // without the query
	Transport Transport
}

// CloseEvent reports that a connection or a connect attempt has ended.
type CloseEvent struct {
	WasRequested  bool          // by Disconnect or Close
	WillReconnect bool          // automatically
	RetryIn       time.Duration // until the next attempt; 0 if there is none, if it starts immediately, and while offline
	Code          int           // of the server's close frame, or as requested; 1006 if there was none. Over long polling 3410, 1008 or 1011
	Reason        string        // from the server or the caller, an error description, or the standard text for the server's code
}

// Socket is a connection to a Phoenix server that reconnects automatically, with the channels on
// it. Make it with [NewSocket]. All methods are safe for concurrent use and may be called inside
// handlers.
type Socket struct {
	version     string
	journal     journal
	prepare     prepare
	beforeWrite func()
	onPanic     func(value any, stack []byte)
	events      eventQueue
	refs        atomic.Uint64
	simulated   simulated

	interceptors interceptorCount

	mu            sync.Mutex // guards all fields below, and the channels and pushes
	timers        scheduler
	config        Config
	endpoint      *url.URL
	params        params
	token         authToken
	state         SocketState
	wanted        bool // the socket is connected, or should be
	offline       bool // set by SetOnline
	refused       bool // the next attempt waits for new credentials
	closedForGood bool
	conn          *connection // the current one; nil between attempts
	reconnect     task
	retry         backoff
	usualConnect  time.Duration // time that the latest connection took to open
	hurriedTries  int           // hurried attempts since it opened
	fallback      fallback
	heartbeat     heartbeat
	watch         watch
	channels      []*Channel
	topics        map[string][]*Channel // the same, by topic
	sendBuffer    []*outgoing           // of Socket.Push, for the next connection
	pending       map[string]*Push      // pushes waiting for a reply, by ref
	expired       map[string]struct{}   // refs of pushes that timed out on this connection
	pushes        uint64
	buffered      struct{ pushes, bytes int }
	later         struct{ isOpen, hasRoom atomic.Bool } // see CanPushLater
	counters      Statistics
	platformSocket
	opened  chan struct{} // closed when the socket opens or closes for good; nil without a WaitOpen call
	running int           // goroutines
	ended   chan struct{} // closed when the last goroutine of a closed socket has ended

	onOpen    handlers[func(OpenEvent)]
	onClose   handlers[func(CloseEvent)]
	onError   handlers[func(error)]
	onState   handlers[func(SocketState)]
	onMessage handlers[func(*Message)]
	onSent    handlers[func(*Message)]
}

// NewSocket makes a socket for an endpoint such as ws://localhost:4000/socket, without connecting
// it. The endpoint may end with the transport's segment ("/websocket"), and may have a query. The
// error names the invalid part of the config.
func NewSocket(endpoint string, config Config) (*Socket, error) {
	var err error
	hasOwnDialer := config.DialContext != nil
	if config.Settings, err = config.withDefaults(); err != nil {
		return nil, err
	}
	config.Version = cmp.Or(config.Version, versionV2)
	if config.Version != versionV1 && config.Version != versionV2 {
		return nil, invalid("Version is %q; it must be %q or %q", config.Version, versionV2, versionV1)
	}
	parsed, err := parseEndpoint(endpoint)
	if err != nil {
		return nil, err
	}
	given, err := newConnectParams(config.Params)
	if err != nil {
		return nil, err
	}
	s := &Socket{
		version: config.Version,
		prepare: config.Prepare, beforeWrite: config.BeforeWrite, onPanic: config.OnPanic, config: config,
		endpoint: parsed, params: given, token: authToken{config.AuthToken, config.AuthTokenFunc},
		platformSocket: newPlatformSocket(), topics: map[string][]*Channel{},
		pending: map[string]*Push{}, expired: map[string]struct{}{},
		retry: backoff{steps: config.ReconnectAfter, jitter: config.Jitter},
		ended: make(chan struct{}),
	}
	s.events.limit, s.events.manual, s.events.onWork = config.MaxQueuedBytes, config.ManualDispatch, config.OnQueued
	s.journal.guard, s.journal.logger, s.journal.observer = s.guard, config.Logger, config.Observer
	s.timers.mu, s.timers.guard = &s.mu, s.guard
	s.reconnect.run = s.dial
	s.heartbeat.init(s)
	s.watch.init(s)
	if hasOwnDialer {
		s.watch.signs = nil // what the system reports may not concern that dialer's network
	}
	s.fallback.init(s)
	s.noteRoom()
	if config.insecure() {
		s.journal.note(LevelWarn, happenedWarning, insecureWarning)
	}
	return s, nil
}

// SetEndpoint replaces the endpoint, effective with the next connect.
func (s *Socket) SetEndpoint(endpoint string) error {
	parsed, err := parseEndpoint(endpoint)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endpoint = parsed
	s.credentialsChanged()
	return nil
}

// Endpoint returns the socket's URL, without the query and the transport's segment.
func (s *Socket) Endpoint() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return displayURL(s.endpoint)
}

// State returns the state of the socket.
func (s *Socket) State() SocketState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Channels returns the channels of the socket that are not closed, in the order they were made.
func (s *Socket) Channels() []*Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.channels)
}

// MakeRef returns a ref that no other message of this socket has.
func (s *Socket) MakeRef() string { return strconv.FormatUint(s.refs.Add(1), 10) }

// WaitOpen waits until the socket is open. It fails if ctx ends first or if the socket is closed
// for good.
func (s *Socket) WaitOpen(ctx context.Context) error {
	for {
		s.mu.Lock()
		switch {
		case s.state == SocketOpen:
			s.mu.Unlock()
			return nil
		case s.closedForGood:
			s.mu.Unlock()
			return ErrSocketClosed
		}
		if s.opened == nil {
			s.opened = make(chan struct{})
		}
		opened := s.opened
		s.mu.Unlock()
		select {
		case <-opened:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// wakeWaiters makes WaitOpen check the state again. s.mu must be held.
func (s *Socket) wakeWaiters() {
	if s.opened != nil {
		close(s.opened)
		s.opened = nil
	}
}

// OnOpen calls fn each time the socket has connected.
func (s *Socket) OnOpen(fn func(OpenEvent)) Subscription { return subscribe(&s.mu, &s.onOpen, fn) }

// OnClose calls fn each time a connection or a connect attempt has ended.
func (s *Socket) OnClose(fn func(CloseEvent)) Subscription { return subscribe(&s.mu, &s.onClose, fn) }

// OnError calls fn with each error: a failed connect, a lost connection, a malformed message.
// Errors never contain params or tokens.
func (s *Socket) OnError(fn func(error)) Subscription { return subscribe(&s.mu, &s.onError, fn) }

// OnState calls fn each time the state has changed.
func (s *Socket) OnState(fn func(SocketState)) Subscription { return subscribe(&s.mu, &s.onState, fn) }

// OnMessage calls fn with every incoming message, including heartbeat replies and outdated
// messages, after the channels' handlers.
func (s *Socket) OnMessage(fn func(*Message)) Subscription { return subscribe(&s.mu, &s.onMessage, fn) }

// OnSent calls fn with every outgoing message, including joins, leaves and heartbeats, just before
// it is written. It is meant for tools that show the traffic: a message that the network then loses
// has been reported as well.
func (s *Socket) OnSent(fn func(*Message)) Subscription { return subscribe(&s.mu, &s.onSent, fn) }

// Dispatch runs the handlers of up to limit queued events, or of all events queued at the time of
// the call if limit is not positive, and returns their number. Each key of a presence in parts
// ([Presence.InParts]) counts like an event; without a limit, Dispatch waits for parts that are
// still being computed. It is meant for sockets with [Config.ManualDispatch]; on other sockets, and
// inside a handler, it does nothing.
func (s *Socket) Dispatch(limit int) int { return s.events.dispatch(limit) }

// Post queues a call of fn: it runs like a handler, after all events that are already queued.
func (s *Socket) Post(fn func()) { s.events.push(notice(func() { s.call(fn) })) }

// StopDispatch ends the current [Socket.Dispatch] after the handlers of the current event. The
// other events stay queued.
func (s *Socket) StopDispatch() { s.events.stopped.Store(true) }

// Queued returns how many events are queued for their handlers. It takes no lock.
func (s *Socket) Queued() int { return int(s.events.count.Load()) }

// notify queues calls of all handlers in list, as it is at the time of delivery.
func notify[F any](s *Socket, list *handlers[F], call func(F)) {
	s.events.push(notice(func() { tellAll(s, list, call) }))
}

// tellAll calls all handlers in list. It runs during a delivery; s.mu must not be held.
func tellAll[F any](s *Socket, list *handlers[F], call func(F)) {
	s.mu.Lock()
	current := *list
	s.mu.Unlock()
	for _, h := range current {
		s.call(func() { call(*h) })
	}
}

// call runs a caller's handler. With Config.OnPanic a panic ends only this handler, and the others
// are still called.
func (s *Socket) call(handler func()) {
	defer s.guard()
	handler()
}

func (s *Socket) callAll(handlers []func()) {
	for _, handler := range handlers {
		s.call(handler)
	}
}

// fail reports an error to the OnError handlers and the log. s.mu must be held.
func (s *Socket) fail(err error) {
	s.journal.note(LevelInfo, happenedError, "error", "err", err)
	notify(s, &s.onError, func(fn func(error)) { fn(err) })
}

// setState changes the state and queues the calls of the OnState handlers. s.mu must be held.
func (s *Socket) setState(state SocketState) {
	if s.state == state {
		return
	}
	s.state = state
	s.later.isOpen.Store(state == SocketOpen)
	notify(s, &s.onState, func(fn func(SocketState)) { fn(state) })
}

// pendingOf returns the pushes of a channel that wait for a reply, in the order they were made.
// s.mu must be held.
func (s *Socket) pendingOf(c *Channel) []*Push {
	var own []*Push
	if c != nil && c.pending == 0 {
		return nil
	}
	for _, p := range s.pending {
		if p.channel == c {
			own = append(own, p)
		}
	}
	slices.SortFunc(own, func(a, b *Push) int { return cmp.Compare(a.order, b.order) })
	return own
}

// start runs fn on a goroutine whose end Close waits for. s.mu must be held.
func (s *Socket) start(fn func()) {
	s.running++
	go func() {
		defer s.finished()
		defer s.guard()
		fn()
	}()
}

func (s *Socket) finished() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	s.checkEnded()
}

// checkEnded closes s.ended once the last goroutine of a closed socket has ended. s.mu must be
// held.
func (s *Socket) checkEnded() {
	if s.closedForGood && s.running == 0 {
		select {
		case <-s.ended:
		default:
			close(s.ended)
			s.timers.end()
		}
	}
}

// guard, when deferred, passes a panic to Config.OnPanic. Without that function the panic
// continues.
func (s *Socket) guard() {
	if s.onPanic == nil {
		return
	}
	if v := recover(); v != nil {
		s.onPanic(v, debug.Stack())
	}
}
