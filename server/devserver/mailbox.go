package devserver

import "sync"

// letter is one message to a transport: a frame for its client, or something to do.
type letter struct {
	frame frame
	do    func()
}

// mailbox is the queue of an Erlang process: anyone may post, never waits, and the order is kept.
// Everything that happens on one connection passes through one mailbox, which gives the real
// server's order of frames.
type mailbox struct {
	mu      sync.Mutex
	letters []letter
	closed  bool
	wake    chan struct{} // holds a token when there may be letters
}

func newMailbox() *mailbox { return &mailbox{wake: make(chan struct{}, 1)} }

func (m *mailbox) post(l letter) {
	m.mu.Lock()
	if !m.closed {
		m.letters = append(m.letters, l)
	}
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// take returns all letters that are there.
func (m *mailbox) take() []letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	letters := m.letters
	m.letters = nil
	return letters
}

// close drops the letters that are there and all that come.
func (m *mailbox) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed, m.letters = true, nil
}
