package core_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/tests/certificates"
)

// proxy is an HTTP, HTTPS or SOCKS 5 proxy that leads to one server, whatever host is requested.
type proxy struct {
	t      *testing.T
	server string // its address

	mu    sync.Mutex
	asked []string // "CONNECT host:port", "GET http://…" or "SOCKS host:port"
	login string   // the last Proxy-Authorization
}

func (p *proxy) note(asked, login string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked, p.login = append(p.asked, asked), login
}

func (p *proxy) first() (asked, login string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.asked) == 0 {
		return "", ""
	}
	return p.asked[0], p.login
}

// listen starts the proxy, and returns its address.
func (p *proxy) listen(config *tls.Config, serve func(net.Conn)) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(p.t, err)
	address := listener.Addr().String()
	if config != nil {
		listener = tls.NewListener(listener, config)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer conn.Close()
				serve(conn)
			})
		}
	})
	p.t.Cleanup(func() {
		_ = listener.Close()
		open.Wait()
	})
	return address
}

// serveHTTP handles CONNECT, and the requests that need none.
func (p *proxy) serveHTTP(conn net.Conn) {
	reader := bufio.NewReader(conn)
	request, err := http.ReadRequest(reader)
	if err != nil {
		return
	}
	p.note(request.Method+" "+request.RequestURI, request.Header.Get("Proxy-Authorization"))
	server, err := net.Dial("tcp", p.server)
	if !assert.NoError(p.t, err) {
		return
	}
	defer server.Close()
	if request.Method == http.MethodConnect {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
	} else {
		request.Close = true // so that there is only one request
		_ = request.Write(server)
	}
	p.carry(conn, reader, server)
}

// serveSOCKS implements the required part of RFC 1928.
func (p *proxy) serveSOCKS(conn net.Conn) {
	reader := bufio.NewReader(conn)
	next := func(n int) []byte {
		b := make([]byte, n)
		_, _ = io.ReadFull(reader, b) // zeros at the end
		return b
	}
	methods := next(int(next(2)[1]))
	login := bytes.Contains(methods, []byte{2})
	_, _ = conn.Write([]byte{5, map[bool]byte{true: 2}[login]})
	credentials := ""
	if login {
		user := string(next(int(next(2)[1])))
		credentials = user + ":" + string(next(int(next(1)[0])))
		_, _ = conn.Write([]byte{1, 0})
	}
	host := string(next(int(next(5)[4])))
	p.note("SOCKS "+host+":"+portText(next(2)), credentials)
	server, err := net.Dial("tcp", p.server)
	if !assert.NoError(p.t, err) {
		return
	}
	defer server.Close()
	_, _ = conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	p.carry(conn, reader, server)
}

func portText(b []byte) string {
	_, port, _ := net.SplitHostPort((&net.TCPAddr{Port: int(binary.BigEndian.Uint16(b))}).String())
	return port
}

func (p *proxy) carry(conn net.Conn, reader io.Reader, server net.Conn) {
	go func() {
		_, _ = io.Copy(server, reader)
		_ = server.Close()
	}()
	_, _ = io.Copy(conn, server)
}

// opens serves the part of Phoenix that a connect requires.
func opens(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/longpoll") && r.URL.Query().Has("token"):
		select {
		case <-r.Context().Done():
		case <-time.After(100 * time.Millisecond):
			_, _ = io.WriteString(w, `{"status":204,"token":"session","messages":[]}`)
		}
	case strings.HasSuffix(r.URL.Path, "/longpoll"):
		_, _ = io.WriteString(w, `{"status":410,"token":"session","messages":[]}`)
	default:
		conn, err := new(websocket.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		for err == nil {
			_, _, err = conn.ReadMessage()
		}
	}
}

// TestConnectionsThroughAProxy opens each kind of connection through each kind of proxy, to a host
// that only the proxy knows.
func TestConnectionsThroughAProxy(t *testing.T) {
	authority, err := certificates.NewAuthority("Authority")
	require.NoError(t, err)
	certificate, key, err := authority.Issue(certificates.Certificate{Hosts: []string{"game.test", "127.0.0.1"}, Age: time.Hour})
	require.NoError(t, err)
	pair, err := tls.X509KeyPair(certificate, key)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(authority.PEM()))
	secure := &tls.Config{Certificates: []tls.Certificate{pair}}

	for _, kind := range []string{"http", "https", "socks5", "socks5h"} {
		for _, scheme := range []string{"ws", "wss"} {
			for _, transport := range []core.Transport{core.WebSocket, core.LongPoll} {
				t.Run(kind+"/"+scheme+"/"+transport.String(), func(t *testing.T) {
					var config *tls.Config
					port, want := ":80", "CONNECT game.test"
					if scheme == "wss" {
						config, port = secure.Clone(), ":443"
					}
					server := serve(t, opens, config)
					p := &proxy{t: t, server: server.Listener.Addr().String()}
					var address, login string
					switch kind {
					case "http", "https":
						login = "Basic " + base64.StdEncoding.EncodeToString([]byte("ann:s3:cret"))
						address = p.listen(map[string]*tls.Config{"https": secure.Clone()}[kind], p.serveHTTP)
						if scheme == "ws" && transport == core.LongPoll { // no tunnel for plain requests
							want, port = "GET http://game.test/socket/longpoll", "?vsn=2.0.0"
						}
					default:
						address, want, login = p.listen(nil, p.serveSOCKS), "SOCKS game.test", "ann:s3:cret"
					}
					choose, err := core.ParseProxy(kind+"://ann:s3%3Acret@"+address, os.Getenv)
					require.NoError(t, err)
					s, err := core.NewSocket(scheme+"://game.test/socket", core.Config{
						Transport: transport, Proxy: choose, TLS: &tls.Config{RootCAs: roots},
					})
					require.NoError(t, err)
					s.OnError(func(err error) { t.Log(err) })
					openAndClose(t, s)
					asked, proxyName := p.first()
					require.Equal(t, want+port, asked)
					require.Equal(t, login, proxyName)
				})
			}
		}
	}
}

