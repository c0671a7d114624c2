package core

import (
	"cmp"
	"encoding/json/jsontext"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Setting describes one of the [Settings] for hosts in other languages: its name, the type of its
// value, and its range. The value is a bool, an int64, a float64, a []int64, a string, or for
// params a [jsontext.Value].
type Setting struct {
	Name     string   // "" if only Go programs have the setting
	Unit     string   // of a number: "ms", "B", or "" for none
	Min, Max int64    // of a number, or of each number in a list
	Choices  []string // of a string; nil for any
	Default  any

	field string // name of the field of Settings
}

const (
	maxMilliseconds = 1 << 40 // fits into a time.Duration
	maxMessageBytes = 1 << 30 // a message's length is an int32 in the engine, and a uint32 in an event of the C ABI
	maxQueuedBytes  = min(1<<40, math.MaxInt)
)

// allSettings is the single source for the names, values and defaults of the settings. The
// properties of PhoenixSocket, their help texts, the options of the C ABI and docs/c-abi.md follow
// it.
var allSettings = []Setting{
	{Name: "params", field: "Params", Default: jsontext.Value("{}")},
	{Name: "auth_token", field: "AuthToken", Default: ""},
	{Name: "heartbeat_interval", field: "HeartbeatInterval", Default: int64(30_000), Min: 1, Max: maxMilliseconds, Unit: "ms"},
	{Name: "timeout", field: "Timeout", Default: int64(10_000), Min: 1, Max: maxMilliseconds, Unit: "ms"},
	{Name: "reconnect_after", field: "ReconnectAfter", Default: []int64{10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000}, Max: maxMilliseconds, Unit: "ms"},
	{Name: "rejoin_after", field: "RejoinAfter", Default: []int64{1000, 2000, 5000, 10_000}, Max: maxMilliseconds, Unit: "ms"},
	{Name: "reconnect_jitter", field: "Jitter", Default: 0.25, Max: 1},
	{Name: "transport", field: "Transport", Default: WebSocket.String(), Choices: []string{WebSocket.String(), LongPoll.String()}},
	{Name: "longpoll_fallback_after", field: "LongPollFallbackAfter", Default: int64(0), Max: maxMilliseconds, Unit: "ms"},
	{Name: "compression", field: "Compression", Default: false},
	{Name: "max_message_size", field: "MaxMessageBytes", Default: int64(16 << 20), Min: 1, Max: maxMessageBytes, Unit: "B"},
	{Name: "max_queued_bytes", field: "MaxQueuedBytes", Default: int64(64 << 20), Min: 1, Max: maxQueuedBytes, Unit: "B"},

	{field: "HeartbeatTimeout", Default: int64(0), Unit: "ms"}, // that of HeartbeatInterval
	{field: "LongPollTimeout", Default: int64(20_000), Unit: "ms"},
	{field: "MaxBufferedBytes", Default: int64(64 << 20), Unit: "B"},
	{field: "MaxBufferedPushes", Default: int64(65536)},
}

// NamedSettings returns the settings that have a name, keyed by name.
func NamedSettings() map[string]Setting {
	named := map[string]Setting{}
	for _, setting := range allSettings {
		if setting.Name != "" {
			named[setting.Name] = setting
		}
	}
	return named
}

// Get returns the setting's value in settings, which must be derived from [DefaultSettings]: in
// others a zero field means its default.
func (s Setting) Get(settings *Settings) any {
	switch v := s.in(settings).Interface().(type) {
	case int:
		return int64(v)
	case float64:
		return max(v, 0) // NoJitter
	case time.Duration:
		return v.Milliseconds()
	case []time.Duration:
		steps := make([]int64, len(v))
		for i, step := range v {
			steps[i] = step.Milliseconds()
		}
		return steps
	case Transport:
		return v.String()
	default:
		return v
	}
}

// Set changes the setting in settings, or returns an error that names the setting and its valid
// values. For a choice the value may also be an int64, its index.
func (s Setting) Set(settings *Settings, value any) error {
	if i, ok := value.(int64); ok && i >= 0 && i < int64(len(s.Choices)) {
		value = s.Choices[i]
	}
	if err := s.check(value); err != nil {
		return err
	}
	s.set(settings, value)
	return nil
}

// kinds are the types of values, as worded in errors.
var kinds = map[reflect.Type]string{
	reflect.TypeFor[bool](): "true or false", reflect.TypeFor[int64](): "an integer of 64 bits", reflect.TypeFor[float64](): "a number",
	reflect.TypeFor[[]int64](): "an array of integers", reflect.TypeFor[string](): "a string", reflect.TypeFor[jsontext.Value](): "an object",
}

func (s Setting) wrongType(kind reflect.Type) error {
	return invalid("%s: must be %s", s.Name, kinds[kind])
}

// check returns an error for a value that does not have the default's type or is out of range.
func (s Setting) check(value any) error {
	text, isText := value.(string)
	if s.Choices != nil && !(isText && slices.Contains(s.Choices, text)) {
		return invalid("%s is %#v; it must be %s", s.Name, value, strings.Join(s.Choices, " or "))
	}
	if kind := reflect.TypeOf(s.Default); reflect.TypeOf(value) != kind {
		return s.wrongType(kind)
	}
	inRange := func(n float64) bool { return n >= float64(s.Min) && n <= float64(s.Max) }
	switch v := value.(type) {
	case int64:
		if !inRange(float64(v)) {
			return invalid("%s is %d; it must be from %d to %d", s.Name, v, s.Min, s.Max)
		}
	case float64:
		if !inRange(v) {
			return invalid("%s is %v; it must be from %d to %d", s.Name, v, s.Min, s.Max)
		}
	case []int64:
		if len(v) == 0 {
			return invalid("%s needs at least one time in milliseconds", s.Name)
		}
		if i := slices.IndexFunc(v, func(n int64) bool { return !inRange(float64(n)) }); i >= 0 {
			return invalid("%s has %d; it must be from %d to %d", s.Name, v[i], s.Min, s.Max)
		}
	}
	return nil
}

// in returns the setting's field in settings.
func (s Setting) in(settings *Settings) reflect.Value {
	return reflect.ValueOf(settings).Elem().FieldByName(s.field)
}

// set changes the field. The value must have the default's type.
func (s Setting) set(settings *Settings, value any) {
	switch field := s.in(settings).Addr().Interface().(type) {
	case *bool:
		*field = value.(bool)
	case *int:
		*field = int(value.(int64))
	case *int64:
		*field = value.(int64)
	case *float64:
		*field = cmp.Or(value.(float64), NoJitter)
	case *string:
		*field = value.(string)
	case *time.Duration:
		*field = milliseconds(value.(int64))[0]
	case *[]time.Duration:
		*field = milliseconds(value.([]int64)...)
	case *Transport:
		*field = Transport(slices.Index(s.Choices, value.(string)))
	case *any:
		*field = value
	default:
		panic("phoenix: no way to set " + s.field)
	}
}

func milliseconds(numbers ...int64) []time.Duration {
	durations := make([]time.Duration, len(numbers))
	for i, n := range numbers {
		durations[i] = time.Duration(n) * time.Millisecond
	}
	return durations
}

// setDefaults sets every zero field to its default.
func (s *Settings) setDefaults() {
	for _, setting := range allSettings {
		if field := setting.in(s); field.IsZero() || field.Kind() == reflect.Slice && field.Len() == 0 {
			setting.set(s, setting.Default)
		}
	}
}
