package core

import (
	"cmp"
	"fmt"
)

// closeWords are the words of RFC 6455 and the registry of IANA for the codes that a close frame may have.
var closeWords = map[int]string{
	1000: "normal closure", 1001: "going away", 1002: "protocol error", 1003: "unsupported data", 1005: "no status received",
	1007: "invalid frame payload data", 1008: "policy violation", 1009: "message too big", 1010: "mandatory extension",
	1011: "internal error", 1012: "service restart", 1013: "try again later", 1014: "bad gateway",
}

// closeAdvice is what happened, and what to do, when a server closes over something that the client did. Such a close is an error as well,
// as the next connection may end like it.
var closeAdvice = map[int]string{
	1002: "Phoenix does so when it receives nothing for its socket's timeout, 60 s by default; the game was suspended, or its heartbeats are too far apart",
	1003: "it does not accept messages of this kind",
	1007: "a message was invalid when it arrived; something in between may have changed it",
	1009: "a message was larger than its max_frame_size; send smaller ones or raise the limit, see docs/deployment.md",
	1010: "it requires a WebSocket extension that this client does not support",
}

// closedByServer is the end of a link by a close frame of the server. Its own reason stays as it is.
func closedByServer(code int, reason string) *closeError {
	words := closeWords[code]
	closed := &closeError{code: code, reason: cmp.Or(reason, words)}
	if advice := closeAdvice[code]; advice != "" {
		if reason != "" {
			advice = fmt.Sprintf("%q", reason) // it knows better
		}
		closed.err = fmt.Errorf("phoenix: the server closed the connection with %d, %s: %s", code, words, advice)
	}
	return closed
}
