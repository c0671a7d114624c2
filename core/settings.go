package core

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Transport is how messages travel.
type Transport int

const (
	// WebSocket is the default transport.
	WebSocket Transport = iota
	// LongPoll carries messages in HTTP requests, for networks that let no WebSocket through.
	LongPoll
)

func (t Transport) String() string {
	if t == LongPoll {
		return "longpoll"
	}
	return "websocket"
}

// NoJitter as [Settings.Jitter] makes the retries keep their exact steps.
const NoJitter = -1.0

// Settings of a [Socket] may change while it is in use, with [Socket.Configure]. A zero field means its default. The defaults, which are
// those of the official JavaScript client where it has the setting, are in [DefaultSettings] and docs/c-abi.md. What the fields refer to (Header, Params as a
// [jsontext.Value], the lists of delays, TLS) is kept without a copy: do not change it afterwards.
type Settings struct {
	// Params travel in the query of each connect and reach the server's connect/3: a value that marshals to a JSON object (maps and
	// lists may nest), a [jsontext.Value], or a func(context.Context) (any, error) that returns one for each connect, within Timeout.
	// They never appear in logs or errors.
	//
	// In a query everything is text: the server gets 7 as "7", true as "true" and null as "". A list of plain values arrives as a
	// list; a list in which anything nests arrives as a map with the keys "0", "1" and so on. What a query cannot carry is an error
	// that names it: an empty list or map, and a name that looks like nesting.
	Params any

	// AuthToken reaches the server's connect_info as :auth_token (Phoenix 1.8), outside of the URL. AuthTokenFunc, if set, returns it
	// for each connect, within Timeout; an error of it fails the attempt. Neither token appears in logs or errors.
	//
	// While Params and AuthToken are fixed, a refusal (401 or 403) delays the next attempt by at least 30 s, or until one of them changes.
	AuthToken     string
	AuthTokenFunc func(context.Context) (string, error)

	// Timeout of a push, a join, a leave, a ping and a connect attempt.
	Timeout time.Duration

	// HeartbeatInterval between the answer to a heartbeat and the next one. The server closes a connection that is silent for
	// 60 s.
	HeartbeatInterval time.Duration

	// HeartbeatTimeout is how long an answer may take before the connection is given up. Default: HeartbeatInterval.
	HeartbeatTimeout time.Duration

	// ReconnectAfter holds the delays before each further connect attempt; the last repeats. A connection moves them back by one step
	// for each time that it lasted as long as the last step. Attempts that went on for 12 last steps (a minute by default) are limited to
	// 12 in any such time.
	ReconnectAfter []time.Duration

	// RejoinAfter holds the delays before each further join of a channel, and the same holds for them.
	RejoinAfter []time.Duration

	// Jitter spreads the delays of reconnects and rejoins: 0.25 makes a delay anything from 75 % to 125 % of its step. At most 1;
	// NoJitter keeps the exact steps.
	Jitter float64

	// Transport to begin with.
	Transport Transport

	// LongPollFallbackAfter, if not 0, makes a socket that cannot open a WebSocket within this time, or whose WebSocket opens but carries
	// no reply, go on over LongPoll for the rest of its life.
	LongPollFallbackAfter time.Duration

	// LongPollTimeout is how long one poll may take. The server answers one after 10 s at the latest.
	LongPollTimeout time.Duration

	// Compression offers permessage-deflate. The server must have it switched on (compress: true).
	Compression bool

	// MaxMessageBytes limits one incoming message.
	MaxMessageBytes int64

	// MaxQueuedBytes limits the incoming messages that wait for their handlers. When they are more, reading pauses until the handlers
	// caught up: nothing is lost, and heartbeats go on. A message counts with what Prepare made of it, if that has a method Size() int.
	MaxQueuedBytes int

	// MaxBufferedBytes and MaxBufferedPushes limit the pushes that wait for the connection or for a join. A push beyond them fails with
	// ErrBufferFull.
	MaxBufferedBytes  int
	MaxBufferedPushes int

	Network
}

