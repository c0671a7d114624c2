package gdext

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/tests/certificates"
)

// failedHandshake returns the client's error from a handshake with a server.
func failedHandshake(t *testing.T, client *tls.Config, serve func(net.Conn)) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		serve(conn)
	}()
	near, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	defer func() {
		near.Close()
		<-done
	}()
	conn := tls.Client(near, client)
	err = conn.HandshakeContext(t.Context())
	if err == nil { // TLS 1.3 reports a missing certificate only after the handshake
		_, err = conn.Read(make([]byte, 1))
	}
	require.Error(t, err)
	return err
}

func TestTLSAdviceFitsTheFailure(t *testing.T) {
	authority, err := certificates.NewAuthority("Authority of the test")
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(authority.PEM()))
	pair := func(wanted certificates.Certificate) tls.Certificate {
		certificate, key, err := authority.Issue(wanted)
		require.NoError(t, err)
		pair, err := tls.X509KeyPair(certificate, key)
		require.NoError(t, err)
		return pair
	}
	valid := certificates.Certificate{Hosts: []string{"localhost", "127.0.0.1"}, Age: time.Hour}
	serve := func(wanted certificates.Certificate, change func(*tls.Config)) func(net.Conn) {
		config := &tls.Config{Certificates: []tls.Certificate{pair(wanted)}}
		if change != nil {
			change(config)
		}
		return func(conn net.Conn) {
			_ = tls.Server(conn, config).Handshake()
			_, _ = io.Copy(io.Discard, conn) // until the client has read the alert
		}
	}
	trusting := &tls.Config{RootCAs: roots, ServerName: "localhost"}

	for _, c := range []struct {
		name   string
		client *tls.Config
		server func(net.Conn)
		says   string
	}{
		{"an authority that is not trusted", &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}, serve(valid, nil), "does not trust who signed"},
		{"a certificate that has expired", trusting, serve(certificates.Certificate{Hosts: valid.Hosts, Age: 48 * time.Hour}, nil), "has expired or is not valid yet"},
		{"a certificate that is not valid yet", trusting, serve(certificates.Certificate{Hosts: valid.Hosts, Age: -time.Hour}, nil), "has expired or is not valid yet"},
		{"another host's certificate", trusting, serve(certificates.Certificate{Hosts: []string{"a.example", "10.0.0.1"}, Age: time.Hour}, nil), "is for a.example, 10.0.0.1:"},
		{"a certificate with a common name only", trusting, serve(certificates.Certificate{Name: "localhost", Age: time.Hour}, nil), `its host ("localhost") the old way`},
		{"a server of TLS 1.1", trusting, serve(valid, func(c *tls.Config) {
			c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
		}), "too old"},
		{"a server that insists on TLS 1.1", trusting, func(conn net.Conn) {
			readRecord(conn)
			_, _ = conn.Write(serverHello11)
			_, _ = io.Copy(io.Discard, conn)
		}, "too old"},
		{"a server that wants a certificate", trusting, serve(valid, func(c *tls.Config) {
			c.ClientAuth = tls.RequireAnyClientCert
		}), "requires a client certificate"},
		{"a server without TLS", trusting, func(conn net.Conn) {
			readRecord(conn)
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
			_, _ = io.Copy(io.Discard, conn)
		}, "does not speak TLS there"},
		{"a server that hangs up", trusting, func(conn net.Conn) { readRecord(conn) }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := tlsAdvice(failedHandshake(t, c.client, c.server))
			if c.says == "" {
				assert.Empty(t, got)
			} else {
				assert.Contains(t, got, c.says)
			}
		})
	}
}

// readRecord reads the client's first record.
func readRecord(conn net.Conn) {
	header := make([]byte, 5)
	if _, err := io.ReadFull(conn, header); err == nil {
		_, _ = io.CopyN(io.Discard, conn, int64(header[3])<<8|int64(header[4]))
	}
}

// serverHello11 selects TLS 1.1 and ECDHE-ECDSA-AES128-CBC-SHA, like a server that supports nothing
// newer.
var serverHello11 = func() []byte {
	hello := []byte{3, 2}
	hello = append(hello, make([]byte, 32)...) // random
	hello = append(hello, 0, 0xc0, 0x09, 0)    // session, cipher suite, no compression
	handshake := append([]byte{2, 0, 0, byte(len(hello))}, hello...)
	return append([]byte{22, 3, 2, 0, byte(len(handshake))}, handshake...)
}()

func TestAConnectionThatIsResetMayBeOneWithoutTLS(t *testing.T) {
	const secure = "phoenix: connecting to wss://game.example/socket/websocket: %w"
	for number, system := range map[syscall.Errno]string{syscall.ECONNRESET: "this system's", winsockReset: "Windows'"} {
		reset := &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", number)}
		for text, says := range map[string]string{
			secure: "use ws:// instead of wss://",
			"phoenix: connecting to https://game.example/socket/longpoll: %w": "use ws:// instead of wss://",
			"phoenix: connecting to ws://game.example/socket/websocket: %w":   "",
		} {
			assert.Contains(t, tlsAdvice(fmt.Errorf(text, reset)), says, system)
			assert.Equal(t, says == "", tlsAdvice(fmt.Errorf(text, reset)) == "", "%s: %s", system, text)
		}
	}
	for _, err := range []error{io.EOF, syscall.ECONNREFUSED, errors.New("was forcibly closed by the remote host")} {
		assert.Empty(t, tlsAdvice(fmt.Errorf(secure, err)))
	}
}

// The error is the system's own, in any language.
func TestAServerThatResetsTheConnectionIsKnown(t *testing.T) {
	assert.True(t, wasReset(failedHandshake(t, &tls.Config{ServerName: "localhost"}, func(conn net.Conn) {
		readRecord(conn)
		assert.NoError(t, conn.(*net.TCPConn).SetLinger(0))
	})))
}
