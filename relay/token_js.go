package relay

import "syscall/js"

// newToken makes the secret of a seat. Package crypto/rand would be a tenth of a megabyte of what a page loads.
func newToken() (token [tokenSize]byte) {
	bytes := js.Global().Get("Uint8Array").New(tokenSize)
	js.Global().Get("crypto").Call("getRandomValues", bytes)
	js.CopyBytesToGo(token[:], bytes)
	return token
}