// TestServerBehindAProxyIsVerified checks that a proxy cannot impersonate the server, even if the
// proxy itself is trusted.
func TestServerBehindAProxyIsVerified(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, certificates.WriteFiles(dir))
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "good.pem"), filepath.Join(dir, "good.key")) // for this machine
	require.NoError(t, err)
	trusted, err := os.ReadFile(filepath.Join(dir, "authority.pem"))
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(trusted))
	secure := &tls.Config{Certificates: []tls.Certificate{pair}}
	for _, transport := range []core.Transport{core.WebSocket, core.LongPoll} {
		for _, kind := range []string{"http", "https"} {
			t.Run(kind+"/"+transport.String(), func(t *testing.T) {
				p := &proxy{t: t, server: serve(t, opens, secure.Clone()).Listener.Addr().String()}
				address := p.listen(map[string]*tls.Config{"https": secure.Clone()}[kind], p.serveHTTP)
				var names []string
				choose, err := core.ParseProxy(kind+"://ann:PLANTED@"+address, os.Getenv)
				require.NoError(t, err)
				errs, said := firstClose(t, "wss://game.test/socket", core.Config{
					Transport: transport, Proxy: choose, TLS: &tls.Config{RootCAs: roots},
				})
				require.Contains(t, errs, "not game.test")
				require.NotContains(t, said, "PLANTED")

				errs, _ = firstClose(t, "wss://game.test/socket", core.Config{
					Transport: transport, Proxy: choose, TLS: &tls.Config{RootCAs: roots},
					VerifyServer: func(state tls.ConnectionState, name string) error {
						names = append(names, name, state.PeerCertificates[0].IPAddresses[0].String())
						return net.UnknownNetworkError("of the test")
					},
				})
				require.Contains(t, errs, "of the test")
				require.Equal(t, []string{"game.test", "127.0.0.1"}, names, "the proxy is not the server")
			})
		}
	}
}

func TestSettingOfAProxy(t *testing.T) {
	const write = "; write it like http://proxy.example:3128"
	const escape = "; in a user name or a password write / ? # % @ as %2F %3F %23 %25 %40"
	for setting, want := range map[string]string{
		"none":                         "",
		"http://proxy:3128":            "http://proxy:3128",
		"https://proxy":                "https://proxy",
		"socks5://ann:s3cret@[::1]:99": "socks5://ann:s3cret@[::1]:99",
		"socks5h://proxy":              "socks5h://proxy",
		"HTTP://proxy":                 "http://proxy",
		"proxy:3128":                   `the proxy "proxy:3128" is not a URL` + write,
		"None":                         `the proxy "None" is not a URL` + write,
		"http://":                      `the proxy "http://" is not a URL` + write,
		"http://:3128":                 `the proxy "http://:3128" is not a URL` + write,
		"ftp://ann:s3cret@proxy":       `the proxy "…@proxy" has the scheme "ftp"; it must be http, https or socks5`,
		"http://ann:s3cret@pr oxy":     `the proxy "…@pr oxy" is not a URL` + write + escape,
		"http://ann:s3/cret@proxy:80":  `the proxy "…@proxy:80" is not a URL` + write + escape,
		"http://ann:s3?cret@proxy:80":  `the proxy "…" is not a URL` + write + escape,
		"http://proxy:port":            `the proxy "http://proxy:port" is not a URL` + write,
	} {
		choose, err := core.ParseProxy(setting, func(string) string { return "http://environment" })
		if err != nil {
			require.EqualError(t, err, core.ErrInvalidConfig.Error()+": "+want)
			require.ErrorIs(t, err, core.ErrInvalidConfig)
			continue
		}
		got, err := choose(&http.Request{URL: &url.URL{Scheme: "https", Host: "game.test"}})
		require.NoError(t, err)
		if want == "" {
			require.Nil(t, got, setting)
			continue
		}
		require.Equal(t, want, got.String())
	}
}

