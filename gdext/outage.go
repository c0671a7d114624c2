package gdext

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"syscall"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
)

// outage is why a socket is not connected, as far as the game has been told.
type outage struct {
	mu     sync.Mutex
	isOpen bool
	reason string // why the latest attempt failed, or the connection ended; "" before the first
	warned bool   // since a connection was open
}

func (o *outage) opened() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.isOpen, o.reason, o.warned = true, "", false
}

// failed records an error of the socket: of an attempt, unless a connection is open.
func (o *outage) failed(reason string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.isOpen {
		o.reason = reason
	}
}

// closed records the end of a connection or an attempt. It returns a warning after the first failed attempt of an outage.
func (o *outage) closed(e core.CloseEvent) (warning string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.isOpen:
		o.isOpen, o.reason = false, fmt.Sprintf("the connection ended with code %d (%s)", e.Code, strings.TrimPrefix(e.Reason, errorPrefix))
	case !o.warned && e.RetryIn > 0: // else another transport takes over at once
		o.warned = true
		return fmt.Sprintf("%s. The next attempt is in %v; connect on_error to handle this", o.reason, e.RetryIn.Round(time.Millisecond))
	}
	return ""
}

// warnOfOutage shows a warning in debug builds, for games that do not listen to on_error.
func (s *socket) warnOfOutage(warning string) {
	if warning != "" && engine.IsDebugBuild() && !s.object.HasListeners(onError) {
		engine.Warning("PhoenixSocket", "PhoenixSocket: "+warning+".")
	}
}

// whyNotConnected says why a push has waited in vain; "" when the socket is connected.
func (s *socket) whyNotConnected() string {
	s.outage.mu.Lock()
	defer s.outage.mu.Unlock()
	switch {
	case s.outage.isOpen:
		return ""
	case s.outage.reason != "":
		return "the socket is not connected: " + s.outage.reason
	case !s.isWanted():
		return "the socket is not connected: call connect_socket()"
	default:
		return "the socket is not connected yet"
	}
}

// responseTo is the response that the game gets. A timeout has no response of the server; it has the reason when that is the connection.
func (s *socket) responseTo(reply core.Reply) (content, error) {
	if reply.Status == core.StatusTimeout {
		if reason := s.whyNotConnected(); reason != "" {
			return content{bytes: dictionary("reason", reason)}, nil
		}
	}
	return preparedContent(reply.Prepared, reply.Response)
}

// advised is an error's text with what to do about it, as far as that is known.
func advised(err error) string {
	text := plain(err)
	if advice := tlsAdvice(err); advice != "" {
		return text + "; " + advice
	}
	if advice := networkAdvice(err); advice != "" {
		return text + "; " + advice
	}
	return text
}

// networkAdvice says what to do about a network that did not get the game to the server; "" when that was not the failure. The numbers
// beside those of package syscall are those of Windows, which are no errors elsewhere.
func networkAdvice(err error) string {
	var lookup *net.DNSError
	isProxy := strings.Contains(err.Error(), " through the proxy ")
	switch {
	case isErrno(err, syscall.ECONNREFUSED, 10061) && isProxy:
		return "nothing listens at the proxy's port: check the property proxy, or the HTTPS_PROXY and HTTP_PROXY of the environment"
	case isErrno(err, syscall.ECONNREFUSED, 10061):
		return "nothing listens there: start the server, and check host and port of the endpoint"
	case errors.As(err, &lookup) && lookup.IsNotFound:
		return "check the spelling of the host, and that this device is online"
	case errors.As(err, &lookup):
		return "the name of the host could not be looked up: check that this device is online"
	case isErrno(err, syscall.ENETUNREACH, 10051), isErrno(err, syscall.EHOSTUNREACH, 10065):
		return "check that this device is online, and the host of the endpoint"
	}
	return ""
}

func isErrno(err error, errno, onWindows syscall.Errno) bool {
	return errors.Is(err, errno) || errors.Is(err, onWindows)
}
