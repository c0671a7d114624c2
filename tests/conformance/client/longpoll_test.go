package client

import (
	"encoding/base64"
	"encoding/json/v2"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/tests/conformance/transcript"
)

// Our client polls all the time and sends its lines in requests of its own making, so the peer
// holds its requests and answers them when and as the recording answered.

// pollBody is the body of a long-poll answer.
type pollBody struct {
	Messages []string `json:"messages,omitempty"`
	Status   int      `json:"status"`
	Token    string   `json:"token,omitempty"`
}

func readPoll(body string) (answer pollBody) {
	_ = json.Unmarshal([]byte(body), &answer) // some answers are other documents
	return answer
}

func bodyLines(body string) (lines [][]byte) {
	for line := range strings.SplitSeq(body, "\n") {
		lines = append(lines, []byte(strings.TrimSuffix(line, "\r")))
	}
	return lines
}

// standInToken is the token of a session whose opening the recording does not have.
const standInToken = "a token of an older session"

// sessionToken is the token of a session in a request of the recording, empty without one. In
// "rejected" the server's connect has a param of the same name.
func sessionToken(e transcript.Event) string {
	target, err := url.Parse(e.Path)
	must(err)
	token := target.Query().Get("token")
	if token == "" {
		token = header(e.Headers, "x-phoenix-longpoll-token")
	}
	if strings.HasPrefix(token, "SFMyNTY.") || token == "forged" {
		return token
	}
	return ""
}