// DefaultSettings returns the settings that a zero [Settings] means. HeartbeatTimeout is 0, so that it follows HeartbeatInterval.
func DefaultSettings() Settings {
	var s Settings
	s.setDefaults()
	return s
}

// withDefaults returns s with every zero field replaced, or an error that names the field that cannot work.
func (s Settings) withDefaults() (Settings, error) {
	s.setDefaults()
	s.HeartbeatTimeout = cmp.Or(s.HeartbeatTimeout, s.HeartbeatInterval)
	s.Network.setDefaults()
	return s, s.check()
}

func (s *Settings) check() error {
	for _, setting := range allSettings {
		switch v := setting.in(s).Interface().(type) {
		case int, int64, time.Duration:
			if reflect.ValueOf(v).Int() < 0 {
				return invalid("%s is negative", setting.field)
			}
		case []time.Duration:
			if slices.ContainsFunc(v, func(step time.Duration) bool { return step < 0 }) {
				return invalid("%s has a negative step", setting.field)
			}
		}
	}
	if s.Transport != WebSocket && s.Transport != LongPoll {
		return invalid("Transport is %d; it must be WebSocket or LongPoll", int(s.Transport))
	}
	if s.Jitter != NoJitter && !(s.Jitter >= 0 && s.Jitter <= 1) {
		return invalid("Jitter is %v; it must be from 0 to 1, or NoJitter", s.Jitter)
	}
	return cmp.Or(checkHeader(s.Header), checkToken(s.AuthToken))
}

// hasTokenOf reports whether the two have the same token and the same headers, as far as that is known before a function is asked.
func (s *Settings) hasTokenOf(other *Settings) bool {
	return s.AuthToken == other.AuthToken && s.AuthTokenFunc == nil && other.AuthTokenFunc == nil && s.hasHeaderOf(&other.Network)
}

// Configure replaces the settings. Timeouts, delays and limits take effect at once; what a connection is made with (Params, AuthToken,
// Header, Transport, TLS, Compression, MaxMessageBytes and the like) with the next attempt. On an error, which names the setting that
// cannot work, nothing changes.
func (s *Socket) Configure(settings Settings) error {
	settings, err := settings.withDefaults()
	if err != nil {
		return err
	}
	given, err := newConnectParams(settings.Params)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	before, hasSameCredentials := s.config.Settings, given.equal(s.params) && settings.hasTokenOf(&s.config.Settings)
	s.config.Settings, s.params, s.token = settings, given, authToken{settings.AuthToken, settings.AuthTokenFunc}
	s.events.setLimit(settings.MaxQueuedBytes)
	s.retry.steps, s.retry.jitter = settings.ReconnectAfter, settings.Jitter
	for _, c := range s.channels {
		c.retry.steps, c.retry.jitter = settings.RejoinAfter, settings.Jitter
	}
	if settings.HeartbeatInterval != before.HeartbeatInterval {
		s.heartbeat.rescheduled()
	}
	if settings.Transport != before.Transport {
		s.fallback.chosen()
	}
	if !hasSameCredentials {
		s.credentialsChanged()
	}
	if settings.insecure() && !before.insecure() {
		s.journal.note(LevelWarn, happenedWarning, insecureWarning)
	}
	return nil
}

const insecureWarning = "TLS certificates are not verified: anyone on the network can read and change the traffic"

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrInvalidConfig}, args...)...)
}

// checkToken refuses what cannot travel in a header. Over WebSocket the token goes as base64, over LongPoll as it is.
func checkToken(token string) error {
	if !validHeaderValue(token) || !utf8.ValidString(token) {
		return invalid("the auth token has control characters or is not UTF-8")
	}
	return nil
}

// validHeaderValue tells whether value has no control character other than the tab.
func validHeaderValue(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}
