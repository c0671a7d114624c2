package gdext

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
)

const defaultEndpoint = "ws://localhost:4000/socket"

// codeNormal is the close code of a connection that is no longer needed.
const codeNormal = 1000

var (
	onOpen       = engine.NewSignal("on_open", engine.P("params").Of(engine.TypeDictionary))
	onClose      = engine.NewSignal("on_close", engine.P("params").Of(engine.TypeDictionary))
	onError      = engine.NewSignal("on_error", engine.P("data").Of(engine.TypeDictionary))
	onConnecting = engine.NewSignal("on_connecting", engine.P("is_connecting").Of(engine.TypeBool))
	onMessage    = engine.NewSignal("on_message", engine.P("topic").Of(engine.TypeString), engine.P("event").Of(engine.TypeString),
		engine.P("payload").Of(engine.TypeNil), engine.P("ref").Of(engine.TypeString), engine.P("join_ref").Of(engine.TypeString))
	onSent = engine.NewSignal("on_sent", engine.P("topic").Of(engine.TypeString), engine.P("event").Of(engine.TypeString),
		engine.P("payload").Of(engine.TypeNil), engine.P("ref").Of(engine.TypeString), engine.P("join_ref").Of(engine.TypeString))
)

var socketClass = &engine.Class{
	Name:     classSocket,
	Parent:   "Node",
	New:      newSocket,
	Virtuals: engine.ConfigurationWarnings,
	Notifications: []engine.Notification{engine.NotificationEnterTree, engine.NotificationExitTree, engine.NotificationInternalProcess,
		engine.NotificationPredelete, engine.NotificationApplicationResumed, engine.NotificationApplicationFocusIn},
	Signals: []*engine.Signal{onOpen, onClose, onError, onConnecting, onMessage, onSent},
	Enums: []engine.Enum{
		{Name: "State", Constants: []string{"CLOSED", "CONNECTING", "OPEN", "CLOSING"}},
		{Name: "Transport", Constants: []string{"WEBSOCKET", "LONGPOLL"}},
	},
	Properties: append(slices.Clone(socketProperties),
		engine.Group("Status", ""),
		engine.Computed("state", func(s *socket) int64 { return int64(s.state()) }).Enum("Closed,Connecting,Open,Closing", "PhoenixSocket.State"),
		engine.Computed("round_trip_ms", func(s *socket) float64 { return signals.Milliseconds(s.statistics().RoundTrip) }),
	),
	Methods: []engine.Method{
		engine.Static2("create", create, engine.P("endpoint"), engine.P("options").Default(signals.EmptyDictionary)).Class(classSocket),
		engine.Func0("reconnect_now", (*socket).reconnectNow),
		engine.Func1("set_online", (*socket).setOnline, engine.P("online")),
		engine.Func0("connect_socket", (*socket).connectSocket).Enum(enumError),
		engine.Func2("disconnect_socket", (*socket).disconnect, engine.P("code").Default(intDefault(codeNormal)),
			engine.P("reason").Default(stringDefault(""))).Enum(enumError),
		engine.Func3("channel", (*socket).channel, engine.P("topic"), engine.P("params").Default(signals.EmptyDictionary),
			engine.P("presence").Default(signals.Null).Is(classPresence)).Class(classChannel),
		engine.Func0("get_channels", (*socket).getChannels).Class(classChannel).Const(),
		engine.Func0("get_is_connected", func(s *socket) bool { return s.state() == core.SocketOpen }).Const(),
		engine.Func0("get_is_connecting", func(s *socket) bool { return s.state() == core.SocketConnecting }).Const(),
		engine.Func0("get_settings", (*socket).getSettings).Const(),
		engine.Func1("can_push", func(s *socket, _ string) bool { return s.state() == core.SocketOpen },
			engine.P("event").Default(stringDefault(""))).Const(),
		engine.Func1("push", (*socket).push, engine.P("message")).Enum(enumError),
		engine.Func0("make_ref", (*socket).makeRef),
		engine.Func0("ping", (*socket).ping).Class(classPush),
		engine.Func0("get_statistics", (*socket).getStatistics).Const(),
	},
}

