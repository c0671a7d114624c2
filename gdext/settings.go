package gdext

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
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

// The options of create are properties by name. The engine cuts a float down to
// an int, and makes a PackedInt32Array of whatever is in an Array; here, where
// what the game gave is still there, that is an error.

// suggestion names the option that was meant by a name, if one is near.
func suggestion(name string, known []string) string {
	best, least := "", len(name)/3+1 // as many mistakes are still a slip
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

// distance is how many bytes have to be put in, taken out or changed to make one text of another.
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

// setOption sets a property that there is. What its setter refuses is in
// s.refused.
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

// errOptionType is a value of another type than the property's.
var errOptionType = errors.New("wrong type")

// describeType names what a property takes.
func describeType(p engine.Param) string {
	switch p.Type() {
	case engine.TypeObject:
		return p.Class() + " or null"
	case engine.TypePackedInt32s:
		return "an Array of whole numbers, or a PackedInt32Array"
	default:
		return variant.Type(p.Type()).WithArticle()
	}
}

// checkNumbers refuses what the engine would make other numbers of.
func checkNumbers(wanted engine.Type, value engine.Variant) error {
	switch given := value.Type(); {
	case wanted == engine.TypeInt && given == engine.TypeBool:
		return errOptionType
	case wanted == engine.TypeInt && given == engine.TypeFloat:
		return value.Bytes(checkWhole)
	case wanted == engine.TypePackedInt32s && given == engine.TypeArray:
		err := value.Bytes(checkTimes)
		var nesting *engine.NestingError
		if errors.As(err, &nesting) { // an Array in itself
			return notATime(nesting.Path[0].Index, "no number")
		}
		return err
	default:
		return nil
	}
}

// checkWhole refuses a float that is no int.
func checkWhole(b []byte) error {
	if n, _, ok := variant.Number(b); !ok || n != math.Trunc(n) || math.Abs(n) >= 1<<63 {
		return fmt.Errorf("this is %s; it takes whole numbers", numberText(n))
	}
	return nil
}

// checkTimes refuses an Array with something else than what a PackedInt32Array
// of times holds.
func checkTimes(array []byte) error {
	const head = 8 // the type and the number of elements
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
	return fmt.Errorf("%s is %s; it takes whole numbers of milliseconds, from 0 to %d", variant.IndexStep(index), what, math.MaxInt32)
}

// numberText writes a number, with an exponent only when it is very long.
func numberText(n float64) string {
	if math.Abs(n) >= 1e21 {
		return strconv.FormatFloat(n, 'g', -1, 64)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// Where a socket connects to and as whom: the settings that hold for the next
// connection. A socket in use refuses a value that cannot be used; before that
// any value is kept, as the inspector sets a Dictionary bit by bit: the editor
// warns of it, and connect_socket() fails.

// identity is the params, the token, the headers and the proxy, as core takes them. Under the lock.
func (s *socket) identity() (core.Config, error) {
	var config core.Config
	var err, errHeaders, errProxy error
	params := func(of *settings) **engine.Ref { return &of.params }
	if config.Params, err = paramsFor(s, s.settings.params, func() *engine.Ref { return s.share(params) }); err != nil {
		err = fmt.Errorf("%w: params: %w", core.ErrInvalidConfig, err)
	}
	if s.settings.authToken.Type() == engine.TypeCallable {
		token := func(of *settings) **engine.Ref { return &of.authToken }
		config.AuthTokenFunc = asking(s, func() *engine.Ref { return s.share(token) }, readToken)
	} else {
		config.AuthToken = s.settings.authToken.Text()
	}
	config.Header, errHeaders = headerOf(s.settings.headers)
	config.Proxy, errProxy = core.ParseProxy(s.settings.proxy, engine.Environment)
	return config, errors.Join(err, errHeaders, errProxy)
}

// wholeConfig is what core's socket is made with. Under the lock.
func (s *socket) wholeConfig() (core.Config, error) {
	who, err := s.identity()
	if err != nil {
		return who, err
	}
	s.settings.header, s.settings.route = who.Header, who.Proxy
	config := s.settings.config()
	config.Params, config.AuthToken, config.AuthTokenFunc = who.Params, who.AuthToken, who.AuthTokenFunc
	config.ManualDispatch = true
	config.Prepare = prepare
	config.Logger = slog.New(s.log)
	config.OnPanic = s.log.panicked
	config.OnQueued = s.object.Wake
	return config, nil
}

// refresh hands core what a connection begins with, as it is now: the game may
// have changed the Dictionaries since it set them.
func (s *socket) refresh() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	who, err := s.identity()
	if err != nil {
		return err
	}
	err = errors.Join(s.core.SetEndpoint(s.settings.endpoint), s.core.SetParams(who.Params), s.core.SetAuthToken(who.AuthToken),
		s.use(who))
	if err == nil && who.AuthTokenFunc != nil {
		s.core.SetAuthTokenFunc(who.AuthTokenFunc)
	}
	return err
}

// use makes the headers and the proxy those of the next connection.
func (s *socket) use(who core.Config) error {
	header, route := s.settings.header, s.settings.route
	s.settings.header, s.settings.route = who.Header, who.Proxy
	err := s.core.Configure(s.settings.config())
	if err != nil {
		s.settings.header, s.settings.route = header, route
	}
	return err
}

// headerOf reads {"X-Name": "value"}.
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

// ConfigurationWarnings are what the editor shows beside the node.
func (s *socket) ConfigurationWarnings() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.settings.endpoint == "" {
		return []string{"The endpoint is empty: set it to the URL of your server's socket, such as " + defaultEndpoint + "."}
	}
	who, err := s.identity()
	if err == nil {
		_, err = core.NewSocket(s.settings.endpoint, who)
	}
	if err != nil {
		return []string{"The socket cannot connect: " + plain(err) + "."}
	}
	if u, err := url.Parse(s.settings.endpoint); err == nil && strings.Trim(u.Path, "/") == "" {
		return []string{"The endpoint has no path: a Phoenix server's socket is mostly at /socket, as in " + defaultEndpoint + "."}
	}
	return nil
}

// setIdentity swaps a value for another. A socket in use that cannot take it
// swaps it back.
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
			s.refuse(property, plain(err))
		}
	}
	s.object.UpdateWarnings()
}

