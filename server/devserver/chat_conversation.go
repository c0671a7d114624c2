package devserver

import (
	"slices"
	"sync"
	"time"

	"phoenixchannels/server/devserver/term"
)

const (
	maxHistory    = 50  // messages that a join replies
	maxNonces     = 200 // messages of a room whose repetition is noticed
	maxEmptyRooms = 100 // rooms without members whose history is kept
)

// chats are the conversations of the rooms that have members, and of some that had.
type chats struct {
	mu            sync.Mutex
	conversations map[term.Term]*conversation // by topic
	empty         []*conversation             // in the order of becoming so
}

func newChats() *chats { return &chats{conversations: map[term.Term]*conversation{}} }

// enter adds a member and returns the history. From here on the member gets the broadcasts, so that
// each message is in the history or comes as a broadcast, and none in both.
func (s *chats) enter(c *channel) (*conversation, []term.Term) {
	s.mu.Lock()
	defer s.mu.Unlock()
	talk := s.conversations[c.topic]
	if talk == nil {
		talk = &conversation{topic: c.topic, replies: map[nonce]term.Term{}}
		s.conversations[c.topic] = talk
	}
	s.empty = slices.DeleteFunc(s.empty, func(other *conversation) bool { return other == talk })
	talk.members++
	talk.mu.Lock()
	defer talk.mu.Unlock()
	c.session.server.pubsub.subscribe(c)
	return talk, slices.Clone(talk.history)
}

// leave removes a member. Of the rooms that are empty those emptied last keep their conversation.
func (s *chats) leave(talk *conversation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	talk.members--
	if talk.members > 0 {
		return
	}
	if talk.lastID == 0 {
		delete(s.conversations, talk.topic)
		return
	}
	s.empty = append(s.empty, talk)
	if len(s.empty) > maxEmptyRooms {
		delete(s.conversations, s.empty[0].topic)
		s.empty = slices.Delete(s.empty, 0, 1)
	}
}

// conversation is what the members of one chat room share.
type conversation struct {
	topic   term.Term
	members int // guarded by chats.mu

	mu      sync.Mutex
	lastID  int64
	history []term.Term         // the last messages, oldest first
	replies map[nonce]term.Term // the messages that came with a nonce
	nonces  []nonce             // the keys of replies, oldest first
}

// nonce is what a user calls a message, so that a repetition of it can be told.
type nonce struct{ user, text string }

// add stores the message that write makes, and returns it; of one whose nonce is known it returns
// the message that was stored then.
func (t *conversation) add(key nonce, write func(id int64, now time.Time) (term.Term, error)) (term.Term, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if known, found := t.replies[key]; found {
		return known, nil
	}
	now := time.Now()
	id := max(t.lastID+1, now.UnixMilli()) // so that ids go on growing when the server has restarted
	message, err := write(id, now)
	if err != nil {
		return "", err
	}
	t.lastID = id
	t.history = keepLast(append(t.history, message), maxHistory)
	if key.text != "" {
		t.replies[key] = message
		t.nonces = append(t.nonces, key)
		if len(t.nonces) > maxNonces {
			delete(t.replies, t.nonces[0])
			t.nonces = keepLast(t.nonces, maxNonces)
		}
	}
	return message, nil
}

// keepLast drops the oldest elements, in place.
func keepLast[T any](list []T, n int) []T { return slices.Delete(list, 0, max(len(list)-n, 0)) }
