// Package devserver is a small server that speaks Phoenix Channels as a real Phoenix server does,
// for demos and tests: both protocol versions, over WebSocket and long poll, with Presence. It
// follows Phoenix 1.8.12 frame by frame (see tests/conformance), or 1.7 on request.
//
// A test runs it in its own process:
//
//	server := devserver.New(devserver.Options{})
//	if err := server.Start("127.0.0.1:0"); err != nil { ... }
//	defer server.Close()
//	client.Connect(server.URL())
//
// or, inside a testing/synctest bubble, over any net.Listener with Serve.
//
// Topics: room:* and lobby have an event for everything a server can do to a client, game:*,
// arena:* and chat:* are the channels of the demo, relay:* and relay_list those of multiplayer
// games; server/README.md lists their events. Sockets: /socket, /small (limits of 1500 ms and 2048
// bytes), /zip (permessage-deflate) and /strict (check_origin), each followed by /websocket or
// /longpoll.
package devserver

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"phoenixchannels/server/devserver/term"
	"phoenixchannels/server/devserver/wsframe"
)

// Options of a server. The zero value gives the defaults of Phoenix; they concern /socket only.
type Options struct {
	IdleTimeout     time.Duration // without data from a WebSocket client; 60 s
	MaxFrameBytes   int           // of one WebSocket frame with its header; 10,000,000
	MaxMessageBytes int           // of a WebSocket message in fragments; 8,000,000
	MaxChannels     int           // of one connection; 100
	LongPollWindow  time.Duration // how long a poll waits for messages; 10 s
	TokenLifetime   time.Duration // of a token of POST /api/login; a day
	Relay           RelayLimits   // what relay:* allows
	Release         Release       // whose behaviour; Phoenix18
	TLS             *tls.Config   // with a certificate: wss and https; nil: ws and http
	Files           http.Handler  // for paths that are not a socket's; nil: they are not found
	Logger          *slog.Logger  // nil: silent
}

// Release is a release of Phoenix whose behaviour the server shows.
type Release int

// The releases that differ on the wire.
const (
	Phoenix18 Release = iota // 1.8.12 and later
	Phoenix17                // 1.7.21: see "Differences" in tests/conformance/testdata/INDEX.md
)

func (o Options) withDefaults() Options {
	if o.IdleTimeout == 0 {
		o.IdleTimeout = defaultLimits.IdleTimeout
	}
	if o.MaxFrameBytes == 0 {
		o.MaxFrameBytes = defaultLimits.MaxFrameBytes
	}
	if o.MaxMessageBytes == 0 {
		o.MaxMessageBytes = defaultLimits.MaxMessageBytes
	}
	if o.MaxChannels == 0 && o.Release != Phoenix17 { // 1.7 has no limit
		o.MaxChannels = 100
	}
	if o.LongPollWindow == 0 {
		o.LongPollWindow = 10 * time.Second
	}
	if o.TokenLifetime == 0 {
		o.TokenLifetime = tokenLifetime
	}
	o.Relay = o.Relay.withDefaults()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

func (o Options) limits() wsframe.Limits {
	return wsframe.Limits{
		IdleTimeout: o.IdleTimeout, MaxFrameBytes: o.MaxFrameBytes, MaxMessageBytes: o.MaxMessageBytes,
	}
}

// Server is a Phoenix Channels server. All its methods are safe for concurrent use.
type Server struct {
	options  Options
	log      *slog.Logger
	sockets  map[string]socketConfig
	pubsub   *pubsub
	presence *presence
	arenas   *arenas
	chats    *chats
	relays   *relays
	faults   faults
	http     *http.Server
	secret   []byte        // signs long poll tokens
	done     chan struct{} // closed with closed

	mu        sync.Mutex
	listener  net.Listener
	sessions  []*session
	longPolls map[string]*longPoll // by id
	closed    bool                 // nothing new is accepted
	dropping  bool                 // what is left is dropped
	running   sync.WaitGroup       // requests, sessions, and the accepting of connections
}

// New makes a server that does not listen yet.
func New(options Options) *Server {
	options = options.withDefaults()
	s := &Server{
		options: options, log: options.Logger, sockets: sockets(options), pubsub: newPubsub(),
		secret: []byte(rand.Text()), done: make(chan struct{}), longPolls: map[string]*longPoll{},
	}
	s.presence = newPresence(s.pubsub)
	s.arenas = newArenas(s.pubsub)
	s.chats = newChats()
	s.relays = newRelays(options.Relay, s.presence)
	s.http = &http.Server{
		Handler: s, ReadHeaderTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(options.Logger.Handler(), slog.LevelWarn),
	}
	return s
}

// Handler serves the endpoint inside another HTTP server. Close still ends its connections.
func (s *Server) Handler() http.Handler { return s }

// Start listens on a TCP address, whose port may be 0, and serves in the background.
func (s *Server) Start(addr string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err // it names the address
	}
	return s.Serve(listener)
}