// text is a String of the identity.
func text(name string, field func(*settings) *string) engine.Property {
	get := func(s *socket) string {
		s.mu.Lock()
		defer s.mu.Unlock()
		return *field(&s.settings)
	}
	return engine.Prop(name, get, func(s *socket, value string) {
		s.setIdentity(name, func(of *settings) { value, *field(of) = *field(of), value })
	})
}

// dict is a Dictionary of the identity. A game gets the one that is held, and may
// change it.
func dict(name string, field func(*settings) *engine.DictionaryRef) engine.Property {
	get := func(s *socket) engine.GivenDictionary {
		s.mu.Lock()
		defer s.mu.Unlock()
		return field(&s.settings).Share()
	}
	return engine.ReadWrite(name, get, func(s *socket, value engine.Dictionary) {
		other := engine.DictionaryRef{Ref: value.Keep()}
		s.setIdentity(name, func(of *settings) { other, *field(of) = *field(of), other })
		other.Release()
	})
}

func (s *socket) getTLSOptions() *engine.Ref {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings.tlsOptions.Clone()
}

// setTLSOptions refuses what is no TLSOptions of a client: the inspector, which
// could do so bit by bit, cannot make them.
func (s *socket) setTLSOptions(options engine.ObjectArg) {
	given := options.Reference()
	trust, err := trustOf(given)
	if err != nil {
		given.Release()
		s.refuse("tls_options", plain(err))
		return
	}
	var old *engine.Ref
	s.change(func(of *settings) { old, of.tlsOptions, of.trust = of.tlsOptions, given, trust })
	old.Release()
}
