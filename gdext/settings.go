package gdext

import (
	"encoding/json/jsontext"
	"fmt"
	"net/http"
	"slices"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

// settings are the properties of a PhoenixSocket. Times are in milliseconds.
type settings struct {
	endpoint              string
	params                engine.DictionaryRef
	authToken             string
	headers               engine.DictionaryRef
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
	autoConnect           bool
}

// defaultSettings leaves out the Dictionaries, which live in the engine.
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
	engine.Prop("endpoint", (*socket).getEndpoint, (*socket).setEndpoint),
	engine.ReadWrite("params", (*socket).getParams, (*socket).setParams),
	engine.Prop("auth_token", (*socket).getAuthToken, (*socket).setAuthToken),
	engine.ReadWrite("headers", (*socket).getHeaders, (*socket).setHeaders),
	setting("auto_connect", func(s *settings) *bool { return &s.autoConnect }),
	engine.Group("Timing", ""),
	number("heartbeat_interval", func(s *settings) *int64 { return &s.heartbeatInterval }, 1, "1,120000,1,or_greater,suffix:ms"),
	number("timeout", func(s *settings) *int64 { return &s.timeout }, 1, "1,120000,1,or_greater,suffix:ms"),
	steps("reconnect_after", func(s *settings) *[]int64 { return &s.reconnectAfter }),
	steps("rejoin_after", func(s *settings) *[]int64 { return &s.rejoinAfter }),
	engine.Prop("reconnect_jitter", (*socket).getJitter, (*socket).setJitter).Range("0,1,0.01"),
	engine.Group("Transport", ""),
	number("transport", func(s *settings) *int64 { return &s.transport }, 0, "").Enum("WebSocket,Long Poll", "PhoenixSocket.Transport"),
	number("longpoll_fallback_after", func(s *settings) *int64 { return &s.longpollFallbackAfter }, 0, "0,60000,1,or_greater,suffix:ms"),
	setting("compression", func(s *settings) *bool { return &s.compression }),
	engine.ReadWrite("tls_options", (*socket).getTLSOptions, (*socket).setTLSOptions).Hidden("TLSOptions"),
	engine.Group("Limits", ""),
	number("max_message_size", func(s *settings) *int64 { return &s.maxMessageSize }, 1, "1,134217728,1,or_greater,suffix:B"),
	number("max_queued_bytes", func(s *settings) *int64 { return &s.maxQueuedBytes }, 1, "1,1073741824,1,or_greater,suffix:B"),
	number("max_messages_per_frame", func(s *settings) *int64 { return &s.maxMessagesPerFrame }, 0, "0,10000,1,or_greater"),
	engine.Group("Debug", ""),
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
		func(s *socket, value V) { s.change(name, func(of *settings) { value, *field(of) = *field(of), value }) })
}

// change swaps a value for another and hands it on to core's socket if it is made.
// When core refuses it, swap is called again: it must put the old value back.
func (s *socket) change(name string, swap func(*settings)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	swap(&s.settings)
	if s.core == nil {
		return
	}
	config, err := s.config()
	if err == nil {
		err = s.core.Configure(config)
	}
	if err != nil {
		swap(&s.settings)
		refuse(name, plain(err))
	}
}

// number is an int property with a least value.
func number(name string, field func(*settings) *int64, least int64, inspector string) engine.Property {
	plain := func(s *socket) int64 {
		s.mu.Lock()
		defer s.mu.Unlock()
		return *field(&s.settings)
	}
	return engine.Prop(name, plain, func(s *socket, value int64) {
		if value < least || value > maxMilliseconds {
			refuse(name, fmt.Sprintf("%d is out of range, the least is %d", value, least))
			return
		}
		s.change(name, func(of *settings) { value, *field(of) = *field(of), value })
	}).Range(inspector)
}

// maxMilliseconds keeps times within what a time.Duration holds.
const maxMilliseconds = int64(1) << 40

// steps is a list of times; the last repeats.
func steps(name string, field func(*settings) *[]int64) engine.Property {
	return engine.ReadWrite(name,
		func(s *socket) engine.PackedInt32sBytes {
			s.mu.Lock()
			defer s.mu.Unlock()
			return appendInt32s(nil, *field(&s.settings))
		},
		func(s *socket, value engine.PackedInt32s) {
			var list []int64
			_ = value.Bytes(func(b []byte) error { // of numbers: no cycle
				list = readInt32s(b)
				return nil
			})
			if len(list) == 0 || slices.Min(list) < 0 {
				refuse(name, "it needs at least one time in milliseconds, and none may be negative")
				return
			}
			s.change(name, func(of *settings) { list, *field(of) = *field(of), list })
		})
}

// refuse tells of a property value that was not taken.
func refuse(property, why string) {
	engine.ErrorAt(1, "PhoenixSocket."+property, "PhoenixSocket."+property+": "+why+". The value stays as it was.")
}

// config is what the settings mean to core, without the params, which have a way
// of their own.
func (s *settings) config() (core.Config, error) {
	config := s.plainConfig()
	var err error
	if config.Header, err = header(s.headers); err != nil {
		return config, err
	}
	if config.TLS, err = tlsConfig(s.tlsOptions); err != nil {
		return config, fmt.Errorf("tls_options: %w", err)
	}
	return config, nil
}

