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

// SocketState is where a socket's connection is.
type SocketState int

// The states of a socket. Between two attempts to connect it is closed.
const (
	SocketClosed SocketState = iota
	SocketConnecting
	SocketOpen
	SocketClosing
)

func (s SocketState) String() string {
	return [...]string{"closed", "connecting", "open", "closing"}[s]
}

// OpenEvent tells that the socket is connected.
type OpenEvent struct {
	Endpoint  string // without the query
	Transport Transport
}

// CloseEvent tells that a connection ended, or an attempt at one.
type CloseEvent struct {
	WasRequested  bool          // by Disconnect or Close
	WillReconnect bool          // by itself
	RetryIn       time.Duration // until the next attempt; 0 when there is none, when it begins at once, and while offline
	Code          int           // of the server's close frame, or as requested; 1006 when there was none. Over long poll 3410, 1008 or 1011
	Reason        string        // as the server or the caller worded it, what went wrong, or the standard words for the server's code
}

// Socket is a connection to a Phoenix server that keeps itself up, and the channels on it. Make it with [NewSocket]. All methods may be
// called from any goroutine, handlers included.
type Socket struct {
	version   string
	journal   journal
	prepare   prepare
	onPanic   func(value any, stack []byte)
	events    eventQueue
	refs      atomic.Uint64
	simulated simulated

	interceptors interceptorCount

	mu            sync.Mutex // guards all below, and the channels and pushes
	timers        scheduler
	config        Config
	endpoint      *url.URL
	params        params
	token         authToken
	state         SocketState
	wanted        bool // connected, or to be
	offline       bool // as SetOnline reported
	refused       bool // the next attempt waits for other credentials
	closedForGood bool
	conn          *connection // the current one; nil between attempts
	reconnect     task
	retry         backoff
	usualConnect  time.Duration // how long the latest connection took to open
	hurriedTries  int           // attempts in a hurry, since it opened
	fallback      fallback
	heartbeat     heartbeat
	watch         watch
	channels      []*Channel
	topics        map[string][]*Channel // the same, by topic
	sendBuffer    []*outgoing           // of Socket.Push, for the next connection
	pending       map[string]*Push      // that wait for a reply, by ref
	expired       map[string]struct{}   // refs of pushes that timed out on this connection
	pushes        uint64
	buffered      struct{ pushes, bytes int }
	counters      Statistics
	platformSocket
	opened  chan struct{} // closed when the socket opens or closes for good; nil when nobody waits
	running int           // goroutines
	ended   chan struct{} // closed when the last goroutine of a closed socket ended

	onOpen    handlers[func(OpenEvent)]
	onClose   handlers[func(CloseEvent)]
	onError   handlers[func(error)]
	onState   handlers[func(SocketState)]
	onMessage handlers[func(*Message)]
	onSent    handlers[func(*Message)]
}

// NewSocket makes a socket for an endpoint such as ws://localhost:4000/socket, without connecting it. The endpoint may name the
// transport's segment at its end ("/websocket") or not, and may have a query. The error names what in the config cannot work.
func NewSocket(endpoint string, config Config) (*Socket, error) {
	var err error
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
		prepare: config.Prepare, onPanic: config.OnPanic, config: config,
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
	s.fallback.init(s)
	if config.insecure() {
		s.journal.note(LevelWarn, happenedWarning, insecureWarning)
	}
	return s, nil
}

// SetEndpoint replaces the endpoint, for the next connect.
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

// Endpoint is the socket's URL, without the query and the transport's segment.
func (s *Socket) Endpoint() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return displayURL(s.endpoint)
}

// State of the socket.
func (s *Socket) State() SocketState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Channels of the socket that are not closed, in the order they were made.
func (s *Socket) Channels() []*Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.channels)
}

// MakeRef gives a ref that no other message of this socket has.
func (s *Socket) MakeRef() string { return strconv.FormatUint(s.refs.Add(1), 10) }

// WaitOpen waits until the socket is open. It fails when ctx ends first, or the socket is closed for good.
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

