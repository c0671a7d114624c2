package relay

import "syscall/js"

// newToken returns a new secret for a seat. Package crypto/rand would add a tenth of a megabyte to
// the download of a page.
func newToken() (token [tokenSize]byte) {
	bytes := js.Global().Get("Uint8Array").New(tokenSize)
	js.Global().Get("crypto").Call("getRandomValues", bytes)
	js.CopyBytesToGo(token[:], bytes)
	return token
}
