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

// handshakeConn is the network connection of a WebSocket handshake, between the WebSocket library
// and the network. The library makes the request and checks the answer. It receives the answer in a
// form that it accepts whenever a browser would: interim responses are skipped, and compression
// parameters that the server may omit are filled in. handshakeConn keeps the answer, as the library
// keeps only a part of it. After the answer it passes bytes through.
//
// It also performs the TLS handshake after a proxy's tunnel is open and before the request, so that
// the library always works above TLS.
type handshakeConn struct {
	net.Conn // the network connection, including TLS after its handshake
	ctx      context.Context
	tls      *tls.Config // nil for a ws endpoint

	requested bool
	answered  bool
	text      bytes.Reader // the answer as the library reads it
	rest      *bufio.Reader

	header      http.Header
	compression bool            // negotiated
	refusal     *HandshakeError // nil if the server switched protocols
	err         error           // from reading the answer
}

// errCompression is the error of an answer whose compression terms this client cannot meet.
var errCompression = errors.New("phoenix: compression could not be negotiated with the server")

// Write performs the TLS handshake before the connect request. Earlier writes are the library's
// requests to a proxy.
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

// readAnswer reads the server's answer and rewrites it for the library.
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
	_ = response.Header.Write(&text) // a buffer never fails
	text.WriteString("\r\n")
	c.text.Reset(text.Bytes())
	return nil
}

// readResponse reads a response and skips interim ones.
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

// agreeOnCompression reads the extensions of an answer and rewrites the server's agreement to
// compress as the library expects it. The server must compress each message independently; this
// client does so in any case, so the server need not repeat that parameter.
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

// connect performs the handshake through the proxy that the route chooses.
func (c *handshakeConn) connect(dialer *websocket.Dialer, endpoint *url.URL, t target) (*websocket.Conn, error) {
	above := *endpoint
	above.Scheme, above.Host = "ws", net.JoinHostPort(endpoint.Hostname(), portOf(endpoint)) // c handles TLS
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

func portOf(endpoint *url.URL) string {
	if port := endpoint.Port(); port != "" {
		return port
	}
	return map[string]string{"ws": "80", "wss": "443", "https": "443"}[endpoint.Scheme]
}
