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
			TLSClientConfig: l.serverTLS(), // in the tunnel of a proxy
			// The proxy's own view of the client, where there is one.
			ProxyConnectHeader: http.Header{"User-Agent": t.header["User-Agent"]},
		},
		Jar:           t.cookies,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (c *pollClient) close() { c.CloseIdleConnections() }

// askedOnce is an empty body of which HTTP cannot know that it may be sent again. When a connection breaks, net/http repeats a GET by
// itself; the server has then answered the first one, and what it carried would be missing with nobody told.
type askedOnce struct{ io.Reader }

// ask makes a request. ctx ends it, and the reading of its answer.
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
	request.Host = r.header.Get("Host") // empty: that of the URL
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

// connectTLS is connect for a server, or a proxy, that is spoken to over TLS.
func (l *longPollLink) connectTLS(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := l.connect(ctx, network, addr)
	if _, isProxy := l.target.route.overTLS(); isProxy || err != nil {
		return conn, err
	}
	return startTLS(ctx, conn, l.serverTLS())
}

// serverTLS is the configuration of TLS with the server.
func (l *longPollLink) serverTLS() *tls.Config {
	return l.config.serverTLS(l.target.endpoint.Hostname(), l.target.hello.small)
}
