package core

// Config is what a [Socket] is made with: its first [Settings], and what stays for its life. The zero value works.
type Config struct {
	Settings

	// Version of the protocol's serializer, "2.0.0" (the default) or "1.0.0". Only 2.0.0 carries binary payloads.
	Version string

	// Logger receives what happens, in order, on a goroutine of the socket: from Debug (each message with its payload) to Warn. Secrets are
	// hidden: AuthToken, the password and the query of the endpoint, and every value whose name in a payload, the params or Header has
	// "token", "password", "secret", "auth", "session", "cookie" or the like in it, also where such a value comes back under another name.
	// Default: none.
	Logger *Logger

	// Observer, if set, is called with every message that travels and with what else happens, in order, on a goroutine of the socket: for
	// tools that show the traffic. Unlike the handlers it sees what interceptors take and what feeds send. Secrets are hidden as in the log. It
	// must be quick, and is called at most 20 ms late; the [Observation] is its own.
	Observer func(Observation)

	// ManualDispatch makes handlers run only inside [Socket.Dispatch], for programs with a main loop. Default: a goroutine runs them.
	ManualDispatch bool

	// OnQueued, if set, is called whenever an event begins to wait while none did, so that a main loop knows when to call
	// [Socket.Dispatch]. It runs on any goroutine, under locks: it must be quick and call nothing of this package.
	OnQueued func()

	// Prepare, if set, decodes the payload of each message, of a reply the response, on the goroutine that reads: a large payload then costs
	// the handlers' goroutine nothing. The payload begins in text at the offset at, and Prepare returns where it ends. It must be one JSON
	// value (RFC 8259, in UTF-8) that nests at most 512 levels, which nothing else checks; an error makes the message malformed. A binary
	// payload, which m.Payload holds already, goes to the end of text. Prepare may set m.Prepared. If that has a method Size() int, its bytes
	// count against MaxQueuedBytes; if it has a method Release(), that is called when all handlers have run, or none will.
	Prepare func(m *Message, text []byte, at int) (end int, err error)

	// OnPanic, if set, receives panics of handlers, Prepare and this client's goroutines, which then do not end the program.
	OnPanic func(value any, stack []byte)
}

const (
	versionV1 = "1.0.0"
	versionV2 = "2.0.0"
)
