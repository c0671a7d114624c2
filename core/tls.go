//go:build !js || nativetransport

package core

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"slices"
)

// serverTLS returns the TLS configuration of a connection to the server with this name.
func (n *Network) serverTLS(host string, small bool) *tls.Config {
	config := n.ownTLS(small)
	config.ServerName = cmp.Or(config.ServerName, host)
	if verify, name := n.VerifyServer, config.ServerName; verify != nil {
		config.InsecureSkipVerify = true
		config.VerifyConnection = func(state tls.ConnectionState) error { return verify(state, name) }
	}
	return config
}

// proxyTLS returns the TLS configuration of a connection to a proxy. ServerName and VerifyServer do
// not apply to a proxy.
func (n *Network) proxyTLS(host string, small bool) *tls.Config {
	config := n.ownTLS(small)
	config.ServerName = host
	return config
}

// ownTLS returns a copy of the caller's configuration. With small it omits the key exchanges whose
// keys would make the ClientHello larger than one packet.
func (n *Network) ownTLS(small bool) *tls.Config {
	config := new(tls.Config)
	if n.TLS != nil {
		config = n.TLS.Clone()
	}
	if small {
		config.CurvePreferences = smallCurves(config.CurvePreferences)
	}
	return config
}

// largeCurves are post-quantum key exchanges, with keys of a kilobyte and more.
var largeCurves = []tls.CurveID{tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024}

// smallCurves returns the preferred key exchanges without the large ones, an empty list if none
// remain.
func smallCurves(preferred []tls.CurveID) []tls.CurveID {
	if len(preferred) == 0 {
		return []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}
	}
	return slices.DeleteFunc(slices.Clone(preferred), func(c tls.CurveID) bool { return slices.Contains(largeCurves, c) })
}

// hasSmallHello reports whether ownTLS can make the ClientHello smaller.
func (n *Network) hasSmallHello() bool {
	if n.TLS == nil || len(n.TLS.CurvePreferences) == 0 {
		return true
	}
	left := len(smallCurves(n.TLS.CurvePreferences))
	return left > 0 && left < len(n.TLS.CurvePreferences)
}

// beyondProxy performs the TLS handshake with the proxy, if the proxy requires one. All further
// bytes are between this client and the server.
func (t *target) beyondProxy(ctx context.Context, conn net.Conn, config *Config) (_ net.Conn, err error) {
	if proxy, ok := t.route.overTLS(); ok {
		if conn, err = startTLS(ctx, conn, config.proxyTLS(proxy, t.hello.small)); err != nil {
			return nil, err
		}
	}
	if t.endpoint.Scheme == "wss" {
		conn = t.hello.watch(conn)
	}
	return conn, nil
}

// startTLS performs the TLS handshake on a connection.
func startTLS(ctx context.Context, conn net.Conn, config *tls.Config) (net.Conn, error) {
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return secure, nil
}
