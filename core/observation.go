package core

import "time"

// Observation is what [Config.Observer] sees: one message, or something else that happened. Secrets are hidden in all of it.
type Observation struct {
	Time time.Time
	Kind ObservationKind
	// Topic and Ref of a message, or of what a happening is about; empty when it has none.
	Topic string
	Ref   string
	// Event of a message. That of a happening is one word: "connecting", "open", "close", "error", "wait" (for the next attempt to connect),
	// "rejoin" (the wait for the next join), "join_error", "timeout", "leave" (a duplicate topic), "drop" (an outdated message), "check" (whether
	// the connection has survived), "retry" (within an attempt), "fallback" (to long polling) or "warning".
	Event   string
	JoinRef string
	Status  string // of a reply
	// Payload is JSON text or the bytes of a binary payload, at most [MaxObserved] of them. Of a happening it is a text for people.
	Payload []byte
	Size    int    // of the payload as it travelled, in bytes
	Origin  string // of a push: what [Channel.PushFrom] was given
	Dropped int    // observations lost right before this one, because the observer or the logger was too slow

	IsBinary   bool // the payload is bytes
	IsCut      bool // Payload is only its beginning
	HasSecrets bool // some were hidden
	IsWarning  bool // a happening that is an error or a warning
}

// ObservationKind is what an [Observation] is of.
type ObservationKind uint8

// The kinds of observations.
const (
	ObservedIn  ObservationKind = iota // a message that arrived
	ObservedOut                        // a message that is about to be written
	Happened                           // anything else
)

// MaxObserved limits the bytes of one payload that an [Observation] has.
const MaxObserved = 64 << 10

// The events of happenings.
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
