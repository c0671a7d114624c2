package gdext

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
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

// The options of create() are properties by name. The engine truncates a float to an int, and
// converts any Array to a PackedInt32Array. Here the game's original value is still available, so
// such a value is an error.

// suggestion returns a hint with the known option most similar to name, or "" if none is similar
// enough.
func suggestion(name string, known []string) string {
	best, least := "", len(name)/3+1 // up to a third of the name may be mistyped
	for _, candidate := range known {
		if d := distance(strings.ToLower(name), candidate); d < least {
			best, least = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// distance returns the Levenshtein distance of two texts, in bytes.
func distance(from, to string) int {
	row := make([]int, len(to)+1)
	for i := range row {
		row[i] = i
	}
	for i := range len(from) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(to) {
			changed := diagonal
			if from[i] != to[j] {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = min(changed, row[j]+1, diagonal+1)
		}
	}
	return row[len(to)]
}

// setOption sets an existing property. It returns s.refused if the setter refuses the value.
func (s *socket) setOption(name string, value engine.Variant) error {
	at := slices.IndexFunc(socketProperties, func(p engine.Property) bool { return p.Name() == name })
	wanted := socketProperties[at].Param()
	if socketProperties[at].TakesAny() {
		if err := checkCredential(value, wanted.Type()); err != nil {
			return fmt.Errorf("the option %q %w", name, err)
		}
	}
	err := checkNumbers(wanted.Type(), value)
	if err == nil && !s.object.Set(name, value) {
		err = errOptionType
	}
	switch {
	case err == nil:
		return s.refused
	case errors.Is(err, errOptionType):
		return fmt.Errorf("the option %q must be %s; this is %s", name, describeType(wanted), variant.Type(value.Type()).WithArticle())
	default:
		return fmt.Errorf("the option %q: %w", name, err)
	}
}

// errOptionType is the error for a value of the wrong type.
var errOptionType = errors.New("wrong type")

// describeType returns a description of the type that a property accepts.
func describeType(p engine.Param) string {
	switch p.Type() {
	case engine.TypeObject:
		return p.Class() + " or null"
	case engine.TypePackedInt32s:
		return "an Array of integers, or a PackedInt32Array"
	default:
		return variant.Type(p.Type()).WithArticle()
	}
}

// checkNumbers rejects values that the engine would convert to other numbers.
func checkNumbers(wanted engine.Type, value engine.Variant) error {
	switch given := value.Type(); {
	case wanted == engine.TypeInt && given == engine.TypeBool:
		return errOptionType
	case wanted == engine.TypeInt && given == engine.TypeFloat:
		return value.Bytes(checkWhole)
	case wanted == engine.TypePackedInt32s && given == engine.TypeArray:
		err := value.Bytes(checkTimes)
		var nesting *engine.NestingError
		if errors.As(err, &nesting) { // an Array that contains itself
			return notATime(nesting.Path[0].Index, "not a number")
		}
		return err
	default:
		return nil
	}
}

// checkWhole rejects a float that is not an integer.
func checkWhole(b []byte) error {
	if n, _, ok := variant.Number(b); !ok || n != math.Trunc(n) || math.Abs(n) >= 1<<63 {
		return fmt.Errorf("this is %s; it must be an integer", numberText(n))
	}
	return nil
}

// checkTimes rejects an Array with an element that a PackedInt32Array of times cannot hold.
func checkTimes(array []byte) error {
	const head = 8 // type and element count
	for i, rest := 0, array[head:]; len(rest) > 0; i++ {
		n, next, ok := variant.Number(rest)
		what := numberText(n)
		if !ok {
			t, err := variant.TypeOf(rest)
			if err != nil {
				return err
			}
			what = t.WithArticle()
		}
		if !ok || n != math.Trunc(n) || n < 0 || n > math.MaxInt32 {
			return notATime(i, what)
		}
		rest = next
	}
	return nil
}

func notATime(index int, what string) error {
	return fmt.Errorf("%s is %s; delays are integers in milliseconds, from 0 to %d", variant.IndexStep(index), what, math.MaxInt32)
}

// numberText formats a number, with an exponent only if it is very long.
func numberText(n float64) string {
	if math.Abs(n) >= 1e21 {
		return strconv.FormatFloat(n, 'g', -1, 64)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// Settings for the next connection: where the socket connects to, and with which identity. A socket
// in use rejects a value that cannot be used. Before that any value is accepted, because the
// inspector sets a Dictionary one entry at a time; the editor then shows a warning, and
// connect_socket() fails.

// current returns the settings for core, with the current values of engine objects. s.mu must be
// held.
func (s *socket) current() (core.Settings, error) {
	now := s.settings.Settings
	var err, errHeaders, errProxy error
	params := func(values *settings) **engine.Ref { return &values.params }
	if now.Params, err = paramsFor(s, s.settings.params, func() *engine.Ref { return s.share(params) }); err != nil {
		err = fmt.Errorf("%w: params: %w", core.ErrInvalidConfig, err)
	}
	now.AuthToken, now.AuthTokenFunc = s.settings.authToken.Text(), nil
	if s.settings.authToken.Type() == engine.TypeCallable {
		token := func(values *settings) **engine.Ref { return &values.authToken }
		now.AuthTokenFunc = asking(s, func() *engine.Ref { return s.share(token) }, readToken)
	}
	now.Header, errHeaders = headerOf(s.settings.headers)
	now.Proxy, errProxy = core.ParseProxy(s.settings.proxy, engine.Environment)
	return now, errors.Join(err, errHeaders, errProxy)
}

// refresh passes the settings of the next connection to core, with their current values: the game
// may have changed the Dictionaries since it set them.
func (s *socket) refresh() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, err := s.current()
	if err != nil {
		return err
	}
	if err := errors.Join(s.core.SetEndpoint(s.settings.connectsTo()), s.core.Configure(now), s.simulate(s.core)); err != nil {
		return err
	}
	s.settings.Settings = now
	return nil
}

// headerOf reads headers in the form {"X-Name": "value"}.
func headerOf(from engine.DictionaryRef) (http.Header, error) {
	header := http.Header{}
	return header, from.Each(func(key, value engine.Variant) error {
		if key.Text() == "" || !value.IsText() {
			return fmt.Errorf("%w: headers: each must be a String with a String, like {\"X-Name\": \"value\"}", core.ErrInvalidConfig)
		}
		header.Set(key.Text(), value.Text())
		return nil
	})
}

// ConfigurationWarnings returns the warnings that the editor shows beside the node.
func (s *socket) ConfigurationWarnings() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	endpoint := s.settings.connectsTo()
	if endpoint == "" {
		return []string{"The endpoint is empty: set it to the URL of your server's socket, such as " + defaultEndpoint +
			", here or in the project setting phoenix_channels/endpoint."}
	}
	now, err := s.current()
	if err == nil {
		_, err = core.NewSocket(endpoint, core.Config{Settings: now})
	}
	if err == nil {
		_, err = readSimulation(s.settings.simulation)
	}
	if err != nil {
		return []string{"The socket cannot connect: " + signals.Plain(err) + "."}
	}
	if u, err := url.Parse(endpoint); err == nil && strings.Trim(u.Path, "/") == "" {
		return []string{"The endpoint has no path: a Phoenix server's socket is usually at /socket, as in " + defaultEndpoint + "."}
	}
	return nil
}

// setIdentity swaps a value for another. If a socket in use rejects the new value, it swaps back.
func (s *socket) setIdentity(property string, swap func(*settings)) {
	s.mu.Lock()
	swap(&s.settings)
	inUse := s.core != nil
	s.mu.Unlock()
	if inUse {
		if err := s.refresh(); err != nil {
			s.mu.Lock()
			swap(&s.settings)
			s.mu.Unlock()
			s.refuse(property, signals.Plain(err))
		}
	}
	s.object.UpdateWarnings()
}

// text returns a String property of the identity.
func text(name string, field func(*settings) *string) engine.Property {
	return engine.Prop(name, locked(func(values *settings) string { return *field(values) }), func(s *socket, value string) {
		s.setIdentity(name, func(values *settings) { value, *field(values) = *field(values), value })
	})
}

// dict returns a Dictionary property of the identity. The game gets the Dictionary itself, and may
// change it.
func dict(name string, field func(*settings) *engine.DictionaryRef) engine.Property {
	share := locked(func(values *settings) engine.GivenDictionary { return field(values).Share() })
	return engine.ReadWrite(name, share, func(s *socket, value engine.Dictionary) {
		other := engine.DictionaryRef{Ref: value.Keep()}
		s.setIdentity(name, func(values *settings) { other, *field(values) = *field(values), other })
		other.Release()
	})
}

// setTLSOptions rejects an object that is not a client's TLSOptions, even before the socket is in
// use: unlike a Dictionary, the inspector does not set it one entry at a time, because it cannot
// create TLSOptions.
func (s *socket) setTLSOptions(options engine.ObjectArg) {
	given := options.Reference()
	trust, err := trustOf(given)
	if err != nil {
		given.Release()
		s.refuse("tls_options", signals.Plain(err))
		return
	}
	var unused *engine.Ref
	if !s.change("tls_options", func(to *settings) error {
		unused, to.tlsOptions, to.TLS, to.VerifyServer = to.tlsOptions, given, trust.TLS, trust.VerifyServer
		return nil
	}) {
		unused = given
	}
	unused.Release()
}
