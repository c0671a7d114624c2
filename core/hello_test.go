package core

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"phoenixchannels/tests/certificates"
)

// middlebox is a network that inspects each ClientHello.
type middlebox struct {
	*memoryNetwork
	takes func(hello int) bool // reports whether a hello of that many bytes gets through
	ends  bool                 // a blocked hello ends the connection instead of being dropped

	mu     sync.Mutex
	hellos []int
}

func (m *middlebox) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := m.memoryNetwork.DialContext(ctx, network, addr)
	return &inspected{Conn: conn, by: m}, err
}

type inspected struct {
	net.Conn
	by   *middlebox
	seen bool
}

func (c *inspected) Write(p []byte) (int, error) {
	if !c.seen && p[0] == tlsHandshake {
		c.seen = true
		c.by.mu.Lock()
		c.by.hellos = append(c.by.hellos, len(p))
		c.by.mu.Unlock()
		switch {
		case c.by.takes(len(p)):
		case c.by.ends:
			_ = c.Close()
			return len(p), nil
		default:
			return len(p), nil
		}
	}
	return c.Conn.Write(p)
}

// sizes returns the sizes of the hellos since the last call, in words.
func (m *middlebox) sizes() (sizes []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, n := range m.hellos {
		switch {
		case n < 600:
			sizes = append(sizes, "small")
		case n > 1400:
			sizes = append(sizes, "large")
		default:
			sizes = append(sizes, fmt.Sprint(n))
		}
	}
	m.hellos = nil
	return sizes
}

// kinds returns the sizes without consecutive repeats: with long polling a second request may have
// its own connection.
func (m *middlebox) kinds() []string { return slices.Compact(m.sizes()) }

func onePacket(hello int) bool { return hello < 1400 }
func nothing(int) bool         { return false }

// securePeer is a peer that uses TLS, behind a middlebox.
type securePeer struct {
	*peer
	box   *middlebox
	roots *x509.CertPool
}

// newSecurePeer returns a peer, and clears the memory of hellos.
func newSecurePeer(t *testing.T) *securePeer {
	hellos = helloMemory{}
	p := &securePeer{newPeer(t), &middlebox{memoryNetwork: newMemoryNetwork(), takes: onePacket}, x509.NewCertPool()}
	authority, err := certificates.NewAuthority("Authority")
	require.NoError(t, err)
	certificate, key, err := authority.Issue(certificates.Certificate{Hosts: []string{"peer", "other"}, Age: time.Hour})
	require.NoError(t, err)
	pair, err := tls.X509KeyPair(certificate, key)
	require.NoError(t, err)
	require.True(t, p.roots.AppendCertsFromPEM(authority.PEM()))
	server := &http.Server{Handler: http.HandlerFunc(p.serve), ErrorLog: log.New(io.Discard, "", 0)}
	// A pipe has no buffer, and would block with a ticket in one direction and a request in the
	// other.
	listener := tls.NewListener(p.box, &tls.Config{Certificates: []tls.Certificate{pair}, SessionTicketsDisabled: true})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		p.box.shutdown()
		_ = server.Close()
		<-done
	})
	p.answer(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/websocket"):
			p.upgrade(w, r, websocket.Upgrader{})
		case r.URL.Query().Has("token"):
			<-r.Context().Done()
		default:
			_, _ = io.WriteString(w, `{"status":410,"token":"session","messages":[]}`)
		}
	})
	return p
}

func (p *securePeer) socket(change func(*Config)) *Socket {
	s := p.peer.socket(func(c *Config) {
		c.DialContext, c.TLS, c.ReconnectAfter = p.box.DialContext, &tls.Config{RootCAs: p.roots}, []time.Duration{time.Second}
		if change != nil {
			change(c)
		}
	})
	require.NoError(p.t, s.SetEndpoint("wss://peer/socket"))
	return s
}

// opening connects and returns how long it took, or the first error.
func (p *securePeer) opening(s *Socket) (time.Duration, error) {
	began := time.Now()
	ended := make(chan error, 1)
	first := func(err error) {
		select {
		case ended <- err:
		default:
		}
	}
	s.OnError(first)
	s.OnOpen(func(OpenEvent) { first(nil) })
	require.NoError(p.t, s.Connect())
	err := <-ended
	return time.Since(began), err
}

// A hello of two packets is dropped on the way. A smaller one follows in the same attempt, and is
// the first one from then on.
func TestHelloWithoutAnswerIsFollowedByASmallOne(t *testing.T) {
	for _, transport := range []Transport{WebSocket, LongPoll} {
		t.Run(transport.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newSecurePeer(t)
				s := p.socket(func(c *Config) { c.Transport = transport })
				took, err := p.opening(s)
				require.NoError(t, err)
				require.Equal(t, helloPatience, took)
				require.Equal(t, []string{"large", "small"}, p.box.kinds())

				require.NoError(t, s.Disconnect(0, ""))
				synctest.Wait()
				took, err = p.opening(s)
				require.NoError(t, err)
				require.Zero(t, took, "it is remembered")
				require.Equal(t, []string{"small"}, p.box.kinds())

				other := p.socket(func(c *Config) { c.Transport = transport })
				took, err = p.opening(other)
				require.NoError(t, err)
				require.Zero(t, took, "for other sockets as well")
				require.Equal(t, []string{"small"}, p.box.kinds())

				elsewhere := p.socket(func(c *Config) { c.Transport = transport })
				require.NoError(t, elsewhere.SetEndpoint("wss://other/socket"))
				_, err = p.opening(elsewhere)
				require.NoError(t, err)
				require.Equal(t, []string{"large", "small"}, p.box.kinds(), "of that endpoint")
			})
		})
	}
}

