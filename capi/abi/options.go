package abi

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"phoenixchannels/core"
)

// options of a socket, by the names that the properties of a PhoenixSocket have. Times are in milliseconds, sizes in bytes.
type options struct {
	Params                jsontext.Value    `json:"params"`
	AuthToken             string            `json:"auth_token"`
	Headers               map[string]string `json:"headers"`
	HeartbeatInterval     int64             `json:"heartbeat_interval"`
	Timeout               int64             `json:"timeout"`
	ReconnectAfter        []int64           `json:"reconnect_after"`
	RejoinAfter           []int64           `json:"rejoin_after"`
	ReconnectJitter       float64           `json:"reconnect_jitter"`
	Transport             string            `json:"transport"`
	LongPollFallbackAfter int64             `json:"longpoll_fallback_after"`
	Compression           bool              `json:"compression"`
	MaxMessageSize        int64             `json:"max_message_size"`
	MaxQueuedBytes        int64             `json:"max_queued_bytes"`
	TLSRoots              string            `json:"tls_roots"`
	TLSInsecure           bool              `json:"tls_insecure"`
}

func defaultOptions() options {
	return options{
		Params:            jsontext.Value("{}"),
		HeartbeatInterval: 30_000, Timeout: 10_000,
		ReconnectAfter: []int64{10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000},
		RejoinAfter:    []int64{1000, 2000, 5000, 10_000}, ReconnectJitter: 0.25,
		Transport:      core.WebSocket.String(),
		MaxMessageSize: 16 << 20, MaxQueuedBytes: 64 << 20,
	}
}

// with gives o with what the JSON text names; an empty text names nothing.
func (o options) with(text string) (options, error) {
	if text == "" {
		return o, nil
	}
	if jsontext.Value(text).Kind() != '{' {
		return o, wrong(ErrorOption, "the options must be a JSON object")
	}
	dec := jsontext.NewDecoder(strings.NewReader(text))
	if err := json.UnmarshalDecode(dec, &o, json.RejectUnknownMembers(true), decoding); err != nil {
		return o, wrong(ErrorOption, "%s", decodeErrorText(err))
	}
	if _, err := dec.ReadToken(); err != io.EOF {
		return o, wrong(ErrorOption, "more text after the options")
	}
	return o, o.check()
}

// decoding changes two defaults. Each named option that is a map or a slice gets new memory: otherwise decoding adds to the map, and
// overwrites the array, that the previous options share. And null is not accepted inside of a map or a list.
var decoding = json.WithUnmarshalers(json.JoinUnmarshalers(
	replaced[jsontext.Value](), replaced[map[string]string](), replaced[[]int64](), withoutNull[string](), withoutNull[int64](),
))

func replaced[T any]() *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(_ *jsontext.Decoder, option *T) error {
		*option = *new(T)
		return errors.ErrUnsupported // decode as usual
	})
}

func withoutNull[T any]() *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(dec *jsontext.Decoder, _ *T) error {
		if dec.StackDepth() > 1 && dec.PeekKind() == jsontext.KindNull {
			return &json.SemanticError{GoType: reflect.TypeFor[T]()}
		}
		return errors.ErrUnsupported
	})
}

// expected describes the JSON value that an option of a Go kind takes.
var expected = map[reflect.Kind]string{
	reflect.String: "a text", reflect.Int64: "an integer of 64 bits", reflect.Float64: "a number", reflect.Bool: "true or false",
	reflect.Map: "an object", reflect.Slice: "an array of integers",
}

// decodeErrorText names the option that err is about, and says what its value must be.
func decodeErrorText(err error) string {
	mistake, ok := errors.AsType[*json.SemanticError](err)
	switch {
	case !ok: // not JSON
		return strings.TrimPrefix(err.Error(), "jsontext: ")
	case errors.Is(err, json.ErrUnknownName):
		return fmt.Sprintf("unknown option %q", mistake.JSONPointer.LastToken())
	}
	kind := mistake.GoType.Kind()
	path := slices.Collect(mistake.JSONPointer.Tokens())
	if kind == reflect.Int64 {
		path = path[:1] // without the place in a list
	}
	return strings.Join(path, ": ") + ": must be " + expected[kind]
}

func (o *options) check() error {
	const mostMs, mostBytes = int64(1) << 40, int64(1) << 30
	for _, n := range []struct {
		name               string
		value, least, most int64
	}{
		{"heartbeat_interval", o.HeartbeatInterval, 1, mostMs},
		{"timeout", o.Timeout, 1, mostMs},
		{"longpoll_fallback_after", o.LongPollFallbackAfter, 0, mostMs},
		{"max_message_size", o.MaxMessageSize, 1, mostBytes},
		{"max_queued_bytes", o.MaxQueuedBytes, 1, mostBytes},
	} {
		if n.value < n.least || n.value > n.most {
			return wrong(ErrorOption, "%s is %d, it goes from %d to %d", n.name, n.value, n.least, n.most)
		}
	}
	for name, steps := range map[string][]int64{"reconnect_after": o.ReconnectAfter, "rejoin_after": o.RejoinAfter} {
		if len(steps) == 0 {
			return wrong(ErrorOption, "%s needs at least one time in milliseconds", name)
		}
		for _, step := range steps {
			if step < 0 || step > mostMs {
				return wrong(ErrorOption, "%s has %d, it goes from 0 to %d", name, step, mostMs)
			}
		}
	}
	if o.ReconnectJitter < 0 || o.ReconnectJitter > 1 {
		return wrong(ErrorOption, "reconnect_jitter is %v, it goes from 0 to 1", o.ReconnectJitter)
	}
	if o.Transport != core.WebSocket.String() && o.Transport != core.LongPoll.String() {
		return wrong(ErrorOption, "transport is %q, must be %q or %q", o.Transport, core.WebSocket, core.LongPoll)
	}
	return nil
}

// config is what the options mean to core, all but the params and the token.
func (o *options) config() (core.Config, error) {
	config := core.Config{
		HeartbeatInterval: milliseconds(o.HeartbeatInterval), Timeout: milliseconds(o.Timeout),
		ReconnectAfter: durations(o.ReconnectAfter), RejoinAfter: durations(o.RejoinAfter), Jitter: o.ReconnectJitter,
		LongPollFallbackAfter: milliseconds(o.LongPollFallbackAfter), Compression: o.Compression,
		MaxMessageBytes: o.MaxMessageSize, MaxQueuedBytes: int(o.MaxQueuedBytes),
		Header: http.Header{},
	}
	if o.ReconnectJitter == 0 {
		config.Jitter = core.NoJitter // as core takes 0 for its default
	}
	if o.Transport == core.LongPoll.String() {
		config.Transport = core.LongPoll
	}
	for name, value := range o.Headers {
		config.Header.Set(name, value)
	}
	if o.TLSRoots != "" || o.TLSInsecure {
		config.TLS = &tls.Config{InsecureSkipVerify: o.TLSInsecure}
	}
	if o.TLSRoots != "" {
		config.TLS.RootCAs = x509.NewCertPool()
		if !config.TLS.RootCAs.AppendCertsFromPEM([]byte(o.TLSRoots)) {
			return config, wrong(ErrorOption, "tls_roots holds no certificate in PEM form")
		}
	}
	return config, nil
}

func milliseconds(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

func durations(of []int64) []time.Duration {
	list := make([]time.Duration, len(of))
	for i, n := range of {
		list[i] = milliseconds(n)
	}
	return list
}
