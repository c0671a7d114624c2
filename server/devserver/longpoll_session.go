package devserver

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// longPoll is the transport process of one long poll session. It keeps the frames for the client
// until a poll takes them.
type longPoll struct {
	session *session
	id      string
	window  time.Duration

	buffer  []frame
	waiting *poll // the last poll that found nothing
	polled  time.Time
	done    bool
}

// poll is one request that waits for messages. Either it gets them or it gives up, never both.
type poll struct {
	settled  atomic.Bool
	messages chan []frame
}

// settle decides who of the session and the request comes first.
func (p *poll) settle() bool { return p.settled.CompareAndSwap(false, true) }

// startLongPoll starts a session; nil when the server is closed.
func (s *Server) startLongPoll(info connectInfo, window time.Duration) *longPoll {
	p := &longPoll{session: newSession(s, info), id: rand.Text(), window: window, polled: time.Now()}
	p.session.transport = p
	if !s.addLongPoll(p) {
		return nil
	}
	s.running.Go(func() {
		p.run()
		s.removeLongPoll(p)
	})
	return p
}

// run is the life of the session. It ends when the client has not polled for more than one and a
// half windows, which is looked at once in that time.
func (p *longPoll) run() {
	patience := p.window * 3 / 2
	inactivity := time.NewTicker(patience)
	defer inactivity.Stop()
	defer p.session.finish()
	for !p.done {
		for _, l := range p.session.mailbox.take() {
			p.session.handle(l)
			if p.done {
				return
			}
		}
		select {
		case <-p.session.mailbox.wake:
		case <-p.session.ended:
			return
		case <-inactivity.C:
			if time.Since(p.polled) > patience {
				p.session.log.Info("long poll session is inactive")
				return
			}
		}
	}
}

// ask lets the session do something and waits until it has; false when the time is over before.
// A session that has ended does nothing any more.
func (p *longPoll) ask(do func(), limit time.Duration) bool {
	answered := make(chan struct{})
	p.session.mailbox.post(letter{do: func() {
		do()
		if !p.done {
			close(answered)
		}
	}})
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-answered:
		return true
	case <-timer.C:
	case <-p.session.server.done:
	}
	return false
}

// dispatch hands a message of the client over. A message that crashes the session gets no answer.
func (p *longPoll) dispatch(f frame, limit time.Duration) bool {
	return p.ask(func() {
		if err := p.session.receive(f); err != nil {
			p.session.log.Warn("transport crashed", "reason", err)
			p.kill()
		}
	}, limit)
}

// listen waits for messages for as long as a window.
func (p *longPoll) listen(ctx context.Context, window time.Duration) (status int, messages []frame) {
	request := &poll{messages: make(chan []frame, 1)}
	p.session.mailbox.post(letter{do: func() { p.flush(request) }})
	timer := time.NewTimer(window)
	defer timer.Stop()
	select {
	case messages = <-request.messages:
		return http.StatusOK, messages
	case <-timer.C:
	case <-ctx.Done():
	case <-p.session.server.done:
	}
	if request.settle() {
		return http.StatusNoContent, nil
	}
	return http.StatusOK, <-request.messages
}

// flush gives a poll all there is, or lets it wait.
func (p *longPoll) flush(request *poll) {
	p.polled = time.Now()
	if len(p.buffer) == 0 {
		p.waiting = request
		return
	}
	if request.settle() {
		request.messages <- p.buffer
		p.buffer = nil
	}
}

// send implements transport. A poll that waits is served after what is in the mailbox already, as
// the real one asks a second time when it hears that there is something.
func (p *longPoll) send(f frame) {
	p.buffer = append(p.buffer, f)
	if request := p.waiting; request != nil {
		p.waiting = nil
		p.session.mailbox.post(letter{do: func() { p.flush(request) }})
	}
}

// stop implements transport; long poll has no close codes.
func (p *longPoll) stop(int) { p.done = true }

// kill implements transport.
func (p *longPoll) kill() { p.done = true }

// wait waits, unless the server is closed.
func (s *Server) wait(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.done:
	}
}

const (
	tokenAlgorithm = "SFMyNTY" // HS256 in base64, as Phoenix.Token begins
	tokenDataChars = 170       // so that answers are as long as those of the real server
)

// signToken makes the token of a session.
func (s *Server) signToken(id string) string {
	padded := id + strings.Repeat("~", base64.RawURLEncoding.DecodedLen(tokenDataChars)-len(id))
	signed := tokenAlgorithm + "." + base64.RawURLEncoding.EncodeToString([]byte(padded))
	return signed + "." + base64.RawURLEncoding.EncodeToString(s.mac(signed))
}

// verifyToken returns the session that a token was made for.
func (s *Server) verifyToken(token string) (id string, valid bool) {
	signed, encodedMAC, _ := cutLast(token, ".")
	mac, err := base64.RawURLEncoding.DecodeString(encodedMAC)
	if err != nil || !hmac.Equal(mac, s.mac(signed)) {
		return "", false
	}
	_, encoded, _ := cutLast(signed, ".")
	padded, err := base64.RawURLEncoding.DecodeString(encoded)
	return strings.TrimRight(string(padded), "~"), err == nil
}

func (s *Server) mac(signed string) []byte {
	hash := hmac.New(sha256.New, s.secret)
	hash.Write([]byte(signed))
	return hash.Sum(nil)
}

func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return text, "", false
}