// socket is the Go side of a PhoenixSocket node.
type socket struct {
	instance
	departure departure
	log       *signals.LogQueue
	watched   *watchedSocket // nil if no debugger is attached
	heard     bool           // on_message had listeners when the current delivery began

	mu        sync.Mutex
	settings  settings
	making    bool              // during create, which reports errors itself
	refused   error             // the first setting refused during create
	core      *core.Socket      // created on first use
	wanted    bool              // connected, or meant to connect
	autoDue   bool              // auto_connect is due in the next frame
	announced announcements     // for the current connection
	sent      core.Subscription // for report_sent
	simulated core.Simulation   // as last applied to core
	channels  []engine.Object
	outage    signals.Outage
	awaited   map[*question]*engine.Ref // GDScript calls at an await, held so that they complete
}

func newSocket(o engine.Object) any {
	o.SetProcessMode(engine.ProcessModeAlways)
	o.SetProcessInternal(true)
	s := &socket{instance: instance{object: o}, settings: defaultSettings()}
	s.settings.params, s.settings.headers, s.settings.simulation = engine.NewDictionary().Ref, engine.NewDictionary(), engine.NewDictionary()
	s.settings.authToken = engine.NewRef(stringDefault(""))
	trust, _ := trustOf(nil) // cannot fail
	s.settings.TLS, s.settings.VerifyServer = trust.TLS, trust.VerifyServer
	s.log = &signals.LogQueue{Wake: o.Wake}
	s.takeProjectDefaults()
	s.watched = debugger.add(s)
	return s
}

// client returns core's socket. The first call creates it.
func (s *socket) client() (*core.Socket, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.core != nil:
		return s.core, nil
	case s.gone.Load(): // its settings are released; a channel may call this on another thread
		return nil, core.ErrSocketClosed
	}
	now, err := s.current()
	if err != nil {
		return nil, err
	}
	client, err := core.NewSocket(s.settings.connectsTo(), core.Config{
		Settings: now, ManualDispatch: true, OnQueued: s.object.Wake, Prepare: prepare, BeforeWrite: later.flush, Logger: s.log.Logger(), OnPanic: s.log.Panicked,
		Observer: s.watched.observer(),
	})
	if err != nil {
		return nil, err
	}
	if err := s.simulate(client); err != nil {
		_ = client.Close()
		return nil, err
	}
	s.core, s.settings.Settings = client, now
	s.listen(client)
	return client, nil
}

// clientIfMade returns core's socket, or nil if it has not been created.
func (s *socket) clientIfMade() *core.Socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.core
}

func (s *socket) state() core.SocketState {
	if client := s.clientIfMade(); client != nil {
		return client.State()
	}
	return core.SocketClosed
}

// connectSocket implements connect_socket(). If the game calls it on a socket that has just left
// the tree, the socket is not disconnected.
func (s *socket) connectSocket() int64 {
	s.stay()
	return s.connect()
}

// stay keeps a socket that has just left the tree connected.
func (s *socket) stay() {
	if s.departure.cancel() {
		engine.Defer(s.deliverRest)
	}
}

func (s *socket) connect() int64 {
	if err := s.tryConnect(); err != nil {
		return mistake("PhoenixSocket.connect_socket", "", err)
	}
	return signals.OK
}

func (s *socket) tryConnect() error {
	client, err := s.client()
	if err == nil {
		err = s.refresh()
	}
	if err == nil {
		s.mu.Lock()
		s.wanted, s.autoDue = true, false
		s.mu.Unlock()
		err = client.Connect()
	}
	if err == nil {
		s.warnIfOutsideTree()
	}
	return err
}

// reconnectNow skips the delay before the next reconnect attempt.
func (s *socket) reconnectNow() engine.None {
	if client := s.clientIfMade(); client != nil {
		client.ReconnectNow()
	}
	return engine.None{}
}

// setOnline passes the network's state to core, even before the socket is in use.
func (s *socket) setOnline(online bool) engine.None {
	client, err := s.client()
	if err != nil {
		mistake("PhoenixSocket.set_online", "", err)
		return engine.None{}
	}
	client.SetOnline(online)
	return engine.None{}
}

// isWanted reports whether the socket is connected or meant to connect.
func (s *socket) isWanted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wanted || s.autoDue
}

func (s *socket) disconnect(code int64, reason string) int64 {
	if err := s.tryDisconnect(int(code), reason); err != nil {
		mistake("PhoenixSocket.disconnect_socket", "", err)
		return signals.ErrInvalidParameter
	}
	return signals.OK
}

func (s *socket) tryDisconnect(code int, reason string) error {
	s.mu.Lock()
	s.wanted, s.autoDue = false, false
	client := s.core
	s.mu.Unlock()
	if client == nil {
		return nil
	}
	return client.Disconnect(code, reason)
}

