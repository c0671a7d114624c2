package core

// Config is the configuration with which a [Socket] is created: its initial [Settings], and options
// that never change. The zero value works.
type Config struct {
	Settings

	// Version is the version of the protocol's serializer, "2.0.0" (the default) or "1.0.0". Only
	// 2.0.0 supports binary payloads.
	Version string

	// Logger receives the socket's log records in order, on a goroutine of the socket, from Debug
	// (each message with its payload) to Warn. Secrets are hidden: AuthToken, the endpoint's
	// password and query, and every value in a payload, the params or Header whose name contains
	// "token", "password", "secret", "auth", "session", "cookie" or the like. Such a value stays
	// hidden when it appears again under another name. Default: none.
	Logger *Logger

	// Observer, if set, is called with every message sent or received and with other occurrences,
	// in order, on a goroutine of the socket. It is meant for tools that show the traffic. Unlike
	// handlers, it also receives the messages that interceptors take and that feeds send. Secrets
	// are hidden as in the log. It must be quick. It is called at most 20 ms late, and may keep the
	// [Observation].
	Observer func(Observation)

	// ManualDispatch makes handlers run only inside [Socket.Dispatch], for programs with a main
	// loop. By default a goroutine runs them.
	ManualDispatch bool

	// OnQueued, if set, is called whenever an event is queued while no other is waiting, so that a
	// main loop knows when to call [Socket.Dispatch]. It runs on any goroutine with locks held: it
	// must be quick and must not call this package.
	OnQueued func()

	// Prepare, if set, decodes the payload of each message (the response of a reply) on the
	// goroutine that reads, so that a large payload costs the handlers' goroutine nothing. The
	// payload starts at offset at in text, and Prepare returns the offset of its end. Prepare must
	// check that the payload is one JSON value (RFC 8259, in UTF-8) that nests at most 512 levels,
	// because nothing else does. If Prepare returns an error, the message is malformed. A binary
	// payload, which is already in m.Payload, ends at the end of text.
	//
	// Prepare may set m.Prepared. If that has a method Size() int, its bytes count against
	// MaxQueuedBytes. If it has a method Release(), that is called when all handlers have run, or
	// when none will run.
	Prepare func(m *Message, text []byte, at int) (end int, err error)

	// BeforeWrite, if set, is called on the goroutine that writes, before it takes messages from
	// the queue: see [Channel.CanPushLater].
	BeforeWrite func()

	// OnPanic, if set, receives panics of handlers, of Prepare and of this client's goroutines.
	// Such panics then do not end the program.
	OnPanic func(value any, stack []byte)
}

const (
	versionV1 = "1.0.0"
	versionV2 = "2.0.0"
)
