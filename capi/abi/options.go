package abi

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json/jsontext"
	"net/http"
	"strings"
	"time"

	"phoenixchannels/core"
)

// options of a socket; members names them. Times are in milliseconds, sizes in bytes.
type options struct {
	Params                jsontext.Value
	AuthToken             string
	Headers               map[string]string
	HeartbeatInterval     int64
	Timeout               int64
	ReconnectAfter        []int64
	RejoinAfter           []int64
	ReconnectJitter       float64
	Transport             string
	LongPollFallbackAfter int64
	Compression           bool
	MaxMessageSize        int64
	MaxQueuedBytes        int64
	TLSRoots              string
	TLSInsecure           bool
}

// members are where the options go, by the names that the properties of a PhoenixSocket have.
func (o *options) members() map[string]any {
	return map[string]any{
		"params":                  &o.Params,
		"auth_token":              &o.AuthToken,
		"headers":                 &o.Headers,
		"heartbeat_interval":      &o.HeartbeatInterval,
		"timeout":                 &o.Timeout,
		"reconnect_after":         &o.ReconnectAfter,
		"rejoin_after":            &o.RejoinAfter,
		"reconnect_jitter":        &o.ReconnectJitter,
		"transport":               &o.Transport,
		"longpoll_fallback_after": &o.LongPollFallbackAfter,
		"compression":             &o.Compression,
		"max_message_size":        &o.MaxMessageSize,
		"max_queued_bytes":        &o.MaxQueuedBytes,
		"tls_roots":               &o.TLSRoots,
		"tls_insecure":            &o.TLSInsecure,
	}
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
	if err := readMembers(text, o.members()); err != nil {
		return o, wrong(ErrorOption, "%s", strings.TrimPrefix(err.Error(), "jsontext: "))
	}
	return o, o.check()
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
