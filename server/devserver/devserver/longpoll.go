package devserver

import "net/http"

// serveLongPoll answers the requests of the long poll transport.
func (s *Server) serveLongPoll(w http.ResponseWriter, _ *http.Request, _ socketConfig) {
	respondError(w, http.StatusNotFound, "Not Found")
}
