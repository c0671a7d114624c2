package core

import (
	"cmp"
	"fmt"
	"strings"
)

// closeWords are the descriptions, from RFC 6455 and the IANA registry, of the codes that a close
// frame may have.
var closeWords = map[int]string{
	1000: "normal closure", 1001: "going away", 1002: "protocol error", 1003: "unsupported data", 1005: "no status received",
	1007: "invalid frame payload data", 1008: "policy violation", 1009: "message too big", 1010: "mandatory extension",
	1011: "internal error", 1012: "service restart", 1013: "try again later", 1014: "bad gateway",
}

// closeAdvice explains, for closes by the server because of something the client did, what happened
// and what to do. Such a close is also reported as an error, because the next connection may end
// the same way.
var closeAdvice = map[int]string{
	1002: "Phoenix does so when it receives nothing for its socket's timeout, 60 s by default; the game was suspended, or its heartbeats are too far apart",
	1003: "it does not accept messages of this kind",
	1007: "a message was invalid when it arrived; something in between may have changed it",
	1009: "a message was larger than its max_frame_size; send smaller ones or raise the limit, see docs/deployment.md",
	1010: "it requires a WebSocket extension that this client does not support",
}

// closedByServer returns the end of a link whose server sent a close frame. It keeps the server's
// own reason.
func closedByServer(code int, reason string) *closeError {
	reason = strings.ToValidUTF8(reason, "\uFFFD")
	words := closeWords[code]
	closed := &closeError{code: code, reason: cmp.Or(reason, words)}
	if advice := closeAdvice[code]; advice != "" {
		if reason != "" {
			advice = fmt.Sprintf("%q", reason) // the server's own reason is more precise
		}
		closed.err = fmt.Errorf("phoenix: the server closed the connection with %d, %s: %s", code, words, advice)
	}
	return closed
}
