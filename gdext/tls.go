package gdext

import (
	"crypto/tls"
	"crypto/x509"
	"errors"

	"phoenixchannels/gdext/engine"
)

// tlsConfig is what a TLSOptions of the engine means to Go; nil for none, which
// verifies with the system's roots.
func tlsConfig(options *engine.Ref) (*tls.Config, error) {
	if options == nil {
		return nil, nil
	}
	isOptions, err := options.Call("is_class", arguments("TLSOptions"), 1)
	defer isOptions.Release()
	if err != nil || !isOptions.IsTrue() {
		return nil, errors.Join(errors.New("this is no TLSOptions; make them with TLSOptions.client()"), err)
	}
	isServer, err := options.Call("is_server", nil, 0)
	defer isServer.Release()
	if err != nil {
		return nil, err
	}
	if isServer.IsTrue() {
		return nil, errors.New("these are a server's options; use TLSOptions.client() or TLSOptions.client_unsafe()")
	}
	unsafe, err := options.Call("is_unsafe_client", nil, 0)
	defer unsafe.Release()
	if err != nil {
		return nil, err
	}
	name, err := options.Call("get_common_name_override", nil, 0)
	defer name.Release()
	if err != nil {
		return nil, err
	}
	roots, err := trustedChain(options)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{RootCAs: roots, ServerName: name.Text()}
	if unsafe.IsTrue() {
		config.InsecureSkipVerify = true
		if roots != nil {
			config.VerifyConnection = verifyChainOnly(roots)
		}
	}
	return config, nil
}

// trustedChain is the chain of the options as a pool; nil for the system's.
func trustedChain(options *engine.Ref) (*x509.CertPool, error) {
	certificate, err := options.Call("get_trusted_ca_chain", nil, 0)
	defer certificate.Release()
	if err != nil || !certificate.IsObject() {
		return nil, err
	}
	text, err := certificate.Call("save_to_string", nil, 0)
	defer text.Release()
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(text.Text())) {
		return nil, errors.New("the trusted chain has no certificate")
	}
	return pool, nil
}

// verifyChainOnly is what the engine's unsafe client does with a chain: it
// trusts only that chain, but does not look at the host's name.
func verifyChainOnly(roots *x509.CertPool) func(tls.ConnectionState) error {
	return func(state tls.ConnectionState) error {
		options := x509.VerifyOptions{Roots: roots, Intermediates: x509.NewCertPool()}
		for _, certificate := range state.PeerCertificates[1:] {
			options.Intermediates.AddCert(certificate)
		}
		_, err := state.PeerCertificates[0].Verify(options)
		return err
	}
}
