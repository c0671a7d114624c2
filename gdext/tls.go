package gdext

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"sync"

	"phoenixchannels/gdext/engine"
)

// trust is whom a connection trusts, as core takes it. The zero value trusts the system's authorities.
type trust struct {
	config *tls.Config
	verify func(state tls.ConnectionState, name string) error
}

// trustOf is what a TLSOptions of the engine means; nil is what its own connections without options trust.
func trustOf(options *engine.Ref) (trust, error) {
	if options == nil {
		return trust{verify: defaultAuthorities().verifier()}, nil
	}
	isOptions, err := options.Call("is_class", arguments("TLSOptions"))
	defer isOptions.Release()
	if err != nil || !isOptions.IsTrue() {
		return trust{}, errors.Join(errors.New("this is no TLSOptions; make them with TLSOptions.client()"), err)
	}
	isServer, err := options.Call("is_server", engine.Args{})
	defer isServer.Release()
	if err != nil {
		return trust{}, err
	}
	if isServer.IsTrue() {
		return trust{}, errors.New("these are a server's options; use TLSOptions.client() or TLSOptions.client_unsafe()")
	}
	unsafe, err := options.Call("is_unsafe_client", engine.Args{})
	defer unsafe.Release()
	if err != nil {
		return trust{}, err
	}
	name, err := options.Call("get_common_name_override", engine.Args{})
	defer name.Release()
	if err != nil {
		return trust{}, err
	}
	given, err := trustedChain(options)
	switch {
	case err != nil:
		return trust{}, err
	case unsafe.IsTrue() && given == nil:
		return trust{config: &tls.Config{InsecureSkipVerify: true}}, nil
	case unsafe.IsTrue():
		return trust{verify: (&authorities{pool: given, anyName: true}).verify}, nil
	case given == nil:
		return trust{&tls.Config{ServerName: name.Text()}, defaultAuthorities().verifier()}, nil
	}
	return trust{&tls.Config{ServerName: name.Text()}, (&authorities{pool: given}).verify}, nil
}

// bundleSetting names a file of the authorities that the engine trusts in place of the system's.
const bundleSetting = "network/tls/certificate_bundle_override"

// defaultAuthorities are those that the project trusts, nil for the system's. As in the engine, what the setting was at first holds.
var defaultAuthorities = sync.OnceValue(func() *authorities {
	path := engine.ProjectSetting(bundleSetting)
	if path == "" {
		return nil
	}
	pool, err := poolOf(engine.ReadFile(path))
	return &authorities{pool: pool, bundle: path, isEmpty: err != nil}
})

// trustedChain is the chain of the options as a pool; nil when they have none.
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
	certificate, err := x509.ParseCertificate(certificates)
	if err != nil {
		return pool, errors.New("the trusted chain has no certificate")
	}
	pool.AddCert(certificate)
	return pool, nil
}

// warnOfRepeated tells of engines (4.6 is one) that write the first certificate of a chain in the place of each.
func warnOfRepeated(chain []byte, pool *x509.CertPool) {
	if certificates := bytes.Count(chain, []byte("-----BEGIN CERTIFICATE-----")); certificates > 1 && pool.Equal(firstOf(chain)) {
		engine.Warning("PhoenixSocket.tls_options", fmt.Sprintf("PhoenixSocket.tls_options: this engine gives out only the first of the %d "+
			"certificates of the trusted chain: make that the authority of the server's certificate.", certificates))
	}
}

// firstOf is a pool of the first certificate of a chain.
func firstOf(chain []byte) *x509.CertPool {
	pool := x509.NewCertPool()
	first, _ := pem.Decode(chain)
	pool.AppendCertsFromPEM(pem.EncodeToMemory(first))
	return pool
}
