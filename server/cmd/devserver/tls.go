package main

import (
	"crypto/tls"
	"errors"
	"fmt"
)

// tlsFiles are what the command line says of TLS.
type tlsFiles struct {
	certificate, key string
	newest           string
}

var tlsVersions = map[string]uint16{
	"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13,
}

// config is nil without a certificate.
func (f tlsFiles) config() (*tls.Config, error) {
	newest, known := tlsVersions[f.newest]
	switch {
	case !known:
		return nil, fmt.Errorf("-tls-max is %q, must be 1.0, 1.1, 1.2 or 1.3", f.newest)
	case f.certificate == "" && f.key == "":
		return nil, nil
	case f.certificate == "" || f.key == "":
		return nil, errors.New("-tls-cert and -tls-key belong together: give both or none")
	}
	pair, err := tls.LoadX509KeyPair(f.certificate, f.key)
	if err != nil {
		return nil, fmt.Errorf("the certificate %s with the key %s: %w", f.certificate, f.key, err)
	}
	return &tls.Config{
		Certificates: []tls.Certificate{pair},
		MinVersion:   min(newest, tls.VersionTLS12),
		MaxVersion:   newest,
	}, nil
}
