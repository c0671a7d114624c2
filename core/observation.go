package core

import "time"

// Observation is what [Config.Observer] receives: one message or one event of the socket, with all
// secrets hidden.
type Observation struct {
	Time time.Time
	Kind ObservationKind
	// Topic and Ref of the message, or of the subject of a socket event; empty if it has none.
	Topic string
	Ref   string
	// Event of the message. For a socket event it is one word: "connecting", "open", "close",
	// "error", "wait" (for the next connect attempt), "rejoin" (the wait for the next join),
	// "join_error", "timeout", "leave" (a duplicate topic), "drop" (an outdated message), "check"
	// (whether the connection has survived), "retry" (within an attempt), "fallback" (to long
	// polling) or "warning".
	Event   string
	JoinRef string
	Status  string // of a reply
	// Payload is JSON text or the bytes of a binary payload, at most [MaxObserved] bytes. For a
	// socket event it is a human-readable text.
	Payload []byte
	Size    int    // of the payload on the wire, in bytes
	Origin  string // of a push: the origin passed to [Channel.PushFrom]
	Dropped int    // observations lost just before this one because the observer or the logger was too slow

	IsBinary   bool // the payload is binary
	IsCut      bool // Payload is truncated
	HasSecrets bool // secrets were hidden
	IsWarning  bool // a socket event that is an error or a warning
}

// ObservationKind is the kind of an [Observation].
type ObservationKind uint8

// The kinds of observations.
const (
	ObservedIn  ObservationKind = iota // a message that arrived
	ObservedOut                        // a message that is about to be written
	Happened                           // any other event of the socket
)

// MaxObserved limits the payload of an [Observation], in bytes.
const MaxObserved = 64 << 10

// The events of kind [Happened].
const (
	happenedConnecting = "connecting"
	happenedOpen       = "open"
	happenedClose      = "close"
	happenedError      = "error"
	happenedWait       = "wait"
	happenedRejoin     = "rejoin"
	happenedJoinError  = "join_error"
	happenedTimeout    = "timeout"
	happenedLeave      = "leave"
	happenedDrop       = "drop"
	happenedCheck      = "check"
	happenedRetry      = "retry"
	happenedFallback   = "fallback"
	happenedWarning    = "warning"
)