// wakeWaiters lets WaitOpen look again. Under the lock.
func (s *Socket) wakeWaiters() {
	if s.opened != nil {
		close(s.opened)
		s.opened = nil
	}
}

// OnOpen calls fn each time the socket has connected.
func (s *Socket) OnOpen(fn func(OpenEvent)) Subscription { return subscribe(&s.mu, &s.onOpen, fn) }

// OnClose calls fn each time a connection, or an attempt at one, has ended.
func (s *Socket) OnClose(fn func(CloseEvent)) Subscription { return subscribe(&s.mu, &s.onClose, fn) }

// OnError calls fn with what went wrong: a failed connect, a lost connection, a malformed message. No error holds params or tokens.
func (s *Socket) OnError(fn func(error)) Subscription { return subscribe(&s.mu, &s.onError, fn) }

// OnState calls fn each time the state has changed.
func (s *Socket) OnState(fn func(SocketState)) Subscription { return subscribe(&s.mu, &s.onState, fn) }

// OnMessage calls fn with every message that comes in, heartbeat replies and stale ones included, after the channels' handlers.
func (s *Socket) OnMessage(fn func(*Message)) Subscription { return subscribe(&s.mu, &s.onMessage, fn) }

// OnSent calls fn with every message that goes out, joins, leaves and heartbeats included, as it is about to be written. It is for
// tools that show the traffic: a message that the network loses was told as well.
func (s *Socket) OnSent(fn func(*Message)) Subscription { return subscribe(&s.mu, &s.onSent, fn) }

// Dispatch runs the handlers of up to limit events that wait, of all that wait now when limit is not positive, and tells how many. Each
// key of a presence that tells its changes in parts ([Presence.InParts]) counts like an event; without a limit, Dispatch waits for what is
// still worked out. It is for sockets with [Config.ManualDispatch]; on others, and called from inside of a handler, it does nothing.
func (s *Socket) Dispatch(limit int) int { return s.events.dispatch(limit) }

// Post queues a call of fn: it runs where handlers do, after all events that are queued already.
func (s *Socket) Post(fn func()) { s.events.push(notice(func() { s.call(fn) })) }

// StopDispatch ends the [Socket.Dispatch] under way after the handlers of the current event. The other events go on waiting.
func (s *Socket) StopDispatch() { s.events.stopped.Store(true) }

// Queued is how many events wait for their handlers. It takes no lock.
func (s *Socket) Queued() int { return int(s.events.count.Load()) }

// notify queues a call of all the handlers in list, as they are when it is delivered.
func notify[F any](s *Socket, list *handlers[F], call func(F)) {
	s.events.push(notice(func() { tellAll(s, list, call) }))
}

// tellAll calls all the handlers in list. Within a delivery, and not under the lock.
func tellAll[F any](s *Socket, list *handlers[F], call func(F)) {
	s.mu.Lock()
	current := *list
	s.mu.Unlock()
	for _, h := range current {
		s.call(func() { call(*h) })
	}
}

// call runs a caller's handler. With Config.OnPanic a panic ends this handler only, and the others are still told.
func (s *Socket) call(handler func()) {
	defer s.guard()
	handler()
}

func (s *Socket) callAll(handlers []func()) {
	for _, handler := range handlers {
		s.call(handler)
	}
}

// fail tells OnError and the log. Under the lock.
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
	notify(s, &s.onState, func(fn func(SocketState)) { fn(state) })
}

// pendingOf gives the pushes of a channel that wait for a reply, in the order they were made. Under the lock.
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

// start runs fn on a goroutine that Close will see end. Under the lock.
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

// checkEnded tells those who wait for the end of a closed socket. Under the lock.
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

// guard, deferred, hands a panic to Config.OnPanic. Without one the panic goes on.
func (s *Socket) guard() {
	if s.onPanic == nil {
		return
	}
	if v := recover(); v != nil {
		s.onPanic(v, debug.Stack())
	}
}
