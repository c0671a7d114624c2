package devserver

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"phoenixchannels/server/devserver/query"
	"phoenixchannels/server/devserver/term"
)

const (
	// pubsubTimeout is how long a request waits for its session before the session counts as gone.
	pubsubTimeout = 2 * time.Second
	// maxBody is the size of a request body, in bytes, that Plug reads.
	maxBody = 8_000_000
	// maxLines is the number of messages in a body of application/x-ndjson.
	maxLines = 100
)

// longPollRequest is one HTTP request of the long poll transport. Whatever its outcome, the answer
// is HTTP 200 with the status in the body, except where the real server's code raises.
type longPollRequest struct {
	server *Server
	config socketConfig
	w      http.ResponseWriter
	r      *http.Request
}

// serveLongPoll answers a request of the long poll transport: GET opens a session or polls it, POST
// publishes messages.
func (s *Server) serveLongPoll(w http.ResponseWriter, r *http.Request, config socketConfig) {
	if status := s.faults.refusal(); status != 0 {
		respond(w, status, "")
		return
	}
	request := longPollRequest{s, config, w, r}
	switch {
	case !config.allows(r):
		request.status(http.StatusForbidden)
	case r.Method == http.MethodOptions:
		request.preflight()
	case r.Method == http.MethodGet:
		request.get()
	case r.Method == http.MethodPost:
		request.post()
	default:
		w.Header().Set("Access-Control-Allow-Origin", "*")
		respond(w, http.StatusBadRequest, "")
	}
}

// preflight allows browsers of any origin to send what they ask for.
func (q longPollRequest) preflight() {
	header := q.w.Header()
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Allow-Headers", strings.Join(q.r.Header["Access-Control-Request-Headers"], ", "))
	header.Set("Access-Control-Allow-Methods", "get, post, options")
	header.Set("Access-Control-Max-Age", "3600")
	respond(q.w, http.StatusOK, "")
}

func (q longPollRequest) get() {
	params, err := query.Decode(q.r.URL.RawQuery)
	if err != nil {
		respondError(q.w, http.StatusBadRequest, "Bad Request")
		return
	}
	if poll, token := q.resume(params); poll != nil {
		status, messages := poll.listen(q.r.Context(), q.config.longPollEvery)
		q.messages(status, token, messages)
		return
	}
	q.open()
}

// open starts a session. Its token comes with the status 410, so that a client whose session has
// gone starts over.
func (q longPollRequest) open() {
	var token *string
	if header, sent := q.r.Header["X-Phoenix-Authtoken"]; sent && !q.server.release17() {
		token = &header[0]
	}
	info, err := connectSocket(q.r, "longpoll", token)
	if err != nil {
		q.server.log.Info("refused", "reason", err)
		q.status(http.StatusForbidden)
		return
	}
	poll := q.server.startLongPoll(info, q.config.longPollEvery)
	if poll == nil { // the server is being closed
		respond(q.w, http.StatusServiceUnavailable, "")
		return
	}
	q.messages(http.StatusGone, q.server.signToken(poll.id), nil)
}

func (q longPollRequest) post() {
	params, err := query.Decode(q.r.URL.RawQuery)
	if err != nil {
		respondError(q.w, http.StatusBadRequest, "Bad Request")
		return
	}
	poll, _ := q.resume(params)
	if poll == nil {
		q.status(http.StatusGone)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(q.w, q.r.Body, maxBody))
	if err != nil {
		respondError(q.w, http.StatusBadRequest, "Bad Request")
		return
	}
	lines := []string{string(body)}
	isBatch := q.r.Header.Get("Content-Type") == "application/x-ndjson"
	if isBatch {
		lines = strings.Split(strings.ReplaceAll(string(body), "\r\n", "\n"), "\n")
	}
	if len(lines) > maxLines {
		respondError(q.w, http.StatusBadRequest, "Bad Request")
		return
	}
	for _, line := range lines {
		f, err := lineFrame(line, isBatch)
		if err != nil {
			q.server.log.Warn("long poll request crashed", "reason", err)
			respondError(q.w, http.StatusInternalServerError, "Internal Server Error")
			return
		}
		if !poll.dispatch(f, q.config.longPollEvery) {
			q.status(http.StatusRequestTimeout)
			return
		}
	}
	q.status(http.StatusOK)
}

// lineFrame is the message in a line of a batch: JSON text when it begins with [, otherwise a
// binary frame as base64. A body that is not a batch is one message.
func lineFrame(line string, inBatch bool) (frame, error) {
	if !inBatch || strings.HasPrefix(line, "[") {
		return frame{data: []byte(line)}, nil
	}
	data, err := base64.StdEncoding.DecodeString(line)
	return frame{binary: true, data: data}, err
}

// resume finds the session of a request, and asks it whether it is there: one that has gone, or is
// too busy to answer, takes two seconds to be missed.
func (q longPollRequest) resume(params *query.Params) (poll *longPoll, token string) {
	token, _ = params.Text("token")
	if header := q.r.Header.Get("X-Phoenix-Longpoll-Token"); header != "" && !q.server.release17() {
		token = header
	}
	id, valid := q.server.verifyToken(token)
	if !valid {
		return nil, ""
	}
	poll = q.server.longPollByID(id)
	if poll == nil {
		q.server.wait(pubsubTimeout)
		return nil, ""
	}
	if !poll.ask(func() {}, pubsubTimeout) {
		return nil, ""
	}
	return poll, token
}

// status answers with nothing but a status.
func (q longPollRequest) status(status int) {
	q.json(term.Object(term.Member{Key: "status", Value: term.Int(int64(status))}))
}

// messages answers a poll. Frames that are not UTF-8 cannot be written in JSON: like the real
// server's, this one's request crashes and the messages are lost.
func (q longPollRequest) messages(status int, token string, frames []frame) {
	list := make([]term.Term, len(frames))
	for i, f := range frames {
		var err error
		if list[i], err = term.String(string(f.data)); err != nil {
			q.server.log.Warn("long poll request crashed", "reason", errors.New("a binary message is not UTF-8"))
			respondError(q.w, http.StatusInternalServerError, "Internal Server Error")
			return
		}
	}
	q.json(term.Object(
		term.Member{Key: "messages", Value: term.List(list...)},
		term.Member{Key: "status", Value: term.Int(int64(status))},
		term.Member{Key: "token", Value: term.MustString(token)},
	))
}

func (q longPollRequest) json(body term.Term) {
	header := q.w.Header()
	if !q.server.release17() {
		header.Set("Cache-Control", "no-store")
	}
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Content-Type", "application/json; charset=utf-8")
	respond(q.w, http.StatusOK, string(body))
}
