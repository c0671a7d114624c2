package core

import (
	"context"
	"crypto/tls"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
)

// Network is how the connections of a [Socket] are made, where that is up to this client.
type Network struct {
	// Header holds more headers of the connect request. Phoenix shows those that begin with "x-" to the server's socket. User-Agent is
	// this client's name and version unless it is set here.
	Header http.Header

	// TLS settings for wss endpoints: own roots, a server name, client certificates. Default: the system's roots. InsecureSkipVerify is
	// obeyed, with a warning in the log unless a function of the config verifies instead.
	TLS *tls.Config

	// VerifyServer, if set, verifies the certificates of wss endpoints in place of package tls: name is TLS.ServerName, or else the
	// endpoint's host. What package tls would trust does not matter then.
	VerifyServer func(state tls.ConnectionState, name string) error

	// Proxy of a request. Default: that of the environment, as it is when the config is handed over; see [ParseProxy].
	Proxy func(*http.Request) (*url.URL, error)

	// DialContext opens the network connection. Default: a net.Dialer, which tries IPv6 and IPv4 side by side.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)
}

func (n *Network) setDefaults() {
	if n.Proxy == nil {
		n.Proxy = newProxyEnvironment(os.Getenv).choose
	}
	if n.DialContext == nil {
		n.DialContext = new(net.Dialer).DialContext
	}
}

// hasHeaderOf reports whether a connection sends the same headers with both.
func (n *Network) hasHeaderOf(other *Network) bool {
	return maps.EqualFunc(n.Header, other.Header, slices.Equal)
}

const insecureWarning = "TLS certificates are not verified: anyone on the network can read and change the traffic"

func (n *Network) insecure() bool {
	t := n.TLS
	return t != nil && t.InsecureSkipVerify && t.VerifyConnection == nil && t.VerifyPeerCertificate == nil && n.VerifyServer == nil
}

// ownHeaders are set by the transports; a game cannot.
var ownHeaders = map[string]bool{
	"Upgrade": true, "Connection": true, "Content-Length": true, "Transfer-Encoding": true,
	"Sec-Websocket-Key": true, "Sec-Websocket-Version": true, "Sec-Websocket-Extensions": true, "Sec-Websocket-Protocol": true,
}

// check refuses headers that would break the request, without showing their values, which may be secret.
func (n *Network) check() error {
	for name, values := range n.Header {
		if !validHeaderName(name) {
			return invalid("the header name %q is one that HTTP does not allow", name)
		}
		if ownHeaders[http.CanonicalHeaderKey(name)] {
			return invalid("the header %q is one that the transport sets itself", name)
		}
		for _, value := range values {
			if !validHeaderValue(value) {
				return invalid("the header %q has a value with control characters", name)
			}
		}
	}
	return nil
}

// validHeaderName tells whether name is a token of RFC 9110.
func validHeaderName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}
