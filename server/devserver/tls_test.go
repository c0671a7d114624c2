package devserver_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver"
	"phoenixchannels/tests/certificates"
)

func TestTLSCarriesBothTransports(t *testing.T) {
	authority, err := certificates.NewAuthority("Authority of the test")
	require.NoError(t, err)
	certificate, key, err := authority.Issue(certificates.Certificate{Hosts: []string{"127.0.0.1"}, Age: time.Hour})
	require.NoError(t, err)
	pair, err := tls.X509KeyPair(certificate, key)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(authority.PEM()))
	trusting := &tls.Config{RootCAs: roots}

	server := start(t, devserver.Options{TLS: &tls.Config{Certificates: []tls.Certificate{pair}}})
	require.Regexp(t, `^wss://127\.0\.0\.1:\d+/socket$`, server.URL())

	dialer := websocket.Dialer{TLSClientConfig: trusting}
	conn, response, err := dialer.Dial(server.URL()+"/websocket?vsn=2.0.0&user_id=ann", nil)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	ann := client{t, conn}
	ann.send(`["1","1","room:1","phx_join",{"presence":false}]`)
	ann.expect(`["1","1","room:1","phx_reply",{"status":"ok","response":{"joined":"room:1","params":{"presence":false}}}]`)
	ann.send(`["1","2","room:1","whoami",{}]`)
	assert.Contains(t, ann.next(), `"uri":"https://127.0.0.1:`)
	ann.send(`["1","3","room:1","disconnect_me",{}]`)
	_, _, err = ann.ReadMessage()
	assert.True(t, websocket.IsCloseError(err, websocket.CloseGoingAway), "a close frame through TLS, got %v", err)

	web := &http.Client{Transport: &http.Transport{TLSClientConfig: trusting}}
	defer web.CloseIdleConnections()
	polled, err := web.Get(strings.Replace(server.URL(), "wss", "https", 1) + "/longpoll?vsn=2.0.0")
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, polled.StatusCode)
	require.NoError(t, polled.Body.Close())
}