// Serve accepts connections from any listener, in the background, until Close or Shutdown, which
// close the listener.
func (s *Server) Serve(listener net.Listener) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.listener != nil {
		_ = listener.Close()
		return errors.New("serve: the server has been started before, or is closed")
	}
	s.listener = listener
	listener = freezableListener{listener, &s.faults.freeze}
	if s.options.TLS != nil {
		listener = tls.NewListener(listener, s.options.TLS)
	}
	s.running.Go(func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("cannot accept connections any more", "reason", err)
		}
	})
	return nil
}

// Addr is the address that the server listens on; nil before Start.
func (s *Server) Addr() net.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener == nil {
		return nil
	}
	return s.listener.Addr()
}

// URL is the endpoint for a client, such as ws://127.0.0.1:4000/socket; empty before Start.
func (s *Server) URL() string {
	addr := s.Addr()
	if addr == nil {
		return ""
	}
	scheme, host := "ws", addr.String()
	if s.options.TLS != nil {
		scheme = "wss"
	}
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		host = fmt.Sprintf("127.0.0.1:%d", tcp.Port)
	}
	return scheme + "://" + host + "/socket"
}

// Connections is the number of sessions that are open.
func (s *Server) Connections() int { return len(s.snapshot()) }

// Broadcast sends an event to all clients in a topic, as Endpoint.broadcast does. The payload is
// JSON text.
func (s *Server) Broadcast(topic, event, payload string) error {
	doc, err := term.Decode([]byte(payload))
	if err != nil {
		return fmt.Errorf("broadcast of %s: %w", event, err)
	}
	key, err := term.String(topic)
	if err != nil {
		return fmt.Errorf("broadcast to %q: %w", topic, err)
	}
	return s.pubsub.broadcast(key, event, jsonPayload(doc.Term))
}

// Disconnect closes all sockets of a user with 1001, as
// Endpoint.broadcast("user:ID", "disconnect") does.
func (s *Server) Disconnect(userID string) {
	code := wsframe.CloseGoingAway
	if s.release17() {
		code = wsframe.CloseNormal
	}
	for _, session := range s.snapshot() {
		if session.connect.userID == userID {
			session.mailbox.post(letter{do: func() { session.transport.stop(code) }})
		}
	}
}

// Shutdown ends the server as SIGTERM does: it stops listening, closes the connections that have a
// channel with 1012 and the others with 1000, and waits for them. When the context ends first, the
// rest is dropped as by Close, and its error returned.
func (s *Server) Shutdown(ctx context.Context) (err error) {
	s.stopListening()
	for _, session := range s.snapshot() {
		session.mailbox.post(letter{do: session.drain})
	}
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		s.dropAll()
		<-done
		err = ctx.Err()
	}
	s.relays.close()
	return err
}

// Close stops listening and drops all connections without a close frame. When it returns, all
// goroutines of the server have ended.
func (s *Server) Close() {
	s.stopListening()
	s.dropAll()
	s.running.Wait()
	s.relays.close()
}

// dropAll ends all sessions, and those whose handshake is still under way.
func (s *Server) dropAll() {
	s.mu.Lock()
	s.dropping = true
	s.mu.Unlock()
	s.DropConnections()
}

func (s *Server) stopListening() {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.done)
	}
	s.mu.Unlock()
	_ = s.http.Close() // its only error is that of a listener closed twice
}

// drain closes a session because the server goes away.
func (s *session) drain() {
	if len(s.channels) > 0 {
		s.transport.stop(wsframe.CloseServiceRestart)
	} else {
		s.transport.stop(wsframe.CloseNormal)
	}
}

// enter counts an HTTP request, or with false refuses it because the server is closed.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.running.Add(1)
	}
	return !s.closed
}

// add and remove keep the list of sessions. One whose handshake ends after Shutdown or Close began
// goes the way of the others.
func (s *Server) add(own *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions = append(s.sessions, own)
	switch {
	case s.dropping:
		own.end()
	case s.closed:
		own.mailbox.post(letter{do: own.drain})
	}
	own.log.Info("connected")
}

func (s *Server) remove(own *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions = slices.DeleteFunc(s.sessions, func(other *session) bool { return other == own })
}

// addLongPoll keeps a long poll session; false when the server is closed.
func (s *Server) addLongPoll(p *longPoll) bool {
	s.mu.Lock()
	closed := s.closed
	if !closed {
		s.longPolls[p.id] = p
	}
	s.mu.Unlock()
	if !closed {
		s.add(p.session)
	}
	return !closed
}

func (s *Server) removeLongPoll(p *longPoll) {
	s.remove(p.session)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.longPolls, p.id)
}

func (s *Server) longPollByID(id string) *longPoll {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.longPolls[id]
}

func (s *Server) snapshot() []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sessions)
}

func (s *Server) release17() bool  { return s.options.Release == Phoenix17 }
func (s *Server) maxChannels() int { return s.options.MaxChannels }
