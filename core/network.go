//go:build !js || nativetransport

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
)

// Network is how the connections of a [Socket] are made, where that is up to this client.
type Network struct {
	// Header holds more headers of the connect request. Phoenix shows those that begin with "x-" to the server's socket. User-Agent is
	// this client's name and version unless it is set here.
	Header Header

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

// Ignored returns the names of the settings that this platform cannot obey, of those that are set. Only a browser has some.
func (c *Config) Ignored() []string { return nil }

// hasHeaderOf reports whether a connection sends the same headers with both.
func (n *Network) hasHeaderOf(other *Network) bool {
	return maps.EqualFunc(n.Header, other.Header, slices.Equal)
}

func (n *Network) insecure() bool {
	t := n.TLS
	return t != nil && t.InsecureSkipVerify && t.VerifyConnection == nil && t.VerifyPeerCertificate == nil && n.VerifyServer == nil
}
