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
		authority x509.UnknownAuthorityError
		invalid   x509.CertificateInvalidError
		host      x509.HostnameError
		roots     x509.SystemRootsError
		record    tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &authority):
		return "the game does not trust who signed the server's certificate: give the authority's certificate to tls_options " +
			"with TLSOptions.client(), or use a certificate of a public authority on the server"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has expired or is not valid yet: renew it, or set the clock of this device"
	case errors.As(err, &host):
		return hostAdvice(host)
	case errors.As(err, &invalid):
		return "the server's certificate is not one that a server may use: replace it"
	case errors.As(err, &roots):
		return "this system has no certificates of public authorities: give those to trust to tls_options with TLSOptions.client()"
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
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, winsockReset)
}

func hostAdvice(failure x509.HostnameError) string {
	certificate := failure.Certificate
	var names []string
	names = append(names, certificate.DNSNames...)
	for _, ip := range certificate.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return fmt.Sprintf("the server's certificate names its host (%q) the old way, in the common name: "+
			"make one that names it as a subject alternative name", certificate.Subject.CommonName)
	}
	return fmt.Sprintf("the server's certificate is for %s: connect to that host, or name it as the second argument of TLSOptions.client()",
		strings.Join(names, ", "))
}