func header(headers map[string]string, name string) string {
	for key, value := range headers {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// poll takes a recorded GET. Our client polls automatically; only a new one has to connect.
func (s *session) poll(e transcript.Event, isNew bool) {
	if !isNew {
		return
	}
	s.connect()
	if token := sessionToken(e); token != "" { // it begins with a token that the server has forgotten
		s.open(token)
	}
}

// open opens a session for the client whose opening the recording does not have.
func (s *session) open(token string) {
	s.t.Helper()
	s.await(false).answer(s.t, writeBody(http.StatusOK, pollBody{Status: http.StatusGone, Token: token}))
	s.token = token
	s.opened()
	s.settle()
}

// await waits for a request of the client.
func (s *session) await(post bool) *exchange {
	s.t.Helper()
	for deadline := time.Now().Add(time.Second); ; time.Sleep(time.Millisecond) {
		s.settle()
		if waiting := s.peer.waiting(post); len(waiting) > 0 {
			return waiting[0]
		}
		require.True(s.t, time.Now().Before(deadline), "%s: the client made no request", s.where())
	}
}

// answerPoll answers the client's poll as the recorded one was.
func (s *session) answerPoll(request, e transcript.Event) {
	s.t.Helper()
	answer := readPoll(e.Body)
	begins := answer.Status == http.StatusGone && answer.Token != ""
	poll := s.await(false)
	if s.link == linkConnecting && sessionToken(request) != "" && !begins {
		s.open(sessionToken(request)) // it reconnected, where the recorded client went on with its session
		poll = s.await(false)
	}
	s.checkPoll(poll, request)
	opening := s.link == linkConnecting
	switch {
	case e.Status != http.StatusOK:
		poll.answer(s.t, writeText(e.Status, e.Headers, e.Body))
		if !opening {
			s.lost("connection_closed")
		}
		s.failed(e.Status, 1011, "some")
	case answer.Status == http.StatusForbidden:
		poll.answer(s.t, writeText(e.Status, e.Headers, e.Body))
		s.failed(answer.Status, 1008, "some")
	case begins && opening:
		s.token = answer.Token
		poll.answer(s.t, writeText(e.Status, e.Headers, e.Body))
		s.opened()
	case begins:
		s.token = ""
		poll.answer(s.t, writeText(e.Status, e.Headers, e.Body))
		s.lost("connection_closed")
		s.ended(3410, "session_gone")
	default:
		s.token = answer.Token
		s.deliver(poll, e, answer)
	}
	s.fromServer++
}

// deliver answers a poll with the recorded messages.
func (s *session) deliver(poll *exchange, e transcript.Event, answer pollBody) {
	s.t.Helper()
	require.Contains(s.t, []int{http.StatusOK, http.StatusNoContent}, answer.Status, s.where())
	var received []incoming
	for i, text := range answer.Messages {
		data, in, err := serverFrame(s.version, []byte(text), text[0] <= 2, s.actual)
		require.NoError(s.t, err, s.where())
		answer.Messages[i] = string(data)
		received = append(received, in)
	}
	poll.answer(s.t, writeBody(e.Status, answer))
	for _, in := range received {
		s.receive(in)
	}
	s.fromServer += len(received)
}

// publish takes a recorded POST: the client is made to send its lines, or one line when they are
// none that it can send, so that the peer has something to answer.
func (s *session) publish(e transcript.Event, isNew bool) {
	s.t.Helper()
	if isNew {
		s.connect()
	}
	if s.link != linkOpen {
		token := sessionToken(e)
		if token == "" {
			token = standInToken
		}
		s.open(token)
	}
	understood := false
	for _, line := range bodyLines(e.Body) {
		binary := false
		if decoded, err := base64.StdEncoding.DecodeString(string(line)); err == nil && len(line) > 0 && s.version == vsn2 {
			line, binary = decoded, true
		}
		if m, ok := readMessage(s.version, line, binary); ok {
			understood = true
			s.do(m)
		} else {
			s.leftOut++
		}
	}
	if !understood {
		s.pushRaw(message{joinRef: null, ref: null, topic: "phoenix", event: "heartbeat", payload: []byte("{}")})
	}
}

// answerPost answers the client's POSTs as the recorded one was.
func (s *session) answerPost(request, e transcript.Event) {
	s.t.Helper()
	answer := readPoll(e.Body)
	s.fromServer++
	for {
		s.settle()
		waiting := s.peer.waiting(true)
		if len(waiting) == 0 {
			require.Empty(s.t, s.wants, "%s: what the client did not send", s.where())
			return
		}
		s.checkPost(waiting[0], request)
		waiting[0].answer(s.t, writeText(e.Status, e.Headers, e.Body))
		if e.Status == http.StatusOK && answer.Status == http.StatusOK {
			continue
		}
		s.token = ""
		s.lost("connection_closed")
		if e.Status != http.StatusOK {
			s.failed(e.Status, 1011, "some")
			return
		}
		if answer.Status == http.StatusGone {
			s.ended(3410, "session_gone")
			return
		}
		s.predict("error: connection")
		s.ended(1011, "some")
		return
	}
}

// takePosts takes account of the lines that the client has sent. Lines that it sent on its own are
// answered immediately, as the recording may have no answer for it.
func (s *session) takePosts() (answered bool) {
	for _, post := range s.peer.waiting(true) {
		if post.read {
			continue
		}
		post.read = true
		asked := false
		for _, line := range strings.Split(string(post.body), "\n") {
			require.NotEmpty(s.t, line, "%s: an empty line, which ends the session", s.where())
			data, binary := []byte(line), false
			if s.version == vsn2 && line[0] != '[' {
				decoded, err := base64.StdEncoding.DecodeString(line)
				require.NoError(s.t, err, s.where())
				data, binary = decoded, true
			}
			asked = s.accept(data, binary) || asked
		}
		if !asked {
			post.answer(s.t, writeBody(http.StatusOK, pollBody{Status: http.StatusOK}))
			answered = true
		}
	}
	return answered
}

func (s *session) checkPoll(poll *exchange, recorded transcript.Event) {
	s.t.Helper()
	require.Equal(s.t, http.MethodGet, poll.request.Method, s.where())
	require.Equal(s.t, "application/json", poll.request.Header.Get("Accept"), s.where())
	s.checkLongPoll(poll, recorded)
}

func (s *session) checkPost(post *exchange, recorded transcript.Event) {
	s.t.Helper()
	contentType := map[string]string{vsn1: "application/json", vsn2: "application/x-ndjson"}[s.version]
	require.Equal(s.t, contentType, post.request.Header.Get("Content-Type"), s.where())
	if s.version == vsn1 {
		require.NotContains(s.t, string(post.body), "\n", "%s: more than one message", s.where())
	}
	s.checkLongPoll(post, recorded)
}

// checkLongPoll compares the client's request with the recorded one. The session's token has to be
// the one that was given last, in the query and in the header, whichever of them the recorded
// client used.
func (s *session) checkLongPoll(e *exchange, recorded transcript.Event) {
	s.t.Helper()
	target, err := url.Parse(recorded.Path)
	must(err)
	want := target.Query()
	if sessionToken(recorded) != "" {
		want.Del("token")
	}
	want.Set("vsn", s.version)
	if s.link == linkOpen {
		want.Set("token", s.token)
	}
	require.Equal(s.t, target.Path, e.request.URL.Path, s.where())
	require.Equal(s.t, want, e.request.URL.Query(), "%s: the query", s.where())
	require.Equal(s.t, s.token, e.request.Header.Get("X-Phoenix-LongPoll-Token"), s.where())
	require.Equal(s.t, s.auth, e.request.Header.Get("X-Phoenix-AuthToken"), s.where())
	s.fromClient++
}

func writeBody(status int, body pollBody) http.HandlerFunc {
	data, err := json.Marshal(body)
	must(err)
	return writeText(status, nil, string(data))
}

func writeText(status int, headers map[string]string, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, name := range []string{"content-type", "retry-after", "cache-control"} {
			if value := headers[name]; value != "" {
				w.Header().Set(name, value)
			}
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}