// TestProxyOfTheEnvironment compares with net/http, which reads the environment only once.
func TestProxyOfTheEnvironment(t *testing.T) {
	both := map[string]string{"HTTP_PROXY": "http://plain:1", "HTTPS_PROXY": "http://secure:2"}
	exceptFor := func(except string) map[string]string {
		return map[string]string{"HTTP_PROXY": "plain:1", "HTTPS_PROXY": "secure:2", "NO_PROXY": except}
	}
	const plain, secure = "http://plain:1", "http://secure:2"
	for _, test := range []struct {
		environment map[string]string
		url, want   string
	}{
		{nil, "https://game.test", ""},
		{both, "http://game.test", plain},
		{both, "https://game.test", secure},
		{exceptFor(""), "https://game.test", secure},
		{map[string]string{"https_proxy": "socks5://lower"}, "https://game.test", "socks5://lower"},
		{map[string]string{"https_proxy": "http://lower", "HTTPS_PROXY": "http://upper"}, "https://game.test", "http://upper"},
		{map[string]string{"HTTP_PROXY": "http://plain:1"}, "https://game.test", ""},
		{both, "https://localhost:4000", ""},
		{both, "https://LOCALHOST.", ""},
		{both, "https://127.8.8.8", ""},
		{both, "https://[::1]:4000", ""},
		{both, "https://192.168.1.2", secure},
		{exceptFor("*"), "https://game.test", ""},
		{exceptFor(" other.test , Game.Test "), "https://game.test", ""},
		{exceptFor("game.test"), "https://GAME.test.", ""},
		{exceptFor("game.test"), "https://eu.game.test", ""},
		{exceptFor("game.test"), "https://notgame.test", secure},
		{exceptFor(".game.test"), "https://game.test", secure},
		{exceptFor(".game.test"), "https://eu.game.test", ""},
		{exceptFor("*.game.test"), "https://eu.game.test", ""},
		{exceptFor("*.game.test"), "https://game.test", secure},
		{exceptFor("game.test:443"), "https://game.test", ""},
		{exceptFor("game.test:443"), "https://game.test:444", secure},
		{exceptFor("game.test:80"), "http://game.test", ""},
		{exceptFor("10.0.0.0/8"), "https://10.1.2.3", ""},
		{exceptFor("10.0.0.0/8"), "https://11.1.2.3", secure},
		{exceptFor("10.1.2.3"), "https://10.1.2.3:4000", ""},
		{exceptFor("10.1.2.3:4000"), "https://10.1.2.3:4001", secure},
		{exceptFor("fd00::/8"), "https://[fd00::1]", ""},
		{exceptFor("[fd00::1]:443"), "https://[fd00::1]", ""},
		{exceptFor("fd00::1"), "https://[fd00::2]", secure},
		{exceptFor("10"), "https://10.1.2.3", secure},
		{exceptFor(",, ,"), "https://game.test", secure},
		{exceptFor(":443"), "https://game.test", secure},
		{exceptFor("."), "https://game.test", secure},
	} {
		choose, err := core.ParseProxy("", func(name string) string { return test.environment[name] })
		require.NoError(t, err)
		asked, err := url.Parse(test.url)
		require.NoError(t, err)
		got, err := choose(&http.Request{URL: asked})
		require.NoError(t, err)
		if test.want == "" {
			require.Nil(t, got, "%v %s", test.environment, test.url)
			continue
		}
		require.NotNil(t, got, "%v %s", test.environment, test.url)
		require.Equal(t, test.want, got.String(), "%v %s", test.environment, test.url)
	}
}

// openAndClose connects the socket and closes it once it is open.
func openAndClose(t *testing.T, s *core.Socket) {
	t.Helper()
	require.NoError(t, s.Connect())
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	require.NoError(t, s.WaitOpen(ctx))
	require.NoError(t, s.Close())
	<-s.Ended()
}

// TestEnvironmentIsReadWhenASocketIsMade checks that the environment is not read earlier, when the
// process first needed it.
func TestEnvironmentIsReadWhenASocketIsMade(t *testing.T) {
	server := serve(t, opens, nil)
	for range 2 {
		p := &proxy{t: t, server: server.Listener.Addr().String()}
		t.Setenv("HTTP_PROXY", "http://"+p.listen(nil, p.serveHTTP))
		s, err := core.NewSocket("ws://game.test/socket", core.Config{})
		require.NoError(t, err)
		openAndClose(t, s)
		asked, _ := p.first()
		require.Equal(t, "CONNECT game.test:80", asked)
	}
}

func TestEnvironmentThatCannotBeReadIsAnErrorWithoutThePassword(t *testing.T) {
	for _, text := range []string{"http://ann:PLANTED@[", "ftp://ann:PLANTED@proxy", "ann:PLANTED@pr oxy"} {
		choose, err := core.ParseProxy("", func(string) string { return text })
		require.NoError(t, err)
		errs, said := firstClose(t, "ws://game.test/socket", core.Config{Proxy: choose})
		require.Contains(t, errs, "see HTTP_PROXY and HTTPS_PROXY")
		require.NotContains(t, said, "PLANTED")
	}
}
