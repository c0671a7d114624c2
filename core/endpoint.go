package core

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// parseEndpoint parses a socket's URL, with or without the transport's segment at its end:
// ws://host/socket, wss://host/socket/websocket, and the same with http and https. Its errors do
// not show anything that may be a password or a part of one.
func parseEndpoint(endpoint string) (*url.URL, error) {
	shown := displayEndpoint(endpoint)
	if endpoint != strings.TrimSpace(endpoint) {
		return nil, invalid("the endpoint %q begins or ends with white space; remove it", shown)
	}
	if !strings.Contains(endpoint, "://") {
		return nil, invalid("the endpoint %q has no scheme; write it like ws://localhost:4000/socket", shown)
	}
	u, err := url.Parse(endpoint)
	switch {
	case err != nil && strings.Contains(endpoint, "@"): // the parser's error may show a password
		return nil, invalid("the endpoint %q is not a URL; %s", shown, escapePassword)
	case err != nil:
		return nil, invalid("the endpoint %q is not a URL: %w", shown, withoutURL(err))
	case strings.Contains(u.EscapedPath(), "@"), // as in ws://ada:1/2@host, which has a port and a path
		u.User == nil && u.Port() != "" && u.Path == "" && strings.Contains(endpoint, "@"): // the same with ? or #
		return nil, invalid("the endpoint %q has an @ in the wrong place; %s", shown, escapePassword)
	}
	switch strings.ToLower(u.Scheme) {
	case "ws", "http":
		u.Scheme = "ws"
	case "wss", "https":
		u.Scheme = "wss"
	default:
		return nil, invalid("the endpoint %q has the scheme %q; it must be ws, wss, http or https", shown, u.Scheme)
	}
	if u.Hostname() == "" {
		return nil, invalid("the endpoint %q has no host; write it like ws://localhost:4000/socket", shown)
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, invalid("the endpoint %q has the port %s; it must be from 1 to 65535", shown, port)
		}
	}
	u.Host = strings.TrimSuffix(u.Host, ":") // an empty port means the scheme's default, as in a browser
	if strings.ContainsFunc(u.Hostname(), func(r rune) bool { return r > unicode.MaxASCII }) {
		return nil, invalid("the endpoint %q has a host that is not ASCII; write it as Punycode, xn--bcher-kva.example for bücher.example", shown)
	}
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = escapeQuery(u.RawQuery)
	path := strings.TrimRight(u.EscapedPath(), "/")
	for _, segment := range []string{"/" + WebSocket.String(), "/" + LongPoll.String()} {
		path = strings.TrimSuffix(path, segment)
	}
	u.RawPath = path // keeps %2F distinct from a slash
	u.Path, err = url.PathUnescape(path)
	return u, err
}

// escapeQuery escapes the bytes that a request must not contain.
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

// displayEndpoint returns the part of an endpoint, which may not be a URL, that errors may show:
// nothing up to the last "@", and nothing of the query. An "@" after a "?" is either in a query or
// follows a password that should have been escaped; in that case nothing is shown.
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

// withoutURL removes the URL from an error, because its query contains params and tokens.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

// httpURL returns the endpoint's URL with an HTTP scheme.
func httpURL(endpoint *url.URL) *url.URL {
	u := *endpoint
	u.Scheme = map[string]string{"ws": "http", "wss": "https"}[u.Scheme]
	return &u
}

// displayURL returns a URL without its query, user and password, for logs and errors.
func displayURL(u *url.URL) string {
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return shown.String()
}
