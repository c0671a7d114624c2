package gdext

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
)

// settings are the properties of a PhoenixSocket. Times are in milliseconds.
type settings struct {
	endpoint              string
	params                *engine.Ref // a Dictionary, or a Callable that returns one
	authToken             *engine.Ref // a String, or a Callable that returns one
	headers               engine.DictionaryRef
	header                http.Header // of headers, as they were when they could be used last
	heartbeatInterval     int64
	timeout               int64
	reconnectAfter        []int64
	rejoinAfter           []int64
	reconnectJitter       float64
	transport             int64
	longpollFallbackAfter int64
	compression           bool
	maxMessageSize        int64
	maxQueuedBytes        int64
	maxMessagesPerFrame   int64
	tlsOptions            *engine.Ref
	trust                 trust // of tlsOptions
	proxy                 string
	route                 func(*http.Request) (*url.URL, error) // of proxy, and of the environment as it was when that was read last
	autoConnect           bool
	reportSent            bool
}

// defaultSettings leaves out the values that live in the engine.
func defaultSettings() settings {
	return settings{
		endpoint:            defaultEndpoint,
		heartbeatInterval:   30_000,
		timeout:             10_000,
		reconnectAfter:      []int64{10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000},
		rejoinAfter:         []int64{1000, 2000, 5000, 10_000},
		reconnectJitter:     0.25,
		maxMessageSize:      16 << 20,
		maxQueuedBytes:      64 << 20,
		maxMessagesPerFrame: 1000,
	}
}

// socketProperties are what the inspector shows and what create takes as
// options.
var socketProperties = []engine.Property{
	text("endpoint", func(s *settings) *string { return &s.endpoint }).Placeholder(defaultEndpoint),
	credential("params", engine.TypeDictionary, func(s *settings) **engine.Ref { return &s.params }),
	credential("auth_token", engine.TypeString, func(s *settings) **engine.Ref { return &s.authToken }).Password(),
	dict("headers", func(s *settings) *engine.DictionaryRef { return &s.headers }),
	setting("auto_connect", func(s *settings) *bool { return &s.autoConnect }),
	engine.Group("Timing", ""),
	number("heartbeat_interval", func(s *settings) *int64 { return &s.heartbeatInterval }, 1, most, "1,120000,1,or_greater,suffix:ms"),
	number("timeout", func(s *settings) *int64 { return &s.timeout }, 1, most, "1,120000,1,or_greater,suffix:ms"),
	steps("reconnect_after", func(s *settings) *[]int64 { return &s.reconnectAfter }, "0,60000,1,or_greater,suffix:ms"),
	steps("rejoin_after", func(s *settings) *[]int64 { return &s.rejoinAfter }, "0,60000,1,or_greater,suffix:ms"),
	engine.Prop("reconnect_jitter", (*socket).getJitter, (*socket).setJitter).Range("0,1,0.01"),
	engine.Group("Transport", ""),
	number("transport", func(s *settings) *int64 { return &s.transport }, 0, int64(core.LongPoll), "").Enum("WebSocket,Long Poll", "PhoenixSocket.Transport"),
	number("longpoll_fallback_after", func(s *settings) *int64 { return &s.longpollFallbackAfter }, 0, most, "0,60000,1,or_greater,suffix:ms"),
	setting("compression", func(s *settings) *bool { return &s.compression }),
	text("proxy", func(s *settings) *string { return &s.proxy }).Placeholder("http://proxy.example:3128"),
	engine.ReadWrite("tls_options", (*socket).getTLSOptions, (*socket).setTLSOptions).Hidden("TLSOptions"),
	engine.Group("Limits", ""),
	number("max_message_size", func(s *settings) *int64 { return &s.maxMessageSize }, 1, most, "1,134217728,1,or_greater,suffix:B"),
	number("max_queued_bytes", func(s *settings) *int64 { return &s.maxQueuedBytes }, 1, most, "1,1073741824,1,or_greater,suffix:B"),
	number("max_messages_per_frame", func(s *settings) *int64 { return &s.maxMessagesPerFrame }, 0, most, "0,10000,1,or_greater"),
	engine.Group("Debug", ""),
	engine.Prop("report_sent", (*socket).getReportSent, (*socket).setReportSent),
	engine.Prop("debug_log", func(s *socket) bool { return s.log.debug.Load() }, func(s *socket, on bool) { s.log.debug.Store(on) }),
}

// setting is a property that any value of its type is good for.
func setting[V any](name string, field func(*settings) *V) engine.Property {
	return engine.Prop(name,
		func(s *socket) V {
			s.mu.Lock()
			defer s.mu.Unlock()
			return *field(&s.settings)
		},
		func(s *socket, value V) { s.change(func(of *settings) { *field(of) = value }) })
}

