package core

import (
	"encoding/base64"
	"math"
)

// This file holds what the WebSockets of all platforms share.

// authTokenPrefix precedes the auth token in the subprotocols. Despite its name the server reads
// standard base64.
const authTokenPrefix = "base64url.bearer.phx."

// subprotocols returns the subprotocols that carry the auth token, none without a token.
func (t *target) subprotocols() []string {
	if !t.useToken {
		return nil
	}
	return []string{"phoenix", authTokenPrefix + base64.RawStdEncoding.EncodeToString([]byte(t.token))}
}

// maxWebSocketBatch returns 1 frame at the beginning of a burst and while the network is slow:
// messages in the queue can still time out, or be sent over the next connection.
func maxWebSocketBatch(burst int) (frames, bytes int) {
	if burst < 4 {
		return 1, math.MaxInt
	}
	return 64, 16 << 10
}
