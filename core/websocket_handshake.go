//go:build !js || nativetransport

package core

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gorilla/websocket"
)

// handshakeConn is the network connection of a WebSocket handshake, between the WebSocket library and the network. The library makes the
// request and checks the answer; it is handed that answer in a form which it accepts whenever a browser would: interim responses are
// skipped, and parameters of compression that the server may leave out are filled in. It keeps the answer, of which the library has no
// more than a part. Once the answer was read it hands bytes on.
//
// It also does what is between a proxy's tunnel and the request, the TLS handshake, so that the library's own view is above TLS in any case.
type handshakeConn struct {
	net.Conn // the network, TLS included once it is there
	ctx      context.Context
	tls      *tls.Config // nil for a ws endpoint

	requested bool
	answered  bool
	text      bytes.Reader // the answer, as the library reads it
	rest      *bufio.Reader

	header      http.Header
	compression bool            // agreed on
	refusal     *HandshakeError // nil when the server switched protocols
	err         error           // of the answer
}

// errCompression is an answer whose terms for compression this client cannot meet.
var errCompression = errors.New("phoenix: compression could not be negotiated with the server")

// Write performs the TLS handshake before the connect request. Earlier writes are the library's conversation with a proxy.
func (c *handshakeConn) Write(p []byte) (int, error) {
	if !c.requested && bytes.HasPrefix(p, []byte(http.MethodGet+" ")) {
		c.requested = true
		if c.tls != nil {
			secure, err := startTLS(c.ctx, c.Conn, c.tls)
			if err != nil {
				return 0, err
			}
			c.Conn = secure
		}
	}
	return c.Conn.Write(p)
}

func (c *handshakeConn) Read(p []byte) (int, error) {
	switch {
	case !c.requested:
		return c.Conn.Read(p)
	case !c.answered:
		c.answered = true
		if c.err = c.readAnswer(); c.err != nil {
			return 0, c.err
		}
	}
	switch {
	case c.err != nil:
		return 0, c.err
	case c.text.Len() > 0:
		return c.text.Read(p)
	case c.rest != nil:
		if n := c.rest.Buffered(); n > 0 {
			return c.rest.Read(p[:min(len(p), n)])
		}
		c.rest = nil
	}
	return c.Conn.Read(p)
}

// readAnswer reads the server's answer and writes it down for the library.
func (c *handshakeConn) readAnswer() error {
	c.rest = bufio.NewReader(c.Conn)
	response, err := readResponse(c.rest)
	if err != nil {
		return err
	}
	c.header = response.Header
	if response.StatusCode != http.StatusSwitchingProtocols {
		c.refusal = newHandshakeError(response.StatusCode, response.Header, response.Body)
		response.Header = http.Header{"Content-Length": {"0"}}
	} else if c.compression, err = agreeOnCompression(response.Header); err != nil {
		return err
	}
	var text bytes.Buffer
	text.WriteString("HTTP/1.1 " + strconv.Itoa(response.StatusCode) + " " + http.StatusText(response.StatusCode) + "\r\n")
	_ = response.Header.Write(&text) // a buffer takes all
	text.WriteString("\r\n")
	c.text.Reset(text.Bytes())
	return nil
}

// readResponse skips interim responses.
func readResponse(r *bufio.Reader) (*http.Response, error) {
	const maxInterim = 5
	for range maxInterim {
		response, err := http.ReadResponse(r, nil)
		if err != nil {
			return nil, err
		}
		if isInterim := response.StatusCode/100 == 1; !isInterim || response.StatusCode == http.StatusSwitchingProtocols {
			return response, nil
		}
	}
	return nil, errors.New("too many interim responses")
}

const headerExtensions = "Sec-Websocket-Extensions"

// agreeOnCompression reads the extensions of an answer, and words the server's agreement to compress as the library expects it. Each
// message must be compressed on its own by the server; this client does so in any case, so the server need not repeat that.
func agreeOnCompression(header http.Header) (agreed bool, err error) {
	for extension := range strings.SplitSeq(strings.Join(header.Values(headerExtensions), ","), ",") {
		name, parameters, _ := strings.Cut(extension, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "permessage-deflate") {
			continue
		}
		if agreed || !acceptsParameters(parameters) {
			return false, errCompression
		}
		agreed = true
	}
	if agreed {
		header.Set(headerExtensions, "permessage-deflate; server_no_context_takeover; client_no_context_takeover")
	}
	return agreed, nil
}

func acceptsParameters(parameters string) bool {
	alone := false
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "", "client_no_context_takeover":
		case "server_no_context_takeover":
			alone = true
		case "server_max_window_bits":
			if bits, err := strconv.Atoi(strings.Trim(strings.TrimSpace(value), `"`)); err != nil || bits < 8 || bits > 15 {
				return false
			}
		default:
			return false
		}
	}
	return alone
}

// connect makes the handshake over the proxy that the route chooses.
func (c *handshakeConn) connect(dialer *websocket.Dialer, endpoint *url.URL, t target) (*websocket.Conn, error) {
	above := *endpoint
	above.Scheme, above.Host = "ws", net.JoinHostPort(endpoint.Hostname(), portOf(endpoint)) // TLS is c's
	header := t.header.Clone()
	if header.Get("Host") == "" {
		header.Set("Host", endpoint.Host)
	}
	address := httpURL(endpoint)
	for _, cookie := range t.cookies.Cookies(address) {
		header["Cookie"] = []string{strings.Join(append(header["Cookie"], cookie.String()), "; ")}
	}
	dialer.Proxy = func(*http.Request) (*url.URL, error) {
		return t.route.pickForLibrary(&http.Request{URL: address, Header: t.header})
	}
	conn, err := t.route.connect(c.ctx, dialer, above.String(), header)
	if cookies := (&http.Response{Header: c.header}).Cookies(); len(cookies) > 0 {
		t.cookies.SetCookies(address, cookies)
	}
	if c.refusal == nil && errors.Is(err, websocket.ErrBadHandshake) {
		c.refusal = newHandshakeError(http.StatusSwitchingProtocols, c.header, http.NoBody)
	}
	if c.refusal != nil {
		c.refusal.Endpoint, c.refusal.proxy = displayURL(endpoint), t.route.String()
		return nil, c.refusal
	}
	return conn, err
}

// httpURL is the address of an endpoint as HTTP has it.
func httpURL(endpoint *url.URL) *url.URL {
	u := *endpoint
	u.Scheme = map[string]string{"ws": "http", "wss": "https"}[u.Scheme]
	return &u
}

func portOf(endpoint *url.URL) string {
	if port := endpoint.Port(); port != "" {
		return port
	}
	return map[string]string{"ws": "80", "wss": "443", "https": "443"}[endpoint.Scheme]
}