// number is an int property with a least and a greatest value.
func number(name string, field func(*settings) *int64, least, greatest int64, inspector string) engine.Property {
	get := func(s *socket) int64 {
		s.mu.Lock()
		defer s.mu.Unlock()
		return *field(&s.settings)
	}
	return engine.Prop(name, get, func(s *socket, value int64) {
		if value < least || value > greatest {
			s.refuse(name, fmt.Sprintf("%d is out of range, it goes from %d to %d", value, least, greatest))
			return
		}
		s.change(func(of *settings) { *field(of) = value })
	}).Range(inspector)
}

// most keeps times within what a time.Duration holds.
const most = int64(1) << 40

// steps is a list of times in milliseconds; the last repeats.
func steps(name string, field func(*settings) *[]int64, inspector string) engine.Property {
	get := func(s *socket) engine.PackedInt32sBytes {
		s.mu.Lock()
		defer s.mu.Unlock()
		return appendInt32s(nil, *field(&s.settings))
	}
	return engine.ReadWrite(name, get, func(s *socket, value engine.PackedInt32s) {
		var list []int64
		_ = value.Bytes(func(b []byte) error { // of numbers: no cycle
			list = readInt32s(b)
			return nil
		})
		if len(list) == 0 || slices.Min(list) < 0 {
			s.refuse(name, "it needs at least one time in milliseconds, and none may be negative")
			return
		}
		s.change(func(of *settings) { *field(of) = list })
	}).ElementRange(inspector)
}

// change sets a value that can work, which a socket in use takes over at once.
func (s *socket) change(set func(*settings)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set(&s.settings)
	if s.core == nil {
		return
	}
	if err := s.core.Configure(s.settings.config()); err != nil {
		mistake("PhoenixSocket", "", err)
	}
}

// refuse tells of a value that was not taken.
func (s *socket) refuse(property, why string) {
	if s.making {
		s.refused = cmp.Or(s.refused, fmt.Errorf("the option %q: %s", property, why))
		return
	}
	engine.ErrorAt(1, "PhoenixSocket."+property, "PhoenixSocket."+property+": "+why+". The value stays as it was.")
}

// config is what the settings mean to core, without the endpoint, the params and
// the token, which core takes apart.
func (s *settings) config() core.Config {
	config := core.Config{
		Timeout:               milliseconds(s.timeout),
		HeartbeatInterval:     milliseconds(s.heartbeatInterval),
		ReconnectAfter:        durations(s.reconnectAfter),
		RejoinAfter:           durations(s.rejoinAfter),
		Jitter:                s.reconnectJitter,
		Transport:             core.Transport(s.transport),
		LongPollFallbackAfter: milliseconds(s.longpollFallbackAfter),
		Compression:           s.compression,
		MaxMessageBytes:       s.maxMessageSize,
		MaxQueuedBytes:        int(s.maxQueuedBytes),
		Header:                s.header,
		TLS:                   s.trust.config,
		VerifyServer:          s.trust.verify,
		Proxy:                 s.route,
	}
	if s.reconnectJitter == 0 {
		config.Jitter = core.NoJitter // as core takes 0 for its default
	}
	return config
}

func milliseconds(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

func durations(of []int64) []time.Duration {
	list := make([]time.Duration, len(of))
	for i, n := range of {
		list[i] = milliseconds(n)
	}
	return list
}

func (s *socket) getReportSent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings.reportSent
}

// setReportSent listens to core only while it is asked for, as each message that is told costs its sender an event.
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

func (s *socket) getJitter() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings.reconnectJitter
}

func (s *socket) setJitter(jitter float64) {
	if !(jitter >= 0 && jitter <= 1) {
		s.refuse("reconnect_jitter", fmt.Sprintf("%v is out of range, it goes from 0 (the exact times) to 1", jitter))
		return
	}
	s.change(func(of *settings) { of.reconnectJitter = jitter })
}

// getSettings gives all properties as they are now. The Dictionaries are copies.
func (s *socket) getSettings() engine.GivenDictionary {
	self := s.object.Keep()
	defer self.Release()
	all := engine.GivenDictionary{DictionaryRef: engine.NewDictionary()}
	for _, name := range optionNames() {
		value, _ := self.Call("get", arguments(name)) // of a property that there is
		if value.Type() == engine.TypeDictionary {    // else a Callable, perhaps
			shared := engine.DictionaryRef{Ref: value}
			value = shared.Copy()
			shared.Release()
		}
		all.Set(name, value)
	}
	return all
}
