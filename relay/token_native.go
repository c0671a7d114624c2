//go:build !js

package relay

import "crypto/rand"

// newToken returns a new secret for a seat.
func newToken() (token [tokenSize]byte) {
	_, _ = rand.Read(token[:]) // never fails
	return token
}
