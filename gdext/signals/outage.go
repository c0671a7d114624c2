package signals

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"phoenixchannels/core"
)

// Outage is why a socket is not connected, as far as the game has been told.
type Outage struct {
	mu     sync.Mutex
	isOpen bool
	reason string // why the latest attempt failed, or the connection ended; "" before the first
	warned bool   // since a connection was open
}

// Opened takes a connection that opened.
func (o *Outage) Opened() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.isOpen, o.reason, o.warned = true, "", false
}

// Failed takes an error of the socket: of an attempt, unless a connection is open.
func (o *Outage) Failed(reason string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.isOpen {
		o.reason = reason
	}
}

// Closed takes the end of a connection or an attempt. It returns a warning after the first failed attempt of an outage.
func (o *Outage) Closed(e core.CloseEvent) (warning string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.isOpen:
		o.isOpen, o.reason = false, fmt.Sprintf("the connection ended with code %d (%s)", e.Code, strings.TrimPrefix(e.Reason, errorPrefix))
	case !o.warned && e.RetryIn > 0: // else another transport takes over at once
		o.warned = true
		return fmt.Sprintf("PhoenixSocket: %s. The next attempt is in %v; connect on_error to handle this.", o.reason, e.RetryIn.Round(time.Millisecond))
	}
	return ""
}

// WhyNotConnected says why a push has waited in vain; "" when the socket is connected. wanted: it is connecting, or to.
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
