package worker

import (
	"context"
	"encoding/json/jsontext"
	"errors"
	"sync"

	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/web/protocol"
)

// Params and tokens may be functions of the game, which core queries before each connect or join,
// on a goroutine. The page calls them, and they may await.

// The names of the requested values.
const (
	askParams = "params"
	askToken  = "auth_token"
)

// question is a request for a value that core is waiting for.
type question struct {
	socket *socket
	object int64
	what   string
	answer func(value []byte, err error)
}

// questions holds the pending requests. Their ids are assigned by the worker.
type questions struct {
	mu      sync.Mutex
	last    int64
	waiting map[int64]*question
	new     []int64 // not sent to the page yet
}

func (q *questions) add(asked *question) int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.last++
	q.waiting[q.last] = asked
	q.new = append(q.new, q.last)
	return q.last
}

func (q *questions) take(id int64) *question {
	q.mu.Lock()
	defer q.mu.Unlock()
	asked := q.waiting[id]
	delete(q.waiting, id)
	return asked
}

// asking returns a function for core that requests a value of an object from the page.
func asking[T any](s *socket, object int64, what string, read func([]byte) (T, error)) func(context.Context) (T, error) {
	return func(ctx context.Context) (T, error) {
		var id int64
		post := func(answer func([]byte, error)) {
			id = s.worker.questions.add(&question{socket: s, object: object, what: what, answer: answer})
			s.worker.host.Wake()
		}
		return signals.Ask(ctx, read, post, func() { s.worker.questions.take(id) })
	}
}

// ask sends core's requests for this socket to the page.
func (s *socket) ask() {
	q := &s.worker.questions
	q.mu.Lock()
	defer q.mu.Unlock()
	rest := q.new[:0]
	for _, id := range q.new {
		switch asked := q.waiting[id]; {
		case asked == nil: // no longer pending
		case asked.socket == s:
			s.out.add(protocol.Ask, id, asked.object, asked.what)
		default:
			rest = append(rest, id)
		}
	}
	q.new = rest
}

// answer handles ANSWER.
func (w *Worker) answer(args *variant.Reader) {
	if asked := w.questions.take(args.Int()); asked != nil && args.Err() == nil {
		asked.answer(args.Rest(), nil)
	}
}

// answerFailed handles ANSWER_FAILED.
func (w *Worker) answerFailed(args *variant.Reader) {
	asked := w.questions.take(args.Int())
	if text := args.String(); asked != nil {
		asked.answer(nil, errors.New(text))
	}
}

// readParams reads the result of a function for params.
func readParams(given []byte) (any, error) {
	kind, err := variant.TypeOf(given)
	switch {
	case err != nil:
		return nil, err
	case kind != variant.Dictionary:
		return nil, signals.WrongReturn(kind, variant.Dictionary)
	}
	text, err := variant.AppendJSON(nil, given)
	return jsonValue(text), err
}

// readToken reads the result of a function for auth_token.
func readToken(given []byte) (string, error) {
	args := variant.NewReader(given)
	text := args.String()
	if args.Err() != nil {
		kind, _ := variant.TypeOf(given)
		return "", signals.WrongReturn(kind, variant.String)
	}
	return text, nil
}

// jsonValue returns JSON text in the form that core accepts, nil for none.
func jsonValue(text []byte) any {
	if text == nil {
		return nil
	}
	return jsontext.Value(text)
}
