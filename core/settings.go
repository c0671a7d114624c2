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

// Transport is the way messages are sent and received.
type Transport int

const (
	// WebSocket is the default transport.
	WebSocket Transport = iota
	// LongPoll carries messages in HTTP requests, for networks that block WebSockets.
	LongPoll
)

func (t Transport) String() string {
	if t == LongPoll {
		return "longpoll"
	}
	return "websocket"
}

// NoJitter as [Settings.Jitter] keeps the retry delays at their exact steps.
const NoJitter = -1.0

// Settings of a [Socket] can be changed while it is in use, with [Socket.Configure]. A zero field
// means its default. [DefaultSettings] and docs/c-abi.md list the defaults, which are those of the
// official JavaScript client where it has the setting. Values that the fields refer to (Header,
// Params as a [jsontext.Value], the lists of delays, TLS) are kept without a copy: do not change
// them afterwards.
type Settings struct {
	// Params are sent in the query of each connect and reach the server's connect/3: a value that
	// marshals to a JSON object (maps and lists may nest), a [jsontext.Value], or a
	// func(context.Context) (any, error) that returns one for each connect, within Timeout. They
	// never appear in logs or errors.
	//
	// In a query every value is text: the server receives 7 as "7", true as "true" and null as "".
	// A list of scalars arrives as a list; a list with nested elements arrives as a map with the
	// keys "0", "1" and so on. A value that a query cannot carry is an error that names it: an
	// empty list or map, and a name that looks like nesting.
	Params any

	// AuthToken reaches the server's connect_info as :auth_token (Phoenix 1.8), outside of the URL.
	// AuthTokenFunc, if set, returns the token for each connect, within Timeout; if it returns an
	// error, the attempt fails. Neither token appears in logs or errors.
	//
	// While Params and AuthToken are fixed, a refusal (401 or 403) delays the next attempt by at
	// least 30 s, or until one of them changes.
	AuthToken     string
	AuthTokenFunc func(context.Context) (string, error)

	// Timeout of a push, a join, a leave, a ping and a connect attempt.
	Timeout time.Duration

	// HeartbeatInterval is the time between the reply to a heartbeat and the next heartbeat. The
	// server closes a connection that is silent for 60 s.
	HeartbeatInterval time.Duration

	// HeartbeatTimeout is how long a reply may take before the connection is considered lost.
	// Default: HeartbeatInterval.
	HeartbeatTimeout time.Duration

	// ReconnectAfter holds the delays before successive connect attempts; the last one repeats. A
	// connection goes back one step each time that it has lasted as long as the last step. Attempts
	// that have continued for 12 last steps (a minute by default) are limited to 12 in any such
	// time.
	ReconnectAfter []time.Duration

	// RejoinAfter holds the delays before successive joins of a channel, with the same rules.
	RejoinAfter []time.Duration

	// Jitter randomizes the delays of reconnects and rejoins: 0.25 makes a delay between 75 % and
	// 125 % of its step. At most 1; NoJitter keeps the exact steps.
	Jitter float64

	// Transport is the initial transport.
	Transport Transport

	// LongPollFallbackAfter, if not 0, switches a socket to LongPoll for the rest of its life if it
	// cannot open a WebSocket within this time, or if its WebSocket opens but carries no reply.
	LongPollFallbackAfter time.Duration

	// LongPollTimeout is how long one poll may take. The server answers a poll after 10 s at the
	// latest.
	LongPollTimeout time.Duration

	// Compression offers permessage-deflate. It must also be enabled on the server (compress:
	// true).
	Compression bool

	// MaxMessageBytes limits the size of an incoming message.
	MaxMessageBytes int64

	// MaxQueuedBytes limits the incoming messages that are queued for their handlers. Above the
	// limit reading pauses until the handlers have caught up: no message is lost, and heartbeats
	// continue. A message's size includes its prepared value, if that has a method Size() int.
	MaxQueuedBytes int

	// MaxBufferedBytes and MaxBufferedPushes limit the pushes that wait for the connection or for a
	// join. A push beyond either limit fails with ErrBufferFull, and one that is larger than
	// MaxBufferedBytes itself with ErrInvalidPayload.
	MaxBufferedBytes  int
	MaxBufferedPushes int

	Network
}

// DefaultSettings returns the settings that a zero [Settings] means. HeartbeatTimeout is 0, so that
// it follows HeartbeatInterval.
func DefaultSettings() Settings {
	var s Settings
	s.setDefaults()
	return s
}

// withDefaults returns s with every zero field replaced, or an error that names an invalid field.
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

// hasTokenOf reports whether both have the same token and the same headers. It returns false if a
// function returns a token, as that is not known in advance.
func (s *Settings) hasTokenOf(other *Settings) bool {
	return s.AuthToken == other.AuthToken && s.AuthTokenFunc == nil && other.AuthTokenFunc == nil && s.hasHeaderOf(&other.Network)
}

// Configure replaces the settings. Timeouts, delays and limits take effect immediately. The
// settings of a connection (Params, AuthToken, Header, Transport, TLS, Compression, MaxMessageBytes
// and the like) take effect with the next attempt. If Configure returns an error, which names the
// invalid setting, nothing has changed.
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
	s.noteRoom()
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

// checkToken returns an error for a token that a header cannot carry. A WebSocket carries the token
// as base64, LongPoll unchanged.
func checkToken(token string) error {
	if !validHeaderValue(token) || !utf8.ValidString(token) {
		return invalid("the auth token has control characters or is not UTF-8")
	}
	return nil
}

// validHeaderValue reports whether value has no control character other than the tab.
func validHeaderValue(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}
