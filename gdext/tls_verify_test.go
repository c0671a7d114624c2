package gdext

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// issued is a certificate with its key.
type issued struct {
	*x509.Certificate
	key crypto.Signer
}

// issue creates a certificate. Without an issuer it is self-signed.
func issue(t *testing.T, issuer *issued, key crypto.Signer, change func(*x509.Certificate)) *issued {
	if key == nil {
		made, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		key = made
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "game.example"}, BasicConstraintsValid: true, IsCA: issuer == nil,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	if change != nil {
		change(template)
	}
	if issuer == nil {
		issuer = &issued{template, key}
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, issuer.Certificate, key.Public(), issuer.key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(raw)
	require.NoError(t, err)
	return &issued{certificate, key}
}

func named(subject pkix.Name, names ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.Subject = subject
		for _, name := range names {
			if ip := net.ParseIP(name); ip != nil {
				c.IPAddresses = append(c.IPAddresses, ip)
			} else {
				c.DNSNames = append(c.DNSNames, name)
			}
		}
	}
}

func verified(trusted *issued, name string, chain ...*issued) error {
	a := &authorities{pool: x509.NewCertPool()}
	a.pool.AddCert(trusted.Certificate)
	var presented []*x509.Certificate
	for _, c := range chain {
		presented = append(presented, c.Certificate)
	}
	return a.verify(tls.ConnectionState{PeerCertificates: presented}, name)
}

func TestServerIsVerifiedByTheGamesAuthorities(t *testing.T) {
	authority := issue(t, nil, nil, func(c *x509.Certificate) { c.Subject.CommonName = "Authority" })
	common := func(name string) pkix.Name { return pkix.Name{CommonName: name} }
	const other = "certificate is valid for"
	for _, test := range []struct {
		name   string
		change func(*x509.Certificate)
		wanted string
		fails  string
	}{
		{"by its alternative name", named(pkix.Name{}, "game.example"), "GAME.example", ""},
		{"with a dot at the end", named(pkix.Name{}, "game.example"), "game.example.", ""},
		{"by one of several", named(pkix.Name{}, "a.example", "game.example"), "game.example", ""},
		{"by an address", named(pkix.Name{}, "127.0.0.1"), "127.0.0.1", ""},
		{"by an address of IPv6", named(pkix.Name{}, "fd00::1"), "fd00:0::1", ""},
		{"by an address among the names", named(pkix.Name{}, "127.0.0.1 ", "game.example"), "127.0.0.2", other},
		{"by a pattern", named(pkix.Name{}, "*.example"), "game.example", ""},
		{"by a pattern of more", named(pkix.Name{}, "*.example"), "eu.game.example", other},
		{"by its common name", named(common("game.example")), "game.example", ""},
		{"by another common name", named(common("game.example")), "other.example", other},
		{"by a common name beside an alternative one", named(common("game.example"), "other.example"), "game.example", other},
		{"without a name", named(pkix.Name{Organization: []string{"Game"}}), "game.example", other},
		{"expired", func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }, "game.example", "expired"},
		{"of a client", func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		}, "game.example", "key usage"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := verified(authority, test.wanted, issue(t, authority, nil, test.change))
			if test.fails == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.fails)
			require.ErrorAs(t, err, new(*tls.CertificateVerificationError))
		})
	}
}

func TestServerThatSignedItselfIsVerified(t *testing.T) {
	own := issue(t, nil, nil, nil)
	require.NoError(t, verified(own, "game.example", own))
	twin := issue(t, nil, nil, nil)
	require.ErrorContains(t, verified(own, "game.example", twin), "unknown authority", "of the same name")
}

// An authority that may sign for one domain only must not sign for others through the common name,
// which its limits do not cover.
func TestCommonNameDoesNotGetAroundTheLimitsOfAnAuthority(t *testing.T) {
	root := issue(t, nil, nil, func(c *x509.Certificate) { c.Subject.CommonName = "Root" })
	limited := issue(t, root, nil, func(c *x509.Certificate) {
		c.Subject.CommonName, c.IsCA, c.KeyUsage = "Limited", true, x509.KeyUsageCertSign
		c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = []string{"limited.example"}, true
	})
	inside := issue(t, limited, nil, named(pkix.Name{}, "a.limited.example"))
	require.NoError(t, verified(root, "a.limited.example", inside, limited))
	outside := issue(t, limited, nil, named(pkix.Name{}, "game.example"))
	require.Error(t, verified(root, "game.example", outside, limited))
	byCommonName := issue(t, limited, nil, named(pkix.Name{CommonName: "game.example"}))
	require.Error(t, verified(root, "game.example", byCommonName, limited))
}

