package gdext

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
)

// defaultTrust returns what the engine's own connections trust if their options have no chain. name
// is the options' host name; "" stands for the endpoint's host.
func defaultTrust(name string) core.Network {
	if own := defaultAuthorities(); own != nil {
		return core.Network{TLS: &tls.Config{ServerName: name}, VerifyServer: own.verify}
	}
	return core.Network{TLS: &tls.Config{ServerName: name, RootCAs: systemAuthorities()}}
}

// systemAuthorities returns the system's authorities as the engine finds them, or nil if package
// tls is to find them itself.
var systemAuthorities = sync.OnceValue(func() *x509.CertPool {
	if !asksEngine(runtime.GOOS, os.Getenv, hasStore) {
		return nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(engine.SystemAuthorities())) {
		return nil
	}
	fromEngine.Store(true)
	return pool
})

// fromEngine reports whether systemAuthorities has returned any.
var fromEngine atomic.Bool

// asksEngine reports whether the engine knows the system's authorities better than package tls. On
// Android the engine asks the key store, while package tls reads a folder of the system image,
// which neither updates of the store nor the user's settings change. On Linux the engine looks in
// more places. A place named by the environment is the user's choice, even if it is empty.
func asksEngine(system string, environment func(string) string, hasStore func() bool) bool {
	switch {
	case environment("SSL_CERT_FILE") != "" || environment("SSL_CERT_DIR") != "":
		return false
	case system == "android":
		return true
	}
	return system == "linux" && !hasStore()
}

// Places in which package tls looks for authorities on Linux. A place missing here only costs a
// call of the engine.
var (
	storeFiles = []string{
		"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
	}
	storeFolders = []string{"/etc/ssl/certs", "/etc/pki/tls/certs"}
)

// hasStore reports whether anything exists where package tls looks. It does not read the
// certificates, because that takes 20 ms and the main thread waits for the result.
func hasStore() bool {
	isFile := func(path string) bool {
		file, err := os.Stat(path)
		return err == nil && file.Size() > 0
	}
	return slices.ContainsFunc(storeFiles, isFile) || slices.ContainsFunc(storeFolders, hasEntry)
}

func hasEntry(path string) bool {
	folder, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = folder.Close() }()
	names, _ := folder.Readdirnames(1)
	return len(names) > 0
}
