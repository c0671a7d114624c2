//go:build !js || nativetransport

package core

import (
	"context"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"time"
)

// Header holds the headers of a request or a response.
type Header = http.Header

// platformTarget holds the platform-specific part of a target.
type platformTarget struct {
	route       *route
	hello       *hello
	cookies     http.CookieJar
	compression bool // offer compression to the server
}

// platformSocket holds the platform-specific state that a socket keeps between connections.
type platformSocket struct {
	cookies http.CookieJar // of load balancers, in memory only
}

func newPlatformSocket() platformSocket {
	jar, _ := cookiejar.New(nil) // never fails
	return platformSocket{jar}
}

// newTarget returns a new target for the endpoint. s.mu must be held.
func (s *Socket) newTarget(endpoint *url.URL) target {
	return target{endpoint: endpoint, header: Header{"User-Agent": {userAgent}}, platformTarget: platformTarget{
		route: &route{choose: s.config.Proxy}, cookies: s.cookies, compression: s.config.Compression && !s.fallback.uncompressed,
	}}
}

// authorize adds the endpoint's user and password to the connect request, as curl and browsers do.
func (t *target) authorize(user, password string) {
	t.header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
}

// addHeader adds the config's headers.
func (t *target) addHeader(header Header) {
	for name, values := range header {
		t.header[http.CanonicalHeaderKey(name)] = values
	}
}

// via describes the proxy of the connection, for messages.
func (t *target) via() string { return t.route.String() }

// cookieValues returns the values of the cookies in a header, none if the header does not contain
// cookies.
func cookieValues(header string) (values []string) {
	cookies, _ := http.ParseCookie(header)
	for _, cookie := range cookies {
		values = append(values, cookie.Value)
	}
	return values
}

// open opens a link. If compression cannot be negotiated, it opens the link without it.
func (c *connection) open(ctx context.Context, t target, config *Config) (link, error) {
	var d dialer = websocketDialer{config}
	if c.transport == LongPoll {
		d = longPollDialer{config}
	}
	l, err := c.dialOver(ctx, d, t, config)
	if errors.Is(err, errCompression) && t.compression {
		c.giveUpCompression()
		t.compression = false
		l, err = c.dialOver(ctx, d, t, config)
	}
	return l, err
}

// dialOver opens a link. If the TLS ClientHello gets no answer, it tries again with a smaller one.
func (c *connection) dialOver(ctx context.Context, d dialer, t target, config *Config) (link, error) {
	server := net.JoinHostPort(t.endpoint.Hostname(), portOf(t.endpoint))
	for t.hello = hellos.choose(server, c.transport, &config.Settings); ; {
		l, err := d.dial(ctx, t)
		if t.hello.isAnswered.Load() {
			hellos.answered(server, t.hello)
		}
		if !t.hello.isUnanswered(ctx) || !config.hasSmallHello() {
			return l, err
		}
		next := hellos.unanswered(ctx, server, t.hello)
		if next == nil {
			return l, err
		}
		c.tryAgain("no answer to the TLS hello, trying with a smaller one", err)
		t.hello = next
	}
}

// tryAgain records a second connection within one attempt, which counts as an attempt of its own.
func (c *connection) tryAgain(why string, err error) {
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	c.socket.retry.began()
	c.dialed = time.Now()
	c.socket.journal.note(LevelInfo, happenedRetry, why, "err", err)
}

// giveUpCompression remembers that compression cannot be negotiated with this server.
func (c *connection) giveUpCompression() {
	c.socket.mu.Lock()
	c.socket.fallback.uncompressed = true
	c.socket.mu.Unlock()
	c.tryAgain("going on without compression", errCompression)
}

// hold waits until there is room. Nothing is read meanwhile, so that the filling network buffers
// slow the server down.
func hold(ctx context.Context, room <-chan struct{}) {
	select {
	case <-room:
	case <-ctx.Done():
	}
}

// addressOf returns the local address of a connection, an invalid one if it is unknown.
func addressOf(conn net.Conn) netip.Addr {
	own, ok := conn.LocalAddr().(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return own.AddrPort().Addr().Unmap().WithZone("")
}

// countingConn is a network connection that counts its bytes.
type countingConn struct {
	net.Conn
	traffic *traffic
}

func (c *countingConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.traffic.in.Add(int64(n))
	return n, err
}

func (c *countingConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.traffic.out.Add(int64(n))
	return n, err
}

// httpDates are the forms of a date in a header (RFC 9110, 5.6.7).
var httpDates = [...]string{"Mon, 02 Jan 2006 15:04:05 GMT", time.RFC850, time.ANSIC}

func parseHTTPDate(text string) (at time.Time, ok bool) {
	for _, layout := range httpDates {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return at, false
}
