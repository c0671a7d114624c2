package core

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
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

// NoJitter as [Config.Jitter] makes the retries keep their exact steps.
const NoJitter = -1.0

// Config holds the settings of a [Socket]. The zero value works: each zero field means its default. The defaults are those of the
// official JavaScript client where it has the setting. What its fields refer to (Header, Params as a [jsontext.Value], the lists of delays,
// TLS) is kept without a copy: do not change it afterwards.
type Config struct {
	Network

	// Version of the protocol's serializer, "2.0.0" (the default) or "1.0.0". Only 2.0.0 carries binary payloads.
	Version string

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
	// While Params and AuthToken are fixed, a refusal (401 or 403) delays the next attempt by at least 30 s, or until one of them is set.
	AuthToken     string
	AuthTokenFunc func(context.Context) (string, error)

	// Timeout of a push, a join, a leave, a ping and a connect attempt. Default 10 s.
	Timeout time.Duration

	// HeartbeatInterval between the answer to a heartbeat and the next one. Default 30 s; the server closes a connection that is silent
	// for 60 s.
	HeartbeatInterval time.Duration

	// HeartbeatTimeout is how long an answer may take before the connection is given up. Default: HeartbeatInterval.
	HeartbeatTimeout time.Duration

	// ReconnectAfter holds the delays before each further connect attempt; the last repeats. A connection moves them back by one step
	// for each time that it lasted as long as the last step. Attempts that went on for 12 last steps (a minute by default) are limited to
	// 12 in any such time. Default 10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000 ms.
	ReconnectAfter []time.Duration

	// RejoinAfter holds the delays before each further join of a channel, and the same holds for them. Default 1, 2, 5, 10 s.
	RejoinAfter []time.Duration

	// Jitter spreads the delays of reconnects and rejoins: 0.25 makes a delay anything from 75 % to 125 % of its step. Default 0.25,
	// at most 1; NoJitter gives the exact steps.
	Jitter float64

	// Transport to begin with. Default WebSocket.
	Transport Transport

	// LongPollFallbackAfter, if not 0, makes a socket that cannot open a WebSocket within this time, or whose WebSocket opens but carries
	// no reply, go on over LongPoll for the rest of its life. Default 0: no fallback.
	LongPollFallbackAfter time.Duration

	// LongPollTimeout is how long one poll may take. Default 20 s, twice the server's poll window.
	LongPollTimeout time.Duration

	// Compression offers permessage-deflate. The server must have it switched on (compress: true).
	Compression bool

	// MaxMessageBytes limits one incoming message. Default 16 MiB.
	MaxMessageBytes int64

	// MaxQueuedBytes limits the incoming messages that wait for their handlers. When they are more, reading pauses until the handlers
	// caught up: nothing is lost, and heartbeats go on. A message counts with what Prepare made of it, if that has a method Size() int.
	// Default 64 MiB.
	MaxQueuedBytes int

	// MaxBufferedBytes and MaxBufferedPushes limit the pushes that wait for the connection or for a join. A push beyond them fails with
	// ErrBufferFull. Default 64 MiB and 65536.
	MaxBufferedBytes  int
	MaxBufferedPushes int

	// Logger receives what happens, in order, on a goroutine of the socket: from Debug (each message with its payload) to Warn. Secrets are
	// hidden: AuthToken, the password and the query of the endpoint, and every value whose name in a payload, the params or Header has
	// "token", "password", "secret", "auth", "session", "cookie" or the like in it, also where such a value comes back under another name.
	// Default: none.
	Logger *Logger

	// ManualDispatch makes handlers run only inside [Socket.Dispatch], for programs with a main loop. Default: a goroutine runs them.
	ManualDispatch bool

	// OnQueued, if set, is called whenever an event begins to wait while none did, so that a main loop knows when to call
	// [Socket.Dispatch]. It runs on any goroutine, under locks: it must be quick and call nothing of this package.
	OnQueued func()

	// Prepare, if set, is called for each message on the goroutine that reads, before the message waits for its handlers: the place for
	// work that the handlers' goroutine should not do, such as decoding. It may set Message.Prepared. If that has a method Size() int, its
	// bytes count against MaxQueuedBytes; if it has a method Release(), that is called when all handlers have run, or none will.
	Prepare func(*Message)

	// OnPanic, if set, receives panics of handlers, Prepare and this client's goroutines, which then do not end the program.
	OnPanic func(value any, stack []byte)
}

const (
	versionV1 = "1.0.0"
	versionV2 = "2.0.0"
)

