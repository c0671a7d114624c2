package core

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// The failure may be the proxy's, and its address is not the server's: an error names both, but not
// the proxy's user.
func TestErrorNamesTheProxyAndTheServer(t *testing.T) {
	answered := func(status int) func(*peer) { return func(p *peer) { p.refuse(status) } }
	silent := func(p *peer) { p.answer(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }) }
	down := func(p *peer) { p.network.fail(errors.New("connection refused")) }
	const proxy = " through the proxy http://proxy:3128: "
	tests := map[string]struct {
		transport Transport
		fault     func(*peer)
		want      string
	}{
		"that is down":                      {WebSocket, down, "ws://peer/socket/websocket" + proxy + "connection refused"},
		"that refuses":                      {WebSocket, answered(407), "ws://peer/socket/websocket" + proxy + "Proxy Authentication Required"},
		"that says nothing":                 {WebSocket, silent, "ws://peer/socket" + proxy + "no answer within 1s"},
		"that is down, over long poll":      {LongPoll, down, "http://peer/socket/longpoll" + proxy + "proxyconnect tcp: connection refused"},
		"that refuses, over long poll":      {LongPoll, answered(407), "http://peer/socket/longpoll" + proxy + "the server answered 407"},
		"that says nothing, over long poll": {LongPoll, silent, "ws://peer/socket" + proxy + "no answer within 1s"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				test.fault(p)
				s := p.socket(func(c *Config) {
					c.Transport, c.Timeout = test.transport, time.Second
					c.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse("http://ann:s3cret@proxy:3128") }
				})
				var errs recorder[error]
				s.OnError(errs.add)
				require.NoError(t, s.Connect())
				time.Sleep(time.Second)
				require.EqualError(t, errs.take()[0], "phoenix: connecting to "+test.want)
			})
		})
	}
}

func TestProxyWithoutAReasonIsAnErrorAndNoPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(func(c *Config) {
			c.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse("http://proxy:3128") }
			c.DialContext = func(context.Context, string, string) (net.Conn, error) {
				client, server := net.Pipe()
				go func() {
					_, _ = http.ReadRequest(bufio.NewReader(server))
					_, _ = io.WriteString(server, "HTTP/1.1 407\r\n\r\n")
					_ = server.Close()
				}()
				return client, nil
			}
		})
		var errs recorder[error]
		s.OnError(errs.add)
		require.NoError(t, s.Connect())
		require.EqualError(t, errs.take()[0], "phoenix: connecting to ws://peer/socket/websocket through the proxy http://proxy:3128: it refused")
	})
}

func TestProxyThatIsNoURLKeepsItsPassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		for _, transport := range []Transport{WebSocket, LongPoll} {
			s := p.socket(func(c *Config) {
				c.Transport = transport
				c.Proxy = func(*http.Request) (*url.URL, error) {
					return nil, fmt.Errorf("invalid proxy address %q: no host", "http://ann:s3cret@[") // as http.ProxyFromEnvironment has it
				}
			})
			var errs recorder[error]
			s.OnError(errs.add)
			require.NoError(t, s.Connect())
			got := errs.take()[0]
			require.ErrorIs(t, got, errProxy)
			require.NotContains(t, got.Error(), "s3cret")
		}
	})
}
