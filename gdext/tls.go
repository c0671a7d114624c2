package gdext

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
)

// trustOf converts the engine's TLSOptions to core's TLS and VerifyServer. For nil it returns what
// the engine's own connections trust without options.
func trustOf(options *engine.Ref) (core.Network, error) {
	if options == nil {
		return defaultTrust(""), nil
	}
	isOptions, err := options.Call("is_class", arguments("TLSOptions"))
	defer isOptions.Release()
	if err != nil || !isOptions.IsTrue() {
		return core.Network{}, errors.Join(errors.New("this is not a TLSOptions; create one with TLSOptions.client()"), err)
	}
	isServer, err := options.Call("is_server", engine.Args{})
	defer isServer.Release()
	if err != nil {
		return core.Network{}, err
	}
	if isServer.IsTrue() {
		return core.Network{}, errors.New("these are a server's options; use TLSOptions.client() or TLSOptions.client_unsafe()")
	}
	unsafe, err := options.Call("is_unsafe_client", engine.Args{})
	defer unsafe.Release()
	if err != nil {
		return core.Network{}, err
	}
	name, err := options.Call("get_common_name_override", engine.Args{})
	defer name.Release()
	if err != nil {
		return core.Network{}, err
	}
	given, err := trustedChain(options)
	switch {
	case err != nil:
		return core.Network{}, err
	case unsafe.IsTrue() && given == nil:
		return core.Network{TLS: &tls.Config{InsecureSkipVerify: true}}, nil
	case unsafe.IsTrue():
		return core.Network{VerifyServer: (&authorities{pool: given, anyName: true}).verify}, nil
	case given == nil:
		return defaultTrust(name.Text()), nil
	}
	return core.Network{TLS: &tls.Config{ServerName: name.Text()}, VerifyServer: (&authorities{pool: given}).verify}, nil
}

// bundleSetting names a file of authorities that the engine trusts instead of the system's.
const bundleSetting = "network/tls/certificate_bundle_override"

// defaultAuthorities returns the authorities that the project trusts, or nil for the system's. As
// in the engine, the setting's first value remains in effect.
var defaultAuthorities = sync.OnceValue(func() *authorities {
	path := engine.ProjectSetting(bundleSetting)
	if path == "" {
		return nil
	}
	pool, err := poolOf(engine.ReadFile(path))
	return &authorities{pool: pool, bundle: path, isEmpty: err != nil}
})

// trustedChain returns the options' trusted chain as a pool, or nil if there is none.
func trustedChain(options *engine.Ref) (*x509.CertPool, error) {
	certificate, err := options.Call("get_trusted_ca_chain", engine.Args{})
	defer certificate.Release()
	if err != nil || !certificate.IsObject() {
		return nil, err
	}
	text, err := certificate.Call("save_to_string", engine.Args{})
	defer text.Release()
	if err != nil {
		return nil, err
	}
	chain := []byte(text.Text())
	pool, err := poolOf(chain)
	if err != nil {
		return nil, err
	}
	warnOfRepeated(chain, pool)
	return pool, nil
}

// poolOf reads certificates: any number in PEM, or one in DER.
func poolOf(certificates []byte) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	if pool.AppendCertsFromPEM(certificates) {
		return pool, nil
	}
	block, _ := pem.Decode(certificates)
	if block != nil {
		certificates = block.Bytes
	}
	certificate, err := x509.ParseCertificate(certificates)
	switch {
	case err != nil && block != nil:
		return pool, fmt.Errorf("the trusted chain has a certificate that cannot be read (%w): %s", err, adviceMakeAnew)
	case err != nil:
		return pool, errors.New("the trusted chain has no certificate")
	}
	pool.AddCert(certificate)
	return pool, nil
}

// warnOfRepeated warns about engines (such as 4.6) that write the first certificate of a chain in
// place of each.
func warnOfRepeated(chain []byte, pool *x509.CertPool) {
	if certificates := bytes.Count(chain, []byte("-----BEGIN CERTIFICATE-----")); certificates > 1 && pool.Equal(firstOf(chain)) {
		engine.Warning("PhoenixSocket.tls_options", fmt.Sprintf("PhoenixSocket.tls_options: this engine returns only the first of the %d "+
			"certificates in the trusted chain: put the authority of the server's certificate first.", certificates))
	}
}

// firstOf returns a pool with the chain's first certificate.
func firstOf(chain []byte) *x509.CertPool {
	pool := x509.NewCertPool()
	first, _ := pem.Decode(chain)
	pool.AppendCertsFromPEM(pem.EncodeToMemory(first))
	return pool
}

// Alerts that a server may send (RFC 8446, 6.2).
const (
	alertHandshakeFailure    tls.AlertError = 40
	alertBadCertificate      tls.AlertError = 42
	alertProtocolVersion     tls.AlertError = 70
	alertCertificateRequired tls.AlertError = 116
)

