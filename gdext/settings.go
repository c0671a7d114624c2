package gdext

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

// settings holds the properties of a PhoenixSocket.
type settings struct {
	core.Settings       // core's settings; values of engine objects are the last usable ones
	endpoint            string
	params              *engine.Ref // a Dictionary, or a Callable that returns one
	authToken           *engine.Ref // a String, or a Callable that returns one
	headers             engine.DictionaryRef
	simulation          engine.DictionaryRef
	proxy               string
	tlsOptions          *engine.Ref
	maxMessagesPerFrame int64
	autoConnect         bool
	reportSent          bool
}

// defaultSettings returns the defaults, except for values that are engine objects.
func defaultSettings() settings {
	return settings{Settings: core.DefaultSettings(), endpoint: defaultEndpoint, maxMessagesPerFrame: 1000}
}

// socketProperties lists the properties that the inspector shows and that create() accepts as
// options.
var socketProperties = []engine.Property{
	text("endpoint", func(s *settings) *string { return &s.endpoint }).Placeholder(defaultEndpoint),
	credential("params", engine.TypeDictionary, func(s *settings) **engine.Ref { return &s.params }),
	credential("auth_token", engine.TypeString, func(s *settings) **engine.Ref { return &s.authToken }).Password(),
	dict("headers", func(s *settings) *engine.DictionaryRef { return &s.headers }),
	engine.Prop("auto_connect", locked(func(values *settings) bool { return values.autoConnect }), (*socket).setAutoConnect),
	engine.Group("Timing", ""),
	shared("heartbeat_interval", 120_000),
	shared("timeout", 120_000),
	shared("reconnect_after", 60_000),
	shared("rejoin_after", 60_000),
	shared("reconnect_jitter", 1),
	engine.Group("Transport", ""),
	shared("transport", 0).Enum("WebSocket,Long Poll", "PhoenixSocket.Transport"),
	shared("longpoll_fallback_after", 60_000),
	shared("compression", 0),
	text("proxy", func(s *settings) *string { return &s.proxy }).Placeholder("http://proxy.example:3128"),
	engine.ReadWrite("tls_options", locked(func(values *settings) *engine.Ref { return values.tlsOptions.Clone() }), (*socket).setTLSOptions).Hidden("TLSOptions"),
	engine.Group("Limits", ""),
	shared("max_message_size", 128<<20),
	shared("max_queued_bytes", 1<<30),
	engine.Prop("max_messages_per_frame", locked(func(values *settings) int64 { return values.maxMessagesPerFrame }), (*socket).setMaxMessagesPerFrame).
		Range("0,10000,1,or_greater"),
	engine.Group("Debug", ""),
	simulationProperty(),
	engine.Prop("report_sent", locked(func(values *settings) bool { return values.reportSent }), (*socket).setReportSent),
	engine.Prop("debug_log", func(s *socket) bool { return s.log.Debug.Load() }, func(s *socket, on bool) { s.log.Debug.Store(on) }),
}

// shared returns the property for the core setting of the same name. The inspector's slider ends at
// slider.
func shared(name string, slider int64) engine.Property {
	setting := core.NamedSettings()[name]
	inspector := fmt.Sprintf("%d,%d,1,or_greater,suffix:%s", setting.Min, slider, setting.Unit)
	switch setting.Default.(type) {
	case bool:
		return engine.Prop(name, getShared[bool](setting), setShared[bool](setting))
	case float64:
		return engine.Prop(name, getShared[float64](setting), setShared[float64](setting)).Range(fmt.Sprintf("%d,%d,0.01", setting.Min, setting.Max))
	case []int64:
		times, setTimes := getShared[[]int64](setting), setShared[[]int64](setting)
		return engine.ReadWrite(name, func(s *socket) engine.PackedInt32sBytes { return variant.AppendInt32s(nil, times(s)) },
			func(s *socket, value engine.PackedInt32s) {
				// Bytes cannot fail, because numbers have no cycle.
				_ = value.Bytes(func(b []byte) error { setTimes(s, readInt32s(b)); return nil })
			}).ElementRange(inspector)
	case string: // an enum in the engine
		choice := getShared[string](setting)
		return engine.Prop(name, func(s *socket) int64 { return int64(slices.Index(setting.Choices, choice(s))) }, setShared[int64](setting))
	default:
		return engine.Prop(name, getShared[int64](setting), setShared[int64](setting)).Range(inspector)
	}
}

func getShared[V any](setting core.Setting) func(*socket) V {
	return locked(func(values *settings) V { return setting.Get(&values.Settings).(V) })
}

func setShared[V any](setting core.Setting) func(*socket, V) {
	return func(s *socket, value V) {
		s.change(setting.Name, func(values *settings) error { return setting.Set(&values.Settings, value) })
	}
}

// locked returns a function that reads a property with s.mu held.
func locked[V any](from func(*settings) V) func(*socket) V {
	return func(s *socket) V {
		s.mu.Lock()
		defer s.mu.Unlock()
		return from(&s.settings)
	}
}

func (s *socket) setAutoConnect(on bool) {
	s.change("auto_connect", func(values *settings) error { values.autoConnect = on; return nil })
}

func (s *socket) setMaxMessagesPerFrame(n int64) {
	s.change("max_messages_per_frame", func(values *settings) error {
		if n < 0 {
			return fmt.Errorf("%d is out of range; it must not be negative", n)
		}
		values.maxMessagesPerFrame = n
		return nil
	})
}

// change sets a property and reports whether it did. A socket in use applies the value at once. On
// an error the old value stays.
func (s *socket) change(property string, set func(*settings) error) bool {
	s.mu.Lock()
	changed := s.settings
	err := set(&changed)
	if err == nil && s.core != nil {
		err = s.core.Configure(changed.Settings)
	}
	if err == nil {
		s.settings = changed
	}
	s.mu.Unlock()
	if err != nil {
		s.refuse(property, strings.TrimPrefix(err.Error(), core.ErrInvalidConfig.Error()+": "))
	}
	return err == nil
}

// refuse reports a value that was not accepted.
func (s *socket) refuse(property, why string) {
	if s.making {
		s.refused = cmp.Or(s.refused, fmt.Errorf("the option %q: %s", property, why))
		return
	}
	engine.ErrorAt(1, "PhoenixSocket."+property, "PhoenixSocket."+property+": "+why+". The value is unchanged.")
}

// setReportSent subscribes to core's sent messages only while report_sent is on, because each
// reported message costs its sender an event.
func (s *socket) setReportSent(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.settings.reportSent == on {
		return
	}
	s.settings.reportSent = on
	switch {
	case s.core == nil:
	case on:
		s.sent = s.core.OnSent(s.sentMessage)
	default:
		s.sent.Cancel()
	}
}

// getSettings returns the current values of all properties. The Dictionaries are copies.
func (s *socket) getSettings() engine.GivenDictionary {
	self := s.object.Keep()
	defer self.Release()
	all := engine.GivenDictionary{DictionaryRef: engine.NewDictionary()}
	for _, name := range optionNames() {
		value, _ := self.Call("get", arguments(name)) // the property exists
		if value.Type() == engine.TypeDictionary {    // otherwise perhaps a Callable
			shared := engine.DictionaryRef{Ref: value}
			value = shared.Copy()
			shared.Release()
		}
		all.Set(name, value)
	}
	return all
}
