package wire

import "fmt"

// The reasons for which a side ends a link whose other side broke the protocol.
const (
	ReasonMalformed    = "malformed"
	ReasonBadSequence  = "bad sequence"
	ReasonPacketTooBig = "packet too big"
)

// Violation is a break of the protocol by the other side.
type Violation struct {
	Reason string // one of the constants, as the relay reports it
	Detail string
}

// Error implements error.
func (v *Violation) Error() string { return v.Reason + ": " + v.Detail }

func malformed(format string, args ...any) error {
	return &Violation{ReasonMalformed, fmt.Sprintf(format, args...)}
}
