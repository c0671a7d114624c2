package core

// Feed sends messages that get no reply. Each payload is created only when it is about to be
// written, so it is never out of date. Create a feed with [Channel.NewFeed].
type Feed struct {
	channel *Channel
	fill    func(joinRef string) []byte
	out     outgoing // guarded by socket.mu
}

// NewFeed creates a feed of messages with this event and a binary payload. fill returns the payload
// of the next message, or nil for none. It runs on the goroutine that writes the connection, and
// receives the ref of the join that the message belongs to. The bytes that it returns must not
// change until the next call of fill.
func (c *Channel) NewFeed(event string, fill func(joinRef string) []byte) (*Feed, error) {
	if err := checkEvent(event); err != nil {
		return nil, err
	}
	msg := Message{Topic: c.topic, Event: event, Payload: BinaryPayload(nil)}
	if err := c.socket.checkBinary(&msg); err != nil {
		return nil, err
	}
	f := &Feed{channel: c, fill: fill}
	f.out = outgoing{msg: msg, feed: f}
	return f, nil
}

// Wake makes the feed send a message: fill is called once all earlier messages are written. Any
// number of calls before that result in one message. Wake does nothing while the channel is not
// joined. A message that has not been written when the join or the connection ends is dropped
// without a call of fill: call Wake again after the next join. If this client itself leaves the
// channel, however, the message is still sent, before the leave.
func (f *Feed) Wake() {
	c := f.channel
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	if !c.canPush() {
		return
	}
	f.out.msg.JoinRef = c.joinRef // also if it is already queued, perhaps with an earlier join's ref
	c.socket.send(&f.out)
}

// isCurrent reports whether a message of the feed belongs to its channel's current join, or to one
// that is being left, whose leave is behind it in the queue. The socket's lock must be held.
func (f *Feed) isCurrent(m *Message) bool {
	c := f.channel
	return m.JoinRef == c.joinRef && (c.canPush() || c.leave != nil)
}

// filled sets a message's payload, and reports whether there is one. The lock must not be held.
func (f *Feed) filled(o *outgoing) bool {
	data := f.call(o.msg.JoinRef)
	if data == nil {
		return false
	}
	if o.told || f.channel.socket.journal.observer != nil {
		data = append([]byte{}, data...) // the handlers and the observer may keep it
	}
	o.msg.Payload = BinaryPayload(data)
	s := f.channel.socket
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counters.MessagesOut++
	return true
}

// call calls fill. If that panics, there is nothing to send.
func (f *Feed) call(joinRef string) []byte {
	defer f.channel.socket.guard()
	return f.fill(joinRef)
}
