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

	// ManualDispatch makes handlers run only inside [Socket.Dispatch], for programs with a main loop. Default: a goroutine runs them.
	ManualDispatch bool

	// OnQueued, if set, is called whenever an event begins to wait while none did, so that a main loop knows when to call
	// [Socket.Dispatch]. It runs on any goroutine, under locks: it must be quick and call nothing of this package.
	OnQueued func()

	// Prepare, if set, is called for each message on the goroutine that reads, before the message waits for its handlers: the place for
	// work that the handlers' goroutine should not do, such as decoding. It may set Message.Prepared. If that has a method Size() int, its
	// bytes count against MaxQueuedBytes; if it has a method Release(), that is called when all handlers have run, or none will.
	Prepare func(*Message)

	// OnPanic, if set, receives panics of handlers, Prepare and this client's goroutines, which then do not end the program.
	OnPanic func(value any, stack []byte)
}

const (
	versionV1 = "1.0.0"
	versionV2 = "2.0.0"
)
