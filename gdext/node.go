package gdext

import (
	"sync/atomic"

	"phoenixchannels/gdext/engine"
)

// The names of the classes.
const (
	classSocket   = "PhoenixSocket"
	classChannel  = "PhoenixChannel"
	classPush     = "PhoenixPush"
	classPresence = "PhoenixPresence"
)

// A node is what the classes have in common: their engine object, which may be
// gone while Go still works for it.
type node struct {
	object engine.Object
	gone   atomic.Bool
}

// ended says that the game is over: what still completes is not told, as there
// are no scripts any more.
var ended atomic.Bool

// emit emits a signal, unless the object is gone.
func (n *node) emit(signal *engine.Signal, values ...any) {
	if !n.gone.Load() && !ended.Load() {
		n.object.Emit(signal, arguments(values...))
	}
}

// The results of methods that give an Error, numbered as the engine's.
const (
	errOK               int64 = 0
	errFailed           int64 = 1
	errUnavailable      int64 = 2
	errUnconfigured     int64 = 3
	errOutOfMemory      int64 = 6
	errAlreadyInUse     int64 = 22
	errConnectionError  int64 = 29
	errInvalidParameter int64 = 31

	enumError = "Error"
)

// defaultTimeout as an argument of a method means the socket's.
const defaultTimeout int64 = -1

// topicPhoenix is the protocol's own topic.
const topicPhoenix = "phoenix"

// The protocol's own events.
const (
	eventJoin          = "phx_join"
	eventLeave         = "phx_leave"
	eventReply         = "phx_reply"
	eventClose         = "phx_close"
	eventError         = "phx_error"
	eventPresenceState = "presence_state"
	eventPresenceDiff  = "presence_diff"
)

// messageExitTree is what on_close tells when a node left the tree.
const messageExitTree = "exit tree"
