package signals

import (
	"fmt"
	"strings"
	"sync"

	"phoenixchannels/core"
)

// Outage tracks why a socket is not connected, as far as the game has been notified.
type Outage struct {
	mu     sync.Mutex
	isOpen bool
	reason string // why the latest attempt failed or connection ended; "" before the first
	warned bool   // since the last open connection
}

// Opened records that a connection has opened.
func (o *Outage) Opened() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.isOpen, o.reason, o.warned = true, "", false
}

// Failed records an error of the socket. If no connection is open, it is the attempt's error.
func (o *Outage) Failed(reason string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.isOpen {
		o.reason = reason
	}
}

// Closed records the end of a connection or an attempt. It returns a warning after the first failed
// attempt of an outage, and otherwise "".
func (o *Outage) Closed(e core.CloseEvent) (warning string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.isOpen:
		o.isOpen, o.reason = false, fmt.Sprintf("the connection ended with code %d (%s)", e.Code, strings.TrimPrefix(e.Reason, core.ErrorPrefix))
	case !o.warned && e.RetryIn > 0: // otherwise another transport takes over at once
		o.warned = true
		return fmt.Sprintf("PhoenixSocket: %s. The next attempt is in %d ms; connect on_error to handle this.", o.reason, e.RetryIn.Milliseconds())
	}
	return ""
}

// WhyNotConnected returns the reason why a push has timed out, or "" if the socket is connected.
// wanted is whether the socket is connecting or is meant to.
func (o *Outage) WhyNotConnected(wanted bool) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.isOpen:
		return ""
	case o.reason != "":
		return "the socket is not connected: " + o.reason
	case !wanted:
		return "the socket is not connected: call connect_socket()"
	default:
		return "the socket is not connected yet"
	}
}
