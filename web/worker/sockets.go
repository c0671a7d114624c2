package worker

import (
	"slices"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/web/protocol"
)

// socket is one of the page's PhoenixSockets.
type socket struct {
	worker   *Worker
	id       int64
	core     *core.Socket
	settings settings
	channels []*channel
	peers    []*peer
	out      outbox
	delivery delivery
	log      *signals.LogQueue
	outage   signals.Outage

	wanted      bool // connected, or to be connected
	connecting  bool // as last reported to the page
	closed      bool // permanently
	suspended   bool // because the page was left
	toldOffline bool // by the game
	simulated   core.Simulation
	heard       bool // MESSAGE records are requested
	sent        core.Subscription
	reports     bool // SENT records are created

	toldState   core.SocketState
	tellState   bool
	toldNumbers core.Statistics
	toldAt      time.Time
}

// makeSocket handles SOCKET.
func (w *Worker) makeSocket(args *variant.Reader) {
	s := &socket{worker: w, id: args.Int(), log: &signals.LogQueue{Wake: w.host.Wake}}
	s.settings.Settings = core.DefaultSettings()
	var err error
	if s.settings, err = s.readSettings(args); err == nil {
		s.core, err = core.NewSocket(s.settings.endpoint, core.Config{
			Settings:       s.settings.Settings,
			ManualDispatch: true,
			OnQueued:       w.host.Wake,
			Prepare:        prepare,
			Logger:         s.log.Logger(),
			OnPanic:        s.log.Panicked,
			Observer:       w.observer(s.id),
		})
	}
	if err == nil {
		err = s.simulate()
	}
	if err != nil {
		w.refuse(&w.loose, s.id, "PhoenixSocket.create", "", err)
		return
	}
	w.byID[s.id] = s
	w.sockets = append(w.sockets, s)
	s.log.Debug.Store(s.settings.debugLog)
	s.hear()
	s.reportSent(s.settings.reportSent)
	s.core.SetOnline(w.network.online(s))
}

// hear subscribes to the socket's events, which become records.
func (s *socket) hear() {
	s.core.OnState(func(state core.SocketState) {
		if now := state == core.SocketConnecting; now != s.connecting {
			s.connecting = now
			s.out.add(protocol.Connecting, s.id, now)
		}
	})
	s.core.OnOpen(func(e core.OpenEvent) {
		s.outage.Opened()
		s.out.add(protocol.Open, s.id, signals.Opened(e))
	})
	s.core.OnClose(s.ended)
	s.core.OnError(func(err error) {
		s.outage.Failed(signals.Plain(err))
		s.out.add(protocol.Error, s.id, signals.Error(signals.Plain(err), err))
	})
	s.core.OnMessage(s.message)
}

// ended handles the end of a connection or of a connection attempt.
func (s *socket) ended(e core.CloseEvent) {
	if s.suspended { // by the page, not by the game
		e.WasRequested, e.WillReconnect = false, true
	}
	if warning := s.outage.Closed(e); warning != "" {
		s.out.add(protocol.Outage, s.id, warning)
	}
	s.out.add(protocol.Closed, s.id, signals.Closed(e))
}

// configure handles CONFIGURE.
func (w *Worker) configure(args *variant.Reader) {
	s := w.socketNamed(args)
	if s == nil {
		return
	}
	changed, err := s.readSettings(args)
	if err == nil {
		err = s.apply(changed)
	}
	if err != nil {
		w.refuse(&s.out, s.id, "PhoenixSocket", "", err)
	}
}

// apply applies settings, all or none.
func (s *socket) apply(changed settings) error {
	if changed.endpoint != s.settings.endpoint {
		if err := s.core.SetEndpoint(changed.endpoint); err != nil {
			return err
		}
	}
	if err := s.core.Configure(changed.Settings); err != nil {
		_ = s.core.SetEndpoint(s.settings.endpoint) // was accepted before
		return err
	}
	s.settings = changed
	s.log.Debug.Store(changed.debugLog)
	s.reportSent(changed.reportSent)
	return s.simulate()
}

// simulate starts a newly set simulation, once.
func (s *socket) simulate() error {
	given := s.settings.simulation
	if s.settings.simulation = nil; given == nil {
		return nil
	}
	s.simulated = *given
	return s.core.Simulate(*given)
}

// socketNamed reads a socket id and returns the socket, nil if it no longer exists.
func (w *Worker) socketNamed(args *variant.Reader) *socket {
	s := w.byID[args.Int()]
	if s == nil || s.closed {
		return nil
	}
	return s
}

func (w *Worker) connect(args *variant.Reader) {
	if s := w.socketNamed(args); s != nil {
		s.wanted, s.tellState = true, true
		if err := s.core.Connect(); err != nil {
			w.refuse(&s.out, s.id, "PhoenixSocket.connect_socket", "", err)
		}
	}
}

func (w *Worker) disconnect(args *variant.Reader) {
	s := w.socketNamed(args)
	code, reason := args.Int(), args.String()
	if s == nil || args.Err() != nil {
		return
	}
	s.wanted, s.tellState = false, true
	if err := s.core.Disconnect(int(code), reason); err != nil {
		w.refuse(&s.out, s.id, "PhoenixSocket.disconnect_socket", "", err)
	}
}

func (w *Worker) reconnectNow(args *variant.Reader) {
	if s := w.socketNamed(args); s != nil {
		s.tellState = true
		s.core.ReconnectNow()
	}
}

// closeSocket handles CLOSE. Records of everything that completes as a result are still posted.
func (w *Worker) closeSocket(args *variant.Reader) {
	if s := w.socketNamed(args); s != nil {
		s.closed = true
		_ = s.core.Close() // never fails
	}
}

// forgetEnded removes a closed socket once it has nothing left to post.
func (w *Worker) forgetEnded(s *socket) {
	if !s.closed || s.waits() {
		return
	}
	select {
	case <-s.core.Ended():
	default:
		s.wakeIn(statisticsEvery)
		return
	}
	delete(w.byID, s.id)
	w.sockets = slices.DeleteFunc(w.sockets, func(other *socket) bool { return other == s })
	for _, c := range s.channels {
		delete(w.channels, c.id)
	}
	for _, p := range s.peers {
		delete(w.peers, p.id)
	}
	if s.delivery.due != nil {
		s.delivery.due.Stop()
	}
}

// refuse reports to the page that core rejected something that the page had accepted.
func (w *Worker) refuse(out *outbox, id int64, method, what string, err error) {
	text, _ := signals.Explain(err)
	out.add(protocol.Refused, id, signals.Mistake(method, what, text), text)
}