// isAlert reports whether the server sent one of the alerts. Package tls uses an unexported type
// for received alerts, with the same texts.
func isAlert(err error, alerts ...tls.AlertError) bool {
	var sent *net.OpError
	return errors.As(err, &sent) && sent.Op == "remote error" &&
		slices.ContainsFunc(alerts, func(a tls.AlertError) bool { return a.Error() == sent.Err.Error() })
}

// adviceMakeAnew is for a certificate that is not encoded according to the standard. The engine's
// Crypto creates such a certificate about once in 500, when the random serial number begins with
// zeros.
const adviceMakeAnew = "the certificate is not encoded correctly, like about one in 500 that the engine's Crypto creates: create it again"

// tlsAdvice returns the meaning of a failed TLS handshake for the developer of a game, and advice
// on how to fix it, or "" for other errors.
func tlsAdvice(err error) string {
	var (
		refused   *untrustedError
		other     *otherHostError
		authority x509.UnknownAuthorityError
		invalid   x509.CertificateInvalidError
		host      x509.HostnameError
		roots     x509.SystemRootsError
		record    tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &refused) && refused.authorities.isEmpty:
		return fmt.Sprintf("the project setting %s names %s, which has no certificate in it: correct or clear it", bundleSetting, refused.authorities.bundle)
	case errors.As(err, &authority) && refused != nil && refused.authorities.bundle != "":
		return fmt.Sprintf("the game does not trust who signed the server's certificate: add the authority's certificate to %s, which the "+
			"project setting %s names, or give it to tls_options with TLSOptions.client()", refused.authorities.bundle, bundleSetting)
	case errors.As(err, &roots), errors.As(err, &authority) && refused == nil && !systemHasAuthorities():
		return "this device has no certificates of public authorities: install them (on Linux the package is mostly ca-certificates), or ship " +
			"those to trust with the game, in the project setting " + bundleSetting + " or in tls_options with TLSOptions.client()"
	case errors.Is(err, errShortKey):
		return fmt.Sprintf("the server's certificate is too weak: make one with a key of %d bits", minKeyBits)
	case errors.As(err, &other):
		return other.advice()
	case errors.As(err, &authority):
		return "the game does not trust who signed the server's certificate: give the authority's certificate to tls_options " +
			"with TLSOptions.client(), or use a certificate of a public authority on the server"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has expired or is not valid yet: renew it, or set the clock of this device"
	case errors.As(err, &host):
		return hostAdvice(host)
	case errors.As(err, &invalid):
		return "the server's certificate is not valid for a server: replace it"
	case strings.Contains(err.Error(), "failed to parse certificate from server"): // has no type
		return adviceMakeAnew
	case errors.As(err, &record):
		return "the server does not speak TLS there: check the port, or use ws:// instead of wss://"
	case strings.Contains(err.Error(), `malformed HTTP response "\x15\x03`):
		// The alert of a TLS server, read as HTTP.
		return "the server speaks TLS there: use wss:// instead of ws://"
	case isAlert(err, alertProtocolVersion, alertHandshakeFailure),
		strings.Contains(err.Error(), "server selected unsupported protocol version"): // has no type
		return "the server's TLS is too old: it must speak TLS 1.2 or 1.3"
	case isAlert(err, alertCertificateRequired, alertBadCertificate):
		return "the server requires a client certificate, which TLSOptions does not support"
	case wasReset(err) && (strings.Contains(err.Error(), "connecting to wss://") || strings.Contains(err.Error(), "connecting to https://")):
		// Bandit closes the connection without an alert.
		return "if the server does not speak TLS there, use ws:// instead of wss://"
	}
	return ""
}

// winsockReset is WSAECONNRESET, Windows' number for ECONNRESET. On Windows syscall.ECONNRESET is a
// number that Go made up.
const winsockReset syscall.Errno = 10054

// wasReset reports whether the other side reset the connection.
func wasReset(err error) bool {
	return isErrno(err, syscall.ECONNRESET, winsockReset)
}

// systemHasAuthorities reports whether this device has any certificates of authorities. Containers
// and small Linux systems may have none.
func systemHasAuthorities() bool {
	pool, err := x509.SystemCertPool()
	return fromEngine.Load() || err == nil && !pool.Equal(x509.NewCertPool())
}

func (e *otherHostError) advice() string {
	if !hasAlternativeNames(e.certificate) {
		return fmt.Sprintf("the server's certificate is for %s (it has no subject alternative name, only this common name): connect to that "+
			"host, or name it as the second argument of TLSOptions.client()", strings.Join(e.names, ", "))
	}
	return fmt.Sprintf("the server's certificate is for %s: connect to that host, or name it as the second argument of TLSOptions.client()",
		strings.Join(e.names, ", "))
}

func hostAdvice(failure x509.HostnameError) string {
	if !hasAlternativeNames(failure.Certificate) {
		return fmt.Sprintf("the server's certificate names its host (%q) the old way, in the common name: "+
			"make one that names it as a subject alternative name", failure.Certificate.Subject.CommonName)
	}
	return (&otherHostError{certificate: failure.Certificate, names: hostsOf(failure.Certificate)}).advice()
}
