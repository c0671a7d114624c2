package core

import "time"

const (
	// hurryStep is how long a hurried socket waits between two attempts at most, before the jitter.
	hurryStep = 400 * time.Millisecond
	// minHurryTimeout is how long an attempt of a hurried socket has at least: as long as it takes until a lost first packet is sent again.
	minHurryTimeout = time.Second
	// minHurryLife is how long a channel must have been joined for a further hurry: a server that accepts a join and ends it at once is
	// not to be stormed.
	minHurryLife = time.Second
)

// SetHurry makes the socket reconnect in a hurry when this channel loses its connection while it is joined: for so long the attempts follow
// one another within half a second, and do not count for the limit of their number. A channel that loses it again less than a second after
// the rejoin is in no further hurry than it was. It is for a channel that has to be back within a given time, as the server keeps something
// for it. 0, the default, ends that.
func (c *Channel) SetHurry(within time.Duration) {
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	c.hurry = within
	if within <= 0 {
		c.hurryUntil = time.Time{}
	}
}

// hurryFrom begins the hurry of a channel that has just lost its connection, having been joined for a time. s.mu must be held.
func (c *Channel) hurryFrom(life time.Duration) {
	if c.hurry > 0 && (c.hurryUntil.IsZero() || life >= minHurryLife) {
		c.hurryUntil = time.Now().Add(c.hurry)
	}
}

// isHurried reports whether a channel has to be back soon. s.mu must be held, as in all that follows.
func (s *Socket) isHurried() bool {
	now := time.Now()
	for _, c := range s.channels {
		if c.hurryUntil.After(now) {
			return true
		}
	}
	return false
}

// retryDelay returns the delay before the next attempt, at least the given one.
func (s *Socket) retryDelay(least time.Duration) time.Duration {
	delay := s.retry.next(least)
	if least == 0 && s.isHurried() {
		delay = min(delay, s.retry.spread(hurryStep))
	}
	return delay
}

// attemptTimeout returns how long an attempt may take. Where packets are lost without an answer, a hurried socket tries again after several
// times what the latest connection took to open, and is more patient each time.
func (s *Socket) attemptTimeout() time.Duration {
	if !s.isHurried() {
		return s.config.Timeout
	}
	s.hurriedTries++
	usual := max(4*s.usualConnect, minHurryTimeout)
	return min(s.config.Timeout, usual+usual/4*time.Duration(s.hurriedTries-1))
}
