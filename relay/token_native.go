//go:build !js

package relay

import "crypto/rand"

// newToken makes the secret of a seat.
func newToken() (token [tokenSize]byte) {
	_, _ = rand.Read(token[:]) // never fails
	return token
}
