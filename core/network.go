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

// Network configures how a [Socket] makes its connections, on platforms where this client controls
// that.
type Network struct {
	// Header holds additional headers of the connect request. Phoenix exposes those that begin with
	// "x-" to the server's socket. User-Agent is this client's name and version unless it is set
	// here.
	Header Header

	// TLS settings for wss endpoints: custom roots, a server name, client certificates. Default:
	// the system's roots. InsecureSkipVerify is honored, with a warning in the log unless a
	// function in this config verifies the certificates instead.
	TLS *tls.Config

	// VerifyServer, if set, verifies the certificates of wss endpoints in place of package tls:
	// name is TLS.ServerName, or else the endpoint's host. It alone decides; the certificates that
	// package tls would trust do not matter.
	VerifyServer func(state tls.ConnectionState, name string) error

	// Proxy returns the proxy of a request. Default: the environment's proxy, read when the config
	// is passed in; see [ParseProxy].
	Proxy func(*http.Request) (*url.URL, error)

	// DialContext opens the network connection. Default: a net.Dialer, which tries IPv6 and IPv4 in
	// parallel.
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

// Ignored returns the names of the settings that are set but not supported on this platform. Only
// in a browser are there any.
func (c *Config) Ignored() []string { return nil }

// hasHeaderOf reports whether a connection sends the same headers with either network.
func (n *Network) hasHeaderOf(other *Network) bool {
	return maps.EqualFunc(n.Header, other.Header, slices.Equal)
}

func (n *Network) insecure() bool {
	t := n.TLS
	return t != nil && t.InsecureSkipVerify && t.VerifyConnection == nil && t.VerifyPeerCertificate == nil && n.VerifyServer == nil
}
