package worker

import (
	"net/url"
	"strings"

	"phoenixchannels/gdext/variant"
)

// network is the browser's report of the device's network.
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

// SetOnline handles the browser's report of the network.
func (w *Worker) SetOnline(online bool) {
	w.network.isOnline = online
	for _, s := range w.sockets {
		s.core.SetOnline(w.network.online(s))
	}
}

// setOnline handles SET_ONLINE, the game's own report.
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
	case "online", "offline": // some browsers do not send these to workers
		w.SetOnline(event == "online")
	case "pageshow", "resume", "visible":
		for _, s := range w.sockets {
			s.resume(event != "visible")
		}
	}
}

// suspend closes the connection when the page is left, for good or until the browser restores the
// page.
func (s *socket) suspend() {
	if s.closed || s.suspended || !s.wanted {
		return
	}
	s.suspended = true
	_ = s.core.Disconnect(0, "") // valid arguments never fail
}

// resume reconnects after suspend, and checks a connection that has survived.
func (s *socket) resume(probe bool) {
	switch {
	case s.closed || !s.wanted:
	case s.suspended:
		s.suspended = false
		_ = s.core.Connect() // never fails: it has succeeded before
	case probe:
		s.core.CheckNow()
	default:
		s.core.ReconnectNow()
	}
}