// plainConfig is config without what has to be asked of the engine.
func (s *settings) plainConfig() core.Config {
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
		AuthToken:             s.authToken,
		ManualDispatch:        true,
		Prepare:               prepare,
	}
	if s.reconnectJitter == 0 {
		config.Jitter = core.NoJitter // as core takes 0 for its default
	}
	return config
}

// header reads {"X-Name": "value"}.
func header(from engine.DictionaryRef) (http.Header, error) {
	header := http.Header{}
	return header, from.Each(func(key, value engine.Variant) error {
		if key.Text() == "" || value.Type() != engine.TypeString {
			return fmt.Errorf("headers: each must be a String with a String, like {\"X-Name\": \"value\"}")
		}
		header.Set(key.Text(), value.Text())
		return nil
	})
}

func milliseconds(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

func durations(of []int64) []time.Duration {
	list := make([]time.Duration, len(of))
	for i, n := range of {
		list[i] = milliseconds(n)
	}
	return list
}

func (s *socket) getEndpoint() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings.endpoint
}

// setEndpoint is for the next connect, as are params and token.
func (s *socket) setEndpoint(endpoint string) {
	if endpoint == "" {
		endpoint = defaultEndpoint
	}
	if _, err := core.NewSocket(endpoint, core.Config{}); err != nil {
		refuse("endpoint", plain(err))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settings.endpoint = endpoint
	if s.core != nil {
		_ = s.core.SetEndpoint(endpoint) // it is good, see above
	}
}

func (s *socket) getParams() engine.DictionaryRef {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings.params
}

func (s *socket) setParams(params engine.Dictionary) {
	s.mu.Lock()
	old := s.settings.params
	s.settings.params = engine.DictionaryRef{Ref: params.Keep()}
	s.mu.Unlock()
	old.Release()
	if err := s.refreshParams(); err != nil {
		mistake("PhoenixSocket.set_params", "", err)
	}
}

// refreshParams hands core the params as they are now: the game may have changed
// the Dictionary since it set it.
func (s *socket) refreshParams() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.core == nil {
		return nil
	}
	text, err := jsonOf(s.settings.params)
	if err != nil {
		return fmt.Errorf("params: %w", err)
	}
	return s.core.SetParams(text)
}

func (s *socket) getAuthToken() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings.authToken
}

func (s *socket) setAuthToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.core != nil {
		if err := s.core.SetAuthToken(token); err != nil {
			refuse("auth_token", plain(err))
			return
		}
	}
	s.settings.authToken = token
}

func (s *socket) getHeaders() engine.DictionaryRef {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings.headers
}

func (s *socket) setHeaders(headers engine.Dictionary) {
	dropped := headers.Keep()
	s.change("headers", func(of *settings) { of.headers.Ref, dropped = dropped, of.headers.Ref })
	dropped.Release()
}

func (s *socket) getJitter() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings.reconnectJitter
}

func (s *socket) setJitter(jitter float64) {
	if jitter < 0 || jitter > 1 {
		refuse("reconnect_jitter", fmt.Sprintf("%v is out of range, it goes from 0 (the exact times) to 1", jitter))
		return
	}
	s.change("reconnect_jitter", func(of *settings) { jitter, of.reconnectJitter = of.reconnectJitter, jitter })
}

func (s *socket) getTLSOptions() *engine.Ref {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings.tlsOptions.Clone()
}

func (s *socket) setTLSOptions(options engine.ObjectArg) {
	dropped := options.Reference()
	s.change("tls_options", func(of *settings) { of.tlsOptions, dropped = dropped, of.tlsOptions })
	dropped.Release()
}

// getSettings gives all properties but tls_options, which is no plain value.
func (s *socket) getSettings() engine.DictionaryBytes {
	s.mu.Lock()
	defer s.mu.Unlock()
	of := &s.settings
	return engine.DictionaryBytes(dictionary(
		"endpoint", of.endpoint, "params", copied(of.params), "auth_token", of.authToken, "headers", copied(of.headers),
		"heartbeat_interval", of.heartbeatInterval, "timeout", of.timeout,
		"reconnect_after", of.reconnectAfter, "rejoin_after", of.rejoinAfter, "reconnect_jitter", of.reconnectJitter,
		"transport", of.transport, "longpoll_fallback_after", of.longpollFallbackAfter, "compression", of.compression,
		"max_message_size", of.maxMessageSize, "max_queued_bytes", of.maxQueuedBytes,
		"max_messages_per_frame", of.maxMessagesPerFrame, "auto_connect", of.autoConnect, "debug_log", s.log.debug.Load()))
}

// copied is a Dictionary by way of JSON, as the server would see it.
func copied(of engine.DictionaryRef) encoded {
	text, err := jsonOf(of)
	if err != nil {
		return emptyDictionary
	}
	b, err := variant.AppendVariant(nil, jsontext.Value(text))
	if err != nil {
		return emptyDictionary
	}
	return b
}
