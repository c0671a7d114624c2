// Package certificates makes what tests of TLS need: an authority, and servers' certificates from
// it, good ones and bad ones.
package certificates

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Authority signs certificates.
type Authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// NewAuthority makes an authority that nobody trusts yet.
func NewAuthority(name string) (*Authority, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	signed, err := sign(template, template, key, key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(signed)
	return &Authority{certificate, key}, err
}

// PEM is the authority's own certificate.
func (a *Authority) PEM() []byte { return inPEM("CERTIFICATE", a.certificate.Raw) }

// Certificate describes one of a server.
type Certificate struct {
	Name  string        // the common name, which clients of today do not look at
	Hosts []string      // names and addresses of the server
	Age   time.Duration // how long ago its validity of one day began
}

// Issue makes a certificate and its key, in PEM.
func (a *Authority) Issue(of Certificate) (certificate, key []byte, err error) {
	begin := time.Now().Add(-of.Age)
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: of.Name}, NotBefore: begin, NotAfter: begin.Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, host := range of.Hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	own, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	signed, err := sign(template, a.certificate, own, a.key)
	if err != nil {
		return nil, nil, err
	}
	raw, err := x509.MarshalPKCS8PrivateKey(own)
	return inPEM("CERTIFICATE", signed), inPEM("PRIVATE KEY", raw), err
}

// WriteFiles writes a set of PEM files into a folder: the certificate of the authority
// (authority.pem), that of one which signed nothing (stranger.pem), and for a server on this
// machine NAME.pem with NAME.key, where NAME is good, expired, elsewhere (for the host
// elsewhere.example) or nameless (with the host in its common name only).
func WriteFiles(dir string) error {
	authority, err := NewAuthority("Authority of the tests")
	if err != nil {
		return err
	}
	stranger, err := NewAuthority("Stranger")
	if err != nil {
		return err
	}
	files := map[string][]byte{"authority.pem": authority.PEM(), "stranger.pem": stranger.PEM()}
	here := []string{"localhost", "127.0.0.1"}
	for name, of := range map[string]Certificate{
		"good":      {Hosts: here, Age: time.Hour},
		"expired":   {Hosts: here, Age: 48 * time.Hour},
		"elsewhere": {Hosts: []string{"elsewhere.example"}, Age: time.Hour},
		"nameless":  {Name: "localhost", Age: time.Hour},
	} {
		if files[name+".pem"], files[name+".key"], err = authority.Issue(of); err != nil {
			return fmt.Errorf("the certificate %s: %w", name, err)
		}
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func newKey() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

func sign(template, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	return x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
}

func inPEM(kind string, raw []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw})
}
