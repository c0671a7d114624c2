package gdext

import (
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// authorities are certificates that a game trusts. They verify a server's certificate as the
// engine's own connections do: these check the common name if the certificate has no alternative
// names, as in the certificates that the engine creates. Package tls does not check the common
// name, for good reasons where a hundred public authorities are trusted, so certificates of the
// system's authorities are left to package tls.
type authorities struct {
	pool    *x509.CertPool
	anyName bool   // accept any host name
	bundle  string // path of the project's own bundle, if they were read from one
	isEmpty bool   // nothing could be read from bundle
}

func (a *authorities) verify(state tls.ConnectionState, name string) error {
	presented := state.PeerCertificates
	if err := a.check(presented, name); err != nil {
		return &tls.CertificateVerificationError{UnverifiedCertificates: presented, Err: &untrustedError{a, err}}
	}
	return nil
}

func (a *authorities) check(presented []*x509.Certificate, name string) error {
	leaf, options := presented[0], x509.VerifyOptions{Roots: a.pool, Intermediates: x509.NewCertPool()}
	for _, certificate := range presented[1:] {
		options.Intermediates.AddCert(certificate)
	}
	chains, err := leaf.Verify(options)
	switch {
	case err != nil:
		return err
	case !slices.ContainsFunc(chains, hasLongKeys):
		return errShortKey
	case a.anyName:
		return nil
	}
	names := hostsOf(leaf)
	if !slices.ContainsFunc(names, func(pattern string) bool { return matchesHost(pattern, name) }) {
		return &otherHostError{leaf, names, name}
	}
	// An authority limited to some hosts could put other hosts into the common name, which its
	// limits do not cover.
	if !hasAlternativeNames(leaf) && !slices.ContainsFunc(chains, isUnlimited) {
		return x509.CertificateInvalidError{Cert: leaf, Reason: x509.NameConstraintsWithoutSANs}
	}
	return nil
}

// errShortKey is the error for a certificate whose key could be guessed with some effort.
var errShortKey = fmt.Errorf("x509: an RSA key in the certificate's chain has fewer than %d bits", minKeyBits)

// minKeyBits is the engine's limit.
const minKeyBits = 2048

func hasLongKeys(chain []*x509.Certificate) bool {
	return !slices.ContainsFunc(chain, func(c *x509.Certificate) bool {
		key, ok := c.PublicKey.(*rsa.PublicKey)
		return ok && key.N.BitLen() < minKeyBits
	})
}

// untrustedError is the error for a server certificate that the game's authorities do not confirm.
type untrustedError struct {
	authorities *authorities
	err         error
}

func (e *untrustedError) Error() string { return e.err.Error() }
func (e *untrustedError) Unwrap() error { return e.err }

// otherHostError is the error for another host's certificate.
type otherHostError struct {
	certificate *x509.Certificate
	names       []string
	wanted      string
}

func (e *otherHostError) Error() string {
	return fmt.Sprintf("x509: certificate is valid for %s, not %s", strings.Join(e.names, ", "), e.wanted)
}

var (
	oidCommonName       = asn1.ObjectIdentifier{2, 5, 4, 3}
	oidAlternativeNames = asn1.ObjectIdentifier{2, 5, 29, 17}
)

func hasAlternativeNames(certificate *x509.Certificate) bool {
	for _, extension := range certificate.Extensions {
		if extension.Id.Equal(oidAlternativeNames) {
			return true
		}
	}
	return false
}

// hostsOf returns the hosts that a certificate names. It uses the common name only if there are no
// alternative names.
func hostsOf(certificate *x509.Certificate) []string {
	if hasAlternativeNames(certificate) {
		names := slices.Clone(certificate.DNSNames)
		for _, address := range certificate.IPAddresses {
			names = append(names, address.String())
		}
		return names
	}
	var names []string
	for _, part := range certificate.Subject.Names {
		if text, ok := part.Value.(string); ok && part.Type.Equal(oidCommonName) {
			names = append(names, text)
		}
	}
	return names
}

// matchesHost reports whether a certificate's name, which may be "*.example.com", matches a host.
func matchesHost(pattern, host string) bool {
	host = strings.TrimSuffix(host, ".")
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err == nil {
		named, err := netip.ParseAddr(pattern)
		return err == nil && named.Unmap() == address.Unmap()
	}
	if domain, ok := strings.CutPrefix(pattern, "*."); ok {
		_, parent, found := strings.Cut(host, ".")
		return found && strings.EqualFold(domain, parent)
	}
	return strings.EqualFold(pattern, host)
}

// isUnlimited reports whether no authority in the chain is limited to some hosts.
func isUnlimited(chain []*x509.Certificate) bool {
	return !slices.ContainsFunc(chain[1:], func(c *x509.Certificate) bool {
		limits := len(c.PermittedDNSDomains) + len(c.ExcludedDNSDomains) + len(c.PermittedIPRanges) + len(c.ExcludedIPRanges)
		return limits > 0
	})
}
