package core_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/tests/certificates"
)

// lockedBuffer is a buffer for a logger that writes from several goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// serve starts a server that answers all requests with handler.
func serve(t *testing.T, handler http.HandlerFunc, config *tls.Config) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if config != nil {
		server.TLS = config
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server
}

// firstClose connects, and returns the errors until the connection ended, and all other output of
// the client until then.
func firstClose(t *testing.T, endpoint string, config core.Config) (errs, said string) {
	var out, told lockedBuffer
	config.Logger = slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	config.ReconnectAfter = []time.Duration{time.Hour}
	s, err := core.NewSocket(endpoint, config)
	require.NoError(t, err)
	ends := make(chan core.CloseEvent, 8)
	s.OnError(func(err error) { fmt.Fprintln(&told, err) })
	s.OnClose(func(e core.CloseEvent) { ends <- e })
	require.NoError(t, s.Connect())
	select {
	case e := <-ends:
		require.True(t, e.WillReconnect)
		_, _ = out.Write([]byte(e.Reason))
	case <-time.After(time.Minute):
		require.Fail(t, "the connection did not end")
	}
	require.NoError(t, s.Close())
	<-s.Ended()
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "msg=disconnected") }, time.Minute, time.Millisecond, "the log is written behind")
	return told.String(), out.String() + told.String()
}

// TestTLSThatCannotBeTrustedIsRefusedWithTheReason connects, with tokens, to servers that are not
// the expected ones. No token reaches them, and none is in the client's output.
func TestTLSThatCannotBeTrustedIsRefusedWithTheReason(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, certificates.WriteFiles(dir))
	roots := func(name string) *x509.CertPool {
		pool := x509.NewCertPool()
		authority, err := certificates.NewAuthority("Nobody")
		require.NoError(t, err)
		require.True(t, pool.AppendCertsFromPEM(authority.PEM()))
		if name != "" {
			trusted, err := os.ReadFile(filepath.Join(dir, name+".pem"))
			require.NoError(t, err)
			require.True(t, pool.AppendCertsFromPEM(trusted))
		}
		return pool
	}
	for _, c := range []struct {
		name, certificate, trusted string
		newest                     uint16
		reason                     string // part of
	}{
		{"expired", "expired", "authority", 0, "expired"},
		{"another host", "elsewhere", "authority", 0, "127.0.0.1 because"},
		{"no host", "nameless", "authority", 0, "certificate"},
		{"an authority that nobody knows", "good", "", 0, "unknown authority"},
		{"another authority", "good", "stranger", 0, "unknown authority"},
		{"TLS 1.1", "good", "authority", tls.VersionTLS11, "protocol version"},
		{"TLS 1.0", "good", "authority", tls.VersionTLS10, "protocol version"},
	} {
		for _, transport := range []core.Transport{core.WebSocket, core.LongPoll} {
			t.Run(c.name+"/"+transport.String(), func(t *testing.T) {
				pair, err := tls.LoadX509KeyPair(filepath.Join(dir, c.certificate+".pem"), filepath.Join(dir, c.certificate+".key"))
				require.NoError(t, err)
				var requests atomic.Int64
				server := serve(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) },
					&tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS10, MaxVersion: c.newest})
				endpoint := strings.Replace(server.URL, "https://", "wss://ada:PLANTED-password@", 1) + "/socket?key=PLANTED-query"
				errs, said := firstClose(t, endpoint, core.Config{
					Transport: transport, TLS: &tls.Config{RootCAs: roots(c.trusted)}, AuthToken: "PLANTED-token",
					Params: map[string]string{"secret": "PLANTED-param"}, Header: http.Header{"Authorization": {"PLANTED-header"}},
				})
				require.Contains(t, errs, c.reason)
				require.Contains(t, errs, strings.TrimPrefix(server.URL, "https://"))
				require.NotContains(t, said, "PLANTED")
				require.Zero(t, requests.Load())
			})
		}
	}
}

// TestNothingSecretIsSaidWhateverAServerAnswers breaks connections in ways whose network errors
// contain the URL with the session's token. It checks all output of the client at its most verbose
// level.
func TestNothingSecretIsSaidWhateverAServerAnswers(t *testing.T) {
	elsewhere := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		assert.Fail(t, "redirects are not followed", r.URL.String())
	}, nil)
	hangUp := func(w http.ResponseWriter, last string) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if assert.NoError(t, err) {
			_, _ = io.WriteString(conn, last)
			_ = conn.Close()
		}
	}
	session := func(then http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.RawQuery, "PLANTED-session") {
				then(w, r)
				return
			}
			_, _ = io.WriteString(w, `{"status":410,"token":"PLANTED-session","messages":[]}`)
		}
	}
	for _, c := range []struct {
		name      string
		transport core.Transport
		answer    http.HandlerFunc
	}{
		{"hangs up", core.WebSocket, func(w http.ResponseWriter, _ *http.Request) { hangUp(w, "") }},
		{"refuses, and says what it was told", core.WebSocket, func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, r.URL.String(), http.StatusForbidden)
		}},
		{"redirects with the query", core.WebSocket, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.String(), http.StatusTemporaryRedirect)
		}},
		{"answers no HTTP", core.WebSocket, func(w http.ResponseWriter, r *http.Request) {
			hangUp(w, "what is "+r.URL.String()+"\r\n\r\n")
		}},
		{"hangs up", core.LongPoll, func(w http.ResponseWriter, _ *http.Request) { hangUp(w, "") }},
		{"hangs up in a session", core.LongPoll, session(func(w http.ResponseWriter, _ *http.Request) { hangUp(w, "") })},
		{"refuses in a session", core.LongPoll, session(func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, r.URL.String(), http.StatusBadGateway)
		})},
		{"redirects in a session", core.LongPoll, session(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.String(), http.StatusTemporaryRedirect)
		})},
		{"sends no JSON in a session", core.LongPoll, session(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "what is "+r.URL.String())
		})},
		{"sends half an answer in a session", core.LongPoll, session(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"status":200,"token":"PLANTED-session"`)
		})},
	} {
		t.Run(c.transport.String()+"/"+c.name, func(t *testing.T) {
			server := serve(t, c.answer, nil)
			endpoint := strings.Replace(server.URL, "http://", "ws://ada:PLANTED-password@", 1) + "/socket?key=PLANTED-query"
			errs, said := firstClose(t, endpoint, core.Config{
				Transport: c.transport, AuthToken: "PLANTED-token", Params: map[string]string{"secret": "PLANTED-param"},
				Header: http.Header{"X-Secret": {"PLANTED-header"}, "Cookie": {"PLANTED-cookie"}},
			})
			require.NotEmpty(t, errs)
			require.Contains(t, said, "connecting")
			require.NotContains(t, said, "PLANTED")
			require.NotContains(t, said, "UExBTlRFRC") // base64 of it
		})
	}
}
