package wire

import "fmt"

// The reasons for which one side ends a link after the other side has violated the protocol.
const (
	ReasonMalformed    = "malformed"
	ReasonBadSequence  = "bad sequence"
	ReasonPacketTooBig = "packet too big"
)

// Violation is a protocol violation by the other side.
type Violation struct {
	Reason string // one of the constants, as the relay reports it
	Detail string
}

// Error implements error.
func (v *Violation) Error() string { return v.Reason + ": " + v.Detail }

func malformed(format string, args ...any) error {
	return &Violation{ReasonMalformed, fmt.Sprintf(format, args...)}
}
