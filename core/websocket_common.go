package core

import (
	"encoding/base64"
	"math"
)

// What the WebSockets of all platforms have in common.

// authTokenPrefix stands before the auth token among the subprotocols. Despite its name the server reads standard base64.
const authTokenPrefix = "base64url.bearer.phx."

// subprotocols carry the auth token; without one there are none.
func (t *target) subprotocols() []string {
	if !t.useToken {
		return nil
	}
	return []string{"phoenix", authTokenPrefix + base64.RawStdEncoding.EncodeToString([]byte(t.token))}
}

// maxWebSocketBatch is 1 at the beginning of a burst, and while the network is slow: what waits in the queue may still time out, or go over
// the next connection.
func maxWebSocketBatch(burst int) (frames, bytes int) {
	if burst < 4 {
		return 1, math.MaxInt
	}
	return 64, 16 << 10
}