func TestShortKeysAreRefused(t *testing.T) {
	for bits, ok := range map[int]bool{1024: false, 2048: true} {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		require.NoError(t, err)
		own := issue(t, nil, key, nil)
		if ok {
			require.NoError(t, verified(own, "game.example", own))
			continue
		}
		err = verified(own, "game.example", own)
		require.ErrorIs(t, err, errShortKey)
		require.Contains(t, tlsAdvice(err), "2048 bits")
	}
}

func TestAdviceNamesTheBundleOfTheProject(t *testing.T) {
	authority, stranger := issue(t, nil, nil, nil), issue(t, nil, nil, nil)
	server := issue(t, authority, nil, named(pkix.Name{}, "game.example"))
	a := &authorities{pool: x509.NewCertPool(), bundle: "res://bundle.crt"}
	a.pool.AddCert(stranger.Certificate)
	state := tls.ConnectionState{PeerCertificates: []*x509.Certificate{server.Certificate}}
	advice := tlsAdvice(fmt.Errorf("phoenix: connecting to wss://game.example: %w", a.verify(state, "game.example")))
	assert.Contains(t, advice, "add the authority's certificate to res://bundle.crt")
	assert.Contains(t, advice, bundleSetting)

	a = &authorities{pool: x509.NewCertPool(), bundle: "res://bundle.crt", isEmpty: true}
	assert.Contains(t, tlsAdvice(a.verify(state, "game.example")), "names res://bundle.crt, which has no certificate in it")

	a = &authorities{pool: x509.NewCertPool()}
	assert.Contains(t, tlsAdvice(a.verify(state, "game.example")), "does not trust who signed")
}

// The system's certificates are read once per process, so the test starts a second process without
// certificates.
func TestAdviceForAMachineWithoutCertificates(t *testing.T) {
	unknown := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	if os.Getenv("WITHOUT_CERTIFICATES") != "" {
		assert.Contains(t, tlsAdvice(unknown), "this device has no certificates of public authorities")
		assert.NotContains(t, tlsAdvice(&untrustedError{&authorities{}, unknown}), "public authorities: install", "the game has its own")
		return
	}
	if !systemHasAuthorities() || runtime.GOOS == "darwin" {
		t.Skip("a process of this machine has the same in any case")
	}
	assert.NotContains(t, tlsAdvice(unknown), "this device")
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+t.Name()+"$")
	again.Env = append(os.Environ(), "WITHOUT_CERTIFICATES=1", "SSL_CERT_FILE=/nonexistent", "SSL_CERT_DIR=/nonexistent")
	output, err := again.CombinedOutput()
	assert.NoError(t, err, string(output))
}

func TestPoolIsReadInEitherForm(t *testing.T) {
	first, two := issue(t, nil, nil, nil), issue(t, nil, nil, nil)
	both := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: first.Raw})
	both = append(both, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: two.Raw})...)
	for name, text := range map[string][]byte{"PEM": both, "DER": first.Raw, "PEM with words around it": append([]byte("Authority\n"), both...)} {
		pool, err := poolOf(text)
		require.NoError(t, err, name)
		require.False(t, pool.Equal(x509.NewCertPool()), name)
	}
	for _, text := range []string{"", "nothing", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"} {
		_, err := poolOf([]byte(text))
		require.Error(t, err, text)
	}
}

// The engine's Crypto creates about one such certificate in 500.
func TestCertificateWithAPaddedSerialNumberIsToBeMadeAnew(t *testing.T) {
	text, err := os.ReadFile("testdata/padded_serial.pem")
	require.NoError(t, err)
	_, err = poolOf(text)
	require.ErrorContains(t, err, "malformed serial number")
	require.ErrorContains(t, err, "create it again")

	server := tls.Certificate{PrivateKey: issue(t, nil, nil, nil).key}
	block, _ := pem.Decode(text)
	server.Certificate = [][]byte{block.Bytes}
	err = failedHandshake(t, &tls.Config{ServerName: "localhost"}, func(conn net.Conn) {
		_ = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{server}}).Handshake()
	})
	assert.Contains(t, tlsAdvice(err), "create it again")
}
