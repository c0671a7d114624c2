package gdext

import (
	"errors"
	"net"
	"strings"
	"syscall"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
)

// warnOfOutage shows a warning in debug builds, for games without a handler for on_error.
func (s *socket) warnOfOutage(warning string) {
	if warning != "" && engine.IsDebugBuild() && !s.object.HasListeners(onError) {
		engine.Warning("PhoenixSocket", warning)
	}
}

// responseTo returns the response that the game receives. On a timeout the server has not sent one;
// the response then contains the reason if the connection is the cause.
func (s *socket) responseTo(reply core.Reply) (content, error) {
	if reply.Status == core.StatusTimeout {
		if reason := s.outage.WhyNotConnected(s.isWanted()); reason != "" {
			return content{bytes: signals.Dictionary("reason", reason)}, nil
		}
	}
	return preparedContent(reply.Prepared, reply.Response)
}

// advised returns an error's text and, where known, advice on how to fix it.
func advised(err error) string {
	text := signals.Plain(err)
	if advice := tlsAdvice(err); advice != "" {
		return text + "; " + advice
	}
	if advice := networkAdvice(err); advice != "" {
		return text + "; " + advice
	}
	return text
}

// networkAdvice returns advice for a network error between the game and the server, or "" for other
// errors. The numbers next to those of package syscall are Windows' own, which are not errors
// elsewhere.
func networkAdvice(err error) string {
	var lookup *net.DNSError
	isProxy := strings.Contains(err.Error(), " through the proxy ")
	switch {
	case isErrno(err, syscall.ECONNREFUSED, 10061) && isProxy:
		return "nothing listens at the proxy's port: check the property proxy, or the HTTPS_PROXY and HTTP_PROXY of the environment"
	case isErrno(err, syscall.ECONNREFUSED, 10061):
		return "nothing listens there: start the server, and check the endpoint's host and port"
	case errors.As(err, &lookup) && lookup.IsNotFound:
		return "check the spelling of the host, and that this device is online"
	case errors.As(err, &lookup):
		return "the host name could not be resolved: check that this device is online"
	case isErrno(err, syscall.ENETUNREACH, 10051), isErrno(err, syscall.EHOSTUNREACH, 10065):
		return "check that this device is online, and the host of the endpoint"
	case isErrno(err, syscall.EPERM, 10013), errors.Is(err, syscall.EACCES):
		return "the system does not let the game use the network: for Android tick the permission Internet in the export preset; elsewhere look " +
			"at the firewall and the sandbox"
	}
	return ""
}

func isErrno(err error, errno, onWindows syscall.Errno) bool {
	return errors.Is(err, errno) || errors.Is(err, onWindows)
}
