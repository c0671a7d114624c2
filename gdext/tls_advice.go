package gdext

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"syscall"
)

// Alerts that a server may answer with (RFC 8446, 6.2).
const (
	alertHandshakeFailure    tls.AlertError = 40
	alertBadCertificate      tls.AlertError = 42
	alertProtocolVersion     tls.AlertError = 70
	alertCertificateRequired tls.AlertError = 116
)

// isAlert says whether the server sent one of the alerts. Package tls has a type for them of its own, but gives it the same texts.
func isAlert(err error, alerts ...tls.AlertError) bool {
	var sent *net.OpError
	return errors.As(err, &sent) && sent.Op == "remote error" &&
		slices.ContainsFunc(alerts, func(a tls.AlertError) bool { return a.Error() == sent.Err.Error() })
}

// tlsAdvice says what a failed TLS handshake means to the developer of a game, and what to do; "" when that was not the failure.
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
	case errors.As(err, &refused) && refused.by.isEmpty:
		return fmt.Sprintf("the project setting %s names %s, which has no certificate in it: correct or clear it", bundleSetting, refused.by.bundle)
	case errors.As(err, &authority) && refused != nil && refused.by.bundle != "":
		return fmt.Sprintf("the game does not trust who signed the server's certificate: add the authority's certificate to %s, which the "+
			"project setting %s names, or give it to tls_options with TLSOptions.client()", refused.by.bundle, bundleSetting)
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
		return "the server's certificate is not one that a server may use: replace it"
	case errors.As(err, &record):
		return "the server does not speak TLS there: check the port, or use ws:// instead of wss://"
	case strings.Contains(err.Error(), `malformed HTTP response "\x15\x03`): // the alert of a TLS server, read as HTTP
		return "the server speaks TLS there: use wss:// instead of ws://"
	case isAlert(err, alertProtocolVersion, alertHandshakeFailure),
		strings.Contains(err.Error(), "server selected unsupported protocol version"): // no type of its own
		return "the server's TLS is too old: it must speak TLS 1.2 or 1.3"
	case isAlert(err, alertCertificateRequired, alertBadCertificate):
		return "the server asks for a certificate of the client, which TLSOptions cannot give"
	case wasReset(err) && (strings.Contains(err.Error(), "connecting to wss://") || strings.Contains(err.Error(), "connecting to https://")):
		return "if the server does not speak TLS there, use ws:// instead of wss://" // Bandit hangs up without a word
	}
	return ""
}

// winsockReset is WSAECONNRESET, Windows' own number for ECONNRESET, which there is a number that Go made up.
const winsockReset syscall.Errno = 10054

// wasReset reports whether the other side broke the connection off.
func wasReset(err error) bool {
	return isErrno(err, syscall.ECONNRESET, winsockReset)
}

// systemHasAuthorities says whether this device has certificates of authorities at all, as a container or a small Linux may not.
func systemHasAuthorities() bool {
	pool, err := x509.SystemCertPool()
	return err == nil && !pool.Equal(x509.NewCertPool())
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
