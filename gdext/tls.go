package gdext

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"phoenixchannels/gdext/engine"
)

// tlsConfig is what a TLSOptions of the engine means to Go; nil for none, which
// verifies with the system's roots.
func tlsConfig(options *engine.Ref) (*tls.Config, error) {
	if options == nil {
		return nil, nil
	}
	isOptions, err := options.Call("is_class", arguments("TLSOptions"))
	defer isOptions.Release()
	if err != nil || !isOptions.IsTrue() {
		return nil, errors.Join(errors.New("this is no TLSOptions; make them with TLSOptions.client()"), err)
	}
	isServer, err := options.Call("is_server", engine.Args{})
	defer isServer.Release()
	if err != nil {
		return nil, err
	}
	if isServer.IsTrue() {
		return nil, errors.New("these are a server's options; use TLSOptions.client() or TLSOptions.client_unsafe()")
	}
	unsafe, err := options.Call("is_unsafe_client", engine.Args{})
	defer unsafe.Release()
	if err != nil {
		return nil, err
	}
	name, err := options.Call("get_common_name_override", engine.Args{})
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
	return poolOf([]byte(text.Text()))
}

// poolOf reads a chain in PEM. Some engines (4.6 is one) write the first certificate of a chain in the place of each.
func poolOf(chain []byte) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(chain) {
		return nil, errors.New("the trusted chain has no certificate")
	}
	if certificates := bytes.Count(chain, []byte("-----BEGIN CERTIFICATE-----")); certificates > 1 && pool.Equal(firstOf(chain)) {
		engine.Warning("PhoenixSocket.tls_options", fmt.Sprintf("PhoenixSocket.tls_options: this engine gives out only the first of the %d "+
			"certificates of the trusted chain: make that the authority of the server's certificate.", certificates))
	}
	return pool, nil
}

// firstOf is a pool of the first certificate of a chain.
func firstOf(chain []byte) *x509.CertPool {
	pool := x509.NewCertPool()
	first, _ := pem.Decode(chain)
	pool.AppendCertsFromPEM(pem.EncodeToMemory(first))
	return pool
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
