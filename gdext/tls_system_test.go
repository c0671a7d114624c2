package gdext

import (
	"crypto/x509"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEngineIsAskedForTheSystemsAuthorities(t *testing.T) {
	for name, c := range map[string]struct {
		system   string
		chosen   string // an environment variable that is set
		hasStore bool
		asks     bool
	}{
		"a Linux with its store where Go looks":   {"linux", "", true, false},
		"a Linux with its store elsewhere":        {"linux", "", false, true},
		"a Linux whose user names an empty file":  {"linux", "SSL_CERT_FILE", false, false},
		"a Linux whose user names a folder":       {"linux", "SSL_CERT_DIR", false, false},
		"Android, whose image has old ones":       {"android", "", true, true},
		"Android without a folder":                {"android", "", false, true},
		"Windows, which verifies itself":          {"windows", "", false, false},
		"macOS, which verifies itself":            {"darwin", "", false, false},
		"iOS, which verifies itself":              {"ios", "", false, false},
		"Windows with a variable of others there": {"windows", "SSL_CERT_FILE", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			environment := func(variable string) string {
				if variable == c.chosen {
					return "/nonexistent"
				}
				return ""
			}
			assert.Equal(t, c.asks, asksEngine(c.system, environment, func() bool { return c.hasStore }))
		})
	}
}

// hasStore looks in the same places as package tls: both find certificates, or neither does.
func TestPlacesOfTheStoreAreThoseOfPackageTLS(t *testing.T) {
	if runtime.GOOS != "linux" {
		return
	}
	t.Setenv("SSL_CERT_FILE", "")
	pool, err := x509.SystemCertPool()
	assert.NoError(t, err)
	assert.Equal(t, !pool.Equal(x509.NewCertPool()), hasStore())
}

func TestPlaceWithoutAnythingIsNoStore(t *testing.T) {
	assert.False(t, hasEntry(t.TempDir()))
	assert.False(t, hasEntry("/nonexistent"))
	assert.True(t, hasEntry("/"))
}
