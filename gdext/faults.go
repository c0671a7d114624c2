//go:build faults

package gdext

import (
	"context"
	"sync/atomic"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
)

// faultsClass is the class PhoenixFaults, whose methods panic on purpose: in each of the ways in
// which the engine calls Go, and in each of the ways in which core does. Only the library of
// tests/faults contains it.
var faultsClass = &engine.Class{
	Name:          "PhoenixFaults",
	Parent:        "Node",
	New:           newFault,
	Notifications: []engine.Notification{engine.NotificationEnterTree},
	Properties: []engine.Property{
		engine.Prop("broken", func(*fault) int64 { panic("planted in a getter") }, func(*fault, int64) { panic("planted in a setter") }),
	},
	Methods: []engine.Method{
		engine.Func1("fail", func(_ *fault, kind string) engine.None { planted[kind](); return engine.None{} }, engine.P("kind")),
		engine.Func0("get_number", func(*fault) int64 { panic("planted in get_number") }),
		engine.Func0("get_truth", func(*fault) bool { panic("planted in get_truth") }),
		engine.Func0("get_text", func(*fault) string { panic("planted in get_text") }),
		engine.Func0("get_dictionary", func(*fault) engine.DictionaryBytes { panic("planted in get_dictionary") }),
		engine.Func0("get_anything", func(*fault) engine.GivenVariant { panic("planted in get_anything") }),
		engine.Func0("get_push", func(*fault) *engine.Ref { panic("planted in get_push") }).Class(classPush),
		engine.Func0("get_node_of", func(*fault) engine.Object { panic("planted in get_node_of") }).Class("Node"),
		engine.Static2("fail_static", func(int64, int64) int64 { panic("planted in a static method") }, engine.P("a"), engine.P("b")),
		engine.Func1("arm", func(_ *fault, place string) engine.None { armed.Store(&place); return engine.None{} }, engine.P("where")),
		engine.Func0("fail_deferred", func(*fault) engine.None {
			engine.Defer(func() { panic("planted in a deferred call") })
			return engine.None{}
		}),
		engine.Func1("add_monitor", func(_ *fault, name string) engine.None {
			engine.NewMonitor(name, func() float64 { panic("planted in a monitor") })
			return engine.None{}
		}, engine.P("name")),
		engine.Func1("fail_in_handler", onSocket(failInHandler), engine.P("socket").Is(classSocket)),
		engine.Func1("fail_before_handlers", onSocket(failBeforeHandlers), engine.P("socket").Is(classSocket)),
		engine.Func1("fail_in_connection", onSocket(failInConnection), engine.P("socket").Is(classSocket)),
		engine.Func1("fail_in_join", onSocket(failInJoin), engine.P("socket").Is(classSocket)),
	},
}

func init() { classes = append(classes, faultsClass) }

type fault struct{}

func newFault(engine.Object) any {
	failOnce("new")
	return &fault{}
}

func (*fault) Notified(engine.Notification) { failOnce("notification") }
func (*fault) Freed()                       { failOnce("free") }

// armed names the place of the next panic.
var armed atomic.Pointer[string]

func arm(place string) { armed.Store(&place) }

func failOnce(place string) {
	if next := armed.Load(); next != nil && *next == place && armed.CompareAndSwap(next, nil) {
		panic("planted in " + place)
	}
}

// planted holds one bug of each kind.
var planted = map[string]func(){
	"text":  func() { panic("planted") },
	"error": func() { panic(core.ErrNotJoined) },
	"nil":   func() { var s *socket; s.showLog() },
	"index": func() { var list []int; list[len(list)] = 1 },
	"map":   func() { var m map[string]int; m["a"] = 1 },
	"type":  func() { var v any = 1; _ = v.(string) },
}

func onSocket(f func(*socket, *core.Socket)) func(*fault, engine.ObjectArg) engine.None {
	return func(_ *fault, given engine.ObjectArg) engine.None {
		s := given.Value().(*socket)
		client, err := s.client()
		if err != nil {
			panic(err)
		}
		f(s, client)
		return engine.None{}
	}
}

// failInHandler makes a handler panic at the next message.
func failInHandler(_ *socket, client *core.Socket) {
	var planted core.Subscription
	planted = client.OnMessage(func(*core.Message) {
		planted.Cancel()
		panic("planted in a handler")
	})
}

// failBeforeHandlers posts a function that panics before the handlers run.
func failBeforeHandlers(_ *socket, client *core.Socket) {
	client.Post(func() { panic("planted before the handlers") })
}

// failInConnection causes a panic on the next connection's goroutine, which connects and reads.
func failInConnection(s *socket, client *core.Socket) {
	arm("connection")
	s.mu.Lock()
	settings := s.settings.Settings
	s.mu.Unlock()
	settings.Params = failing("connection")
	_ = client.Configure(settings)
}

// failing returns a params function that panics on the goroutine that calls it.
func failing(place string) func(context.Context) (any, error) {
	return func(context.Context) (any, error) { failOnce(place); return nil, nil }
}

// failInJoin causes a panic on the goroutine that asks for the params of a join.
func failInJoin(_ *socket, client *core.Socket) {
	arm("join")
	channel, err := client.Channel("room:faults", failing("join"))
	if err == nil {
		_, err = channel.Join()
	}
	if err != nil {
		panic(err)
	}
}
