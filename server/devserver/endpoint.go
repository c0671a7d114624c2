package devserver

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"phoenixchannels/server/devserver/wsframe"
)

// socketConfig is one socket of the endpoint.
type socketConfig struct {
	limits        wsframe.Limits
	longPollEvery time.Duration // window_ms: how long a poll waits
	compress      bool
	origins       []string // hosts allowed in Origin; nil allows all
	limited       bool     // {:error, reason} is answered by 429 instead of 403
}

// defaultLimits are those of Phoenix and Bandit.
var defaultLimits = wsframe.Limits{
	IdleTimeout: 60 * time.Second, MaxFrameBytes: 10_000_000, MaxMessageBytes: 8_000_000,
}

// sockets are the endpoint's socket paths. /socket takes its limits from the options.
func sockets(options Options) map[string]socketConfig {
	small := defaultLimits
	small.IdleTimeout, small.MaxFrameBytes = 1500*time.Millisecond, 2048
	const window = 10 * time.Second
	return map[string]socketConfig{
		"socket": {limits: options.limits(), longPollEvery: options.LongPollWindow},
		"small":  {limits: small, longPollEvery: 500 * time.Millisecond},
		"zip":    {limits: defaultLimits, longPollEvery: window, compress: true},
		"strict": {limits: defaultLimits, longPollEvery: window, origins: []string{"good.example"}, limited: true},
	}
}

// allows checks the Origin header, which only browsers send.
func (c socketConfig) allows(r *http.Request) bool {
	origin, sent := r.Header["Origin"]
	if !sent || c.origins == nil {
		return true
	}
	u, err := url.Parse(origin[0])
	return err == nil && slices.Contains(c.origins, u.Hostname())
}

// ServeHTTP routes a request. A trailing slash makes no difference.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		respond(w, http.StatusServiceUnavailable, "")
		return
	}
	defer s.running.Done()
	w.Header()["Content-Type"] = nil // net/http shall not guess one
	w.Header().Set("Vary", "accept-encoding")
	w.Header().Set("Cache-Control", "max-age=0, private, must-revalidate")
	path := strings.FieldsFunc(r.URL.Path, func(c rune) bool { return c == '/' })
	if len(path) == 2 {
		if strings.Join(path, "/") == loginPath {
			s.serveLogin(w, r)
			return
		}
		config, found := s.sockets[path[0]]
		switch {
		case found && path[1] == "websocket":
			s.serveWebSocket(w, r, config)
			return
		case found && path[1] == "longpoll":
			s.serveLongPoll(w, r, config)
			return
		}
	}
	if s.options.Files != nil {
		clear(w.Header())
		s.options.Files.ServeHTTP(w, r)
		return
	}
	respondError(w, http.StatusNotFound, "Not Found")
}

// respond sends a body without a content type, as send_resp does.
func respond(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // a client that has gone needs no answer
}

// respondError is the endpoint's error page for JSON.
func respondError(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	respond(w, status, `{"errors":{"detail":"`+detail+`"}}`)
}