func TestHelloThatIsAnsweredIsTheOnlyOne(t *testing.T) {
	for _, transport := range []Transport{WebSocket, LongPoll} {
		synctest.Test(t, func(t *testing.T) {
			p := newSecurePeer(t)
			p.box.takes = func(int) bool { return true }
			s := p.socket(func(c *Config) { c.Transport = transport })
			_, err := p.opening(s)
			require.NoError(t, err)
			require.Equal(t, []string{"large"}, p.box.kinds())
			time.Sleep(2 * helloPatience)
			synctest.Wait()
			require.Equal(t, SocketOpen, s.State())
		})
	}
}

// Some devices and servers close the connection instead.
func TestHelloThatEndsTheConnectionIsFollowedByASmallOne(t *testing.T) {
	for _, transport := range []Transport{WebSocket, LongPoll} {
		synctest.Test(t, func(t *testing.T) {
			p := newSecurePeer(t)
			p.box.ends = true
			took, err := p.opening(p.socket(func(c *Config) { c.Transport = transport }))
			require.NoError(t, err)
			require.Zero(t, took)
			require.Equal(t, []string{"large", "small"}, p.box.kinds())
		})
	}
}

// A server that answers no hello at all does not get twice as many connections because of that.
func TestServerThatAnswersNoHelloHasOneConnectionAnAttempt(t *testing.T) {
	for name, ends := range map[string]bool{"and is silent": false, "and hangs up": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newSecurePeer(t)
				p.box.takes, p.box.ends = nothing, ends
				s := p.socket(func(c *Config) { c.ReconnectAfter = nil })
				_, err := p.opening(s)
				require.Error(t, err)
				time.Sleep(time.Minute)
				sizes := p.box.sizes()
				require.Less(t, len(sizes), 30, "connections in the first minute")
				require.Equal(t, []string{"large", "small", "large", "small", "large"}, sizes[:5], "each attempt tries the other")
				for range 10 {
					time.Sleep(time.Minute)
					require.LessOrEqual(t, len(p.box.sizes()), paceTries, "a minute")
				}
			})
		})
	}
}

// After an outage either hello might have been answered, so nothing is remembered.
func TestOutageMakesNoHelloSmall(t *testing.T) {
	for length := range 8 { // some outages end before the large hello, some before the small one
		synctest.Test(t, func(t *testing.T) {
			p := newSecurePeer(t)
			p.box.ends = true
			began := time.Now()
			p.box.takes = func(int) bool { return time.Since(began) > time.Duration(length)*time.Second+time.Second/2 }
			s := p.socket(nil)
			require.NoError(t, s.Connect())
			time.Sleep(time.Minute)
			synctest.Wait()
			require.Equal(t, SocketOpen, s.State())
			p.box.sizes()
			require.NoError(t, s.Disconnect(0, ""))
			synctest.Wait()
			_, err := p.opening(s)
			require.NoError(t, err)
			require.Equal(t, []string{"large"}, p.box.sizes())
		})
	}
}

// A server that answers slowly gets the full time of an attempt.
func TestServerThatIsSlowToAnswerAHelloIsConnectedTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newSecurePeer(t)
		p.box.takes = func(int) bool {
			time.Sleep(4 * time.Second)
			return true
		}
		_, err := p.opening(p.socket(nil))
		require.NoError(t, err)
		require.Equal(t, []string{"large", "small"}, p.box.sizes())
	})
}

// A fallback to long polling before the small hello has had its chance would be permanent.
func TestHelloIsMadeSmallerBeforeTheFallbackToLongPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newSecurePeer(t)
		s := p.socket(func(c *Config) { c.LongPollFallbackAfter = 2500 * time.Millisecond })
		took, err := p.opening(s)
		require.NoError(t, err)
		require.Equal(t, 1250*time.Millisecond, took)
		require.Equal(t, WebSocket, s.conn.transport)
	})
}

func TestHelloStaysAsTheCallerWantsIt(t *testing.T) {
	for name, test := range map[string]struct {
		curves []tls.CurveID
		want   []string
	}{
		"small already":        {[]tls.CurveID{tls.X25519, tls.CurveP256}, []string{"small"}},
		"with large keys only": {[]tls.CurveID{tls.X25519MLKEM768}, []string{"large", "large"}},
		"with both":            {[]tls.CurveID{tls.X25519MLKEM768, tls.CurveP256}, []string{"large", "small"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newSecurePeer(t)
				s := p.socket(func(c *Config) { c.TLS.CurvePreferences, c.Timeout = test.curves, 20*time.Second })
				require.NoError(t, s.Connect())
				time.Sleep(22 * time.Second)
				require.Equal(t, test.want, p.box.sizes())
			})
		})
	}
}

func TestMemoryOfHellosIsBounded(t *testing.T) {
	m := new(helloMemory)
	config, err := Config{}.withDefaults()
	require.NoError(t, err)
	for i := range 2 * maxHelloEndpoints {
		h := m.choose(fmt.Sprint(i), WebSocket, &config)
		require.NotNil(t, m.unanswered(t.Context(), fmt.Sprint(i), h))
	}
	require.Len(t, m.known, maxHelloEndpoints)
	require.Len(t, m.order, maxHelloEndpoints)
	require.False(t, m.choose("0", WebSocket, &config).small)
	require.True(t, m.choose(fmt.Sprint(2*maxHelloEndpoints-1), WebSocket, &config).small)
}

// A connection without TLS may carry any bytes.
func TestBytesOfAPlainConnectionAreNoHello(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn, err := (&target{
			endpoint: &url.URL{Scheme: "ws"}, platformTarget: platformTarget{route: new(route), hello: &hello{patience: time.Second}},
		}).beyondProxy(t.Context(), &net.TCPConn{}, nil)
		require.NoError(t, err)
		require.IsType(t, &net.TCPConn{}, conn)
	})
}
