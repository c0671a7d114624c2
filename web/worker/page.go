package worker

import (
	"net/url"
	"strings"

	"phoenixchannels/gdext/variant"
)

// network is what the browser says of the device's network.
type network struct{ isOnline bool }

// online reports whether a socket may connect. A server on this machine needs no network.
func (n *network) online(s *socket) bool { return !s.toldOffline && (n.isOnline || s.isLocal()) }

func (s *socket) isLocal() bool {
	u, err := url.Parse(s.settings.endpoint)
	if err != nil {
		return false
	}
	host := u.Hostname()
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasPrefix(host, "127.") || host == "::1"
}

// SetOnline takes what the browser says of the network.
func (w *Worker) SetOnline(online bool) {
	w.network.isOnline = online
	for _, s := range w.sockets {
		s.core.SetOnline(w.network.online(s))
	}
}

// setOnline handles SET_ONLINE, which is what the game says.
func (w *Worker) setOnline(args *variant.Reader) {
	if s, online := w.socketNamed(args), args.Bool(); s != nil {
		s.toldOffline, s.tellState = !online, true
		s.core.SetOnline(w.network.online(s))
	}
}

// page handles PAGE.
func (w *Worker) page(args *variant.Reader) {
	switch event := args.String(); event {
	case "pagehide":
		for _, s := range w.sockets {
			s.suspend()
		}
	case "online", "offline": // not every browser tells its workers
		w.SetOnline(event == "online")
	case "pageshow", "resume", "visible":
		for _, s := range w.sockets {
			s.resume(event != "visible")
		}
	}
}

// suspend closes the connection of a page that is left: for good, or until it is shown again as it was.
func (s *socket) suspend() {
	if s.closed || s.suspended || !s.wanted {
		return
	}
	s.suspended = true
	_ = s.core.Disconnect(0, "") // valid arguments
}

// resume connects what suspend has disconnected, and looks whether a connection has survived.
func (s *socket) resume(probe bool) {
	switch {
	case s.closed || !s.wanted:
	case s.suspended:
		s.suspended = false
		_ = s.core.Connect() // which has connected before
	case probe:
		s.core.CheckNow()
	default:
		s.core.ReconnectNow()
	}
}
