//go:build !js || nativetransport

package core

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
)

// pollClient makes the requests of a long-poll session.
type pollClient struct{ http.Client }

func (c *pollClient) init(l *longPollLink) {
	t := &l.target
	c.Client = http.Client{
		Transport: &http.Transport{
			Proxy:           t.route.pick,
			DialContext:     l.connect,
			DialTLSContext:  l.connectTLS,
			TLSClientConfig: l.serverTLS(), // inside a proxy's tunnel
			// The User-Agent that the proxy sees, if one is set.
			ProxyConnectHeader: http.Header{"User-Agent": t.header["User-Agent"]},
		},
		Jar:           t.cookies,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (c *pollClient) close() { c.CloseIdleConnections() }

// askedOnce is an empty body that net/http does not know to be repeatable. When a connection
// breaks, net/http repeats a GET automatically. The server has then already answered the first GET,
// and the messages in that answer would be lost without an error.
type askedOnce struct{ io.Reader }

// ask makes a request. ctx ends the request and the reading of its response.
func (c *pollClient) ask(ctx context.Context, r *pollRequest) (*pollResponse, error) {
	var content io.Reader = askedOnce{http.NoBody}
	if r.method == methodPost {
		content = bytes.NewReader(r.body)
	}
	request, err := http.NewRequestWithContext(ctx, r.method, r.url.String(), content)
	if err != nil {
		return nil, err
	}
	request.Header = r.header.Clone()
	request.Host = r.header.Get("Host") // if empty, the URL's host is used
	request.Header.Set("Accept", "application/json")
	if r.token != "" {
		request.Header.Set("X-Phoenix-LongPoll-Token", r.token)
	}
	if r.contentType != "" {
		request.Header.Set("Content-Type", r.contentType)
	}
	response, err := c.Do(request)
	if err != nil {
		return nil, err
	}
	return &pollResponse{response.StatusCode, response.Header, response.Body}, nil
}

// connect opens a connection to the server or to the proxy.
func (l *longPollLink) connect(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := l.config.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return l.target.beyondProxy(ctx, &countingConn{conn, &l.counters}, l.config)
}

// connectTLS is connect for a server or a proxy that uses TLS.
func (l *longPollLink) connectTLS(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := l.connect(ctx, network, addr)
	if _, isProxy := l.target.route.overTLS(); isProxy || err != nil {
		return conn, err
	}
	return startTLS(ctx, conn, l.serverTLS())
}

// serverTLS returns the TLS configuration for the server.
func (l *longPollLink) serverTLS() *tls.Config {
	return l.config.serverTLS(l.target.endpoint.Hostname(), l.target.hello.small)
}