// withDefaults is c with every zero field replaced, or an error that names the field that cannot work.
func (c Config) withDefaults() (Config, error) {
	setDefault(&c.Version, versionV2)
	setDefault(&c.Timeout, 10*time.Second)
	setDefault(&c.HeartbeatInterval, 30*time.Second)
	setDefault(&c.HeartbeatTimeout, c.HeartbeatInterval)
	setDefault(&c.Jitter, 0.25)
	setDefault(&c.LongPollTimeout, 20*time.Second)
	setDefault(&c.MaxMessageBytes, 16<<20)
	setDefault(&c.MaxQueuedBytes, 64<<20)
	setDefault(&c.MaxBufferedBytes, 64<<20)
	setDefault(&c.MaxBufferedPushes, 65536)
	if len(c.ReconnectAfter) == 0 {
		c.ReconnectAfter = milliseconds(10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000)
	}
	if len(c.RejoinAfter) == 0 {
		c.RejoinAfter = milliseconds(1000, 2000, 5000, 10000)
	}
	c.Network.setDefaults()
	return c, c.check()
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func milliseconds(steps ...int) []time.Duration {
	durations := make([]time.Duration, len(steps))
	for i, ms := range steps {
		durations[i] = time.Duration(ms) * time.Millisecond
	}
	return durations
}

func (c *Config) check() error {
	if c.Version != versionV1 && c.Version != versionV2 {
		return invalid("Version is %q, must be %q or %q", c.Version, versionV2, versionV1)
	}
	if c.Transport != WebSocket && c.Transport != LongPoll {
		return invalid("Transport is %d, must be WebSocket or LongPoll", int(c.Transport))
	}
	if c.Jitter != NoJitter && (c.Jitter < 0 || c.Jitter > 1) {
		return invalid("Jitter is %v, must be from 0 to 1, or NoJitter", c.Jitter)
	}
	limits := []struct {
		name  string
		value int64
	}{
		{"Timeout", int64(c.Timeout)}, {"HeartbeatInterval", int64(c.HeartbeatInterval)},
		{"HeartbeatTimeout", int64(c.HeartbeatTimeout)}, {"LongPollFallbackAfter", int64(c.LongPollFallbackAfter)},
		{"LongPollTimeout", int64(c.LongPollTimeout)}, {"MaxMessageBytes", c.MaxMessageBytes},
		{"MaxQueuedBytes", int64(c.MaxQueuedBytes)}, {"MaxBufferedBytes", int64(c.MaxBufferedBytes)},
		{"MaxBufferedPushes", int64(c.MaxBufferedPushes)},
	}
	for _, l := range limits {
		if l.value < 0 {
			return invalid("%s is negative", l.name)
		}
	}
	for name, steps := range map[string][]time.Duration{"ReconnectAfter": c.ReconnectAfter, "RejoinAfter": c.RejoinAfter} {
		for _, step := range steps {
			if step < 0 {
				return invalid("%s has a negative step", name)
			}
		}
	}
	if err := checkHeader(c.Header); err != nil {
		return err
	}
	return checkToken(c.AuthToken)
}

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

// parseEndpoint reads a socket's URL, with or without the transport's segment at its end: ws://host/socket, wss://host/socket/websocket,
// http and https alike. No error shows what may be a password or a part of one.
func parseEndpoint(endpoint string) (*url.URL, error) {
	shown := displayEndpoint(endpoint)
	if !strings.Contains(endpoint, "://") {
		return nil, invalid("the endpoint %q has no scheme; write it like ws://localhost:4000/socket", shown)
	}
	u, err := url.Parse(endpoint)
	switch {
	case err != nil && strings.Contains(endpoint, "@"): // the cause may be a password, and would show it
		return nil, invalid("the endpoint %q is no URL; %s", shown, escapePassword)
	case err != nil:
		return nil, invalid("the endpoint %q is no URL: %w", shown, withoutURL(err))
	case strings.Contains(u.EscapedPath(), "@"), // as in ws://ada:1/2@host: a port, and a path
		u.User == nil && u.Port() != "" && u.Path == "" && strings.Contains(endpoint, "@"): // the same with ? or #
		return nil, invalid("the endpoint %q has an @ too late; %s", shown, escapePassword)
	}
	switch strings.ToLower(u.Scheme) {
	case "ws", "http":
		u.Scheme = "ws"
	case "wss", "https":
		u.Scheme = "wss"
	default:
		return nil, invalid("the endpoint %q has the scheme %q, must be ws, wss, http or https", shown, u.Scheme)
	}
	if u.Hostname() == "" {
		return nil, invalid("the endpoint %q has no host; write it like ws://localhost:4000/socket", shown)
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, invalid("the endpoint %q has the port %s, must be from 1 to 65535", shown, port)
		}
	}
	u.Host = strings.TrimSuffix(u.Host, ":") // no port is the scheme's, as in a browser
	if strings.ContainsFunc(u.Hostname(), func(r rune) bool { return r > unicode.MaxASCII }) {
		return nil, invalid("the endpoint %q has a host that is not ASCII; write it as Punycode, xn--bcher-kva.example for bücher.example", shown)
	}
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = escapeQuery(u.RawQuery)
	path := strings.TrimRight(u.EscapedPath(), "/")
	for _, segment := range []string{"/" + WebSocket.String(), "/" + LongPoll.String()} {
		path = strings.TrimSuffix(path, segment)
	}
	u.RawPath = path // an escaped slash is no slash
	u.Path, err = url.PathUnescape(path)
	return u, err
}

// escapeQuery escapes what may not stand in a request as it is.
func escapeQuery(query string) string {
	var escaped strings.Builder
	for _, c := range []byte(query) {
		if c <= ' ' || c > '~' {
			fmt.Fprintf(&escaped, "%%%02X", c)
		} else {
			escaped.WriteByte(c)
		}
	}
	return escaped.String()
}

const escapePassword = "in a user name or a password write / ? # % @ as %2F %3F %23 %25 %40"

// displayEndpoint is what an error may show of an endpoint that may be no URL: nothing up to the last "@" and nothing of the query. An "@"
// after a "?" is in a query, or behind a password that should have been escaped: then it shows nothing.
func displayEndpoint(endpoint string) string {
	shown, query, _ := strings.Cut(endpoint, "?")
	if strings.Contains(query, "@") {
		return "…"
	}
	if at := strings.LastIndex(shown, "@"); at >= 0 {
		shown = "…" + shown[at:]
	}
	return shown
}

// withoutURL drops the URL from an error, as its query holds params and tokens.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

// displayURL is a URL that logs and errors may show: without the query, the user and the password.
func displayURL(u *url.URL) string {
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return shown.String()
}