func (s *socket) channel(topic string, params engine.Variant, presenceArg engine.ObjectArg) engine.Object {
	const method = "PhoenixSocket.channel"
	if topic == "" || topic == topicPhoenix {
		mistake(method, "", core.ErrInvalidTopic)
		return engine.Object{}
	}
	if _, ok := presenceArg.Value().(*presence); !ok && !presenceArg.IsNull() {
		mistake(method, "", errors.New("the third argument must be a PhoenixPresence or null"))
		return engine.Object{}
	}
	if err := checkCredential(params, engine.TypeDictionary); err != nil {
		mistake(method, signals.About("the channel", topic), fmt.Errorf("params %w", err))
		return engine.Object{}
	}
	object, err := engine.Construct(classChannel)
	if err != nil {
		mistake(method, "", err)
		return engine.Object{}
	}
	c := object.Value().(*channel)
	c.socket, c.topic = s, topic
	c.usePresence(presenceArg.Object)
	c.params.Release()
	c.params = params.Keep()
	s.object.AddChild(object)
	if object.Parent().IsNull() { // the engine has reported why
		object.Destroy()
		mistake(method, signals.About("the channel", topic), errNotAdded)
		return engine.Object{}
	}
	s.addChannel(object)
	return object
}

// errNotAdded is the error for a channel that could not be added as a child of its socket.
var errNotAdded = errors.New("the engine did not add it to the socket, see its error before this one; use call_deferred while the tree is busy, and in threads")

// addChannel adds a channel to the socket's list.
func (s *socket) addChannel(object engine.Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.channels, object) {
		s.channels = append(s.channels, object)
	}
}

// removeChannel removes a channel that is being freed.
func (s *socket) removeChannel(object engine.Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(s.channels, object); i >= 0 {
		s.channels = slices.Delete(s.channels, i, i+1)
	}
}

// getChannels returns the existing channels that have not moved to another socket.
func (s *socket) getChannels() []engine.Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels = slices.DeleteFunc(s.channels, func(o engine.Object) bool {
		c, ok := o.Value().(*channel)
		return !ok || !c.belongsTo(s)
	})
	return slices.Clone(s.channels)
}

func (s *socket) makeRef() string {
	client, err := s.client()
	if err != nil {
		mistake("PhoenixSocket.make_ref", "", err)
		return ""
	}
	return client.MakeRef()
}

// push sends a raw message: {topic, event, payload, ref, join_ref}.
func (s *socket) push(message engine.Dictionary) int64 {
	const method = "PhoenixSocket.push"
	client, err := s.client()
	if err != nil {
		return mistake(method, "", err)
	}
	raw, err := rawMessage(message)
	if err == nil {
		err = client.PushFrom(debugger.line(), raw)
	}
	if err != nil {
		return mistake(method, "", err)
	}
	return signals.OK
}

func rawMessage(given engine.Dictionary) (core.Message, error) {
	message := core.Message{Payload: core.JSONPayload([]byte("{}"))}
	err := given.Each(func(key, value engine.Variant) error {
		text := map[string]*string{"topic": &message.Topic, "event": &message.Event, "ref": &message.Ref, "join_ref": &message.JoinRef}[key.Text()]
		switch {
		case text != nil && (value.Text() != "" || value.Type() == engine.TypeNil || value.Type() == engine.TypeString):
			*text = value.Text()
			return nil
		case text != nil:
			return fmt.Errorf("%w: %q must be a String", signals.ErrNoMessage, key.Text())
		case key.Text() != "payload":
			return fmt.Errorf("%w: it has no %s; its keys are topic, event, payload, ref and join_ref", signals.ErrNoMessage, describeKey(key))
		}
		payload, err := outgoing(value)
		if err == nil {
			message.Payload = payload
		}
		return err
	})
	if err == nil && (message.Topic == "" || message.Event == "") {
		err = fmt.Errorf("%w: it needs a topic and an event", signals.ErrNoMessage)
	}
	return message, err
}

// ping asks the server for a reply. The push completes with {round_trip_ms} when the reply arrives.
func (s *socket) ping() *engine.Ref {
	client, err := s.client()
	if err != nil {
		mistake("PhoenixSocket.ping", "", err)
		return nil
	}
	started, err := client.Ping()
	return track(s, "PhoenixSocket.ping", "", started, err, func(p *push) {
		p.answer = func(reply core.Reply) signals.Encoded {
			if reply.Status != core.StatusOK {
				return signals.EmptyDictionary
			}
			return signals.Dictionary("round_trip_ms", signals.Milliseconds(started.RoundTrip()))
		}
	})
}
