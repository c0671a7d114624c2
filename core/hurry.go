package core

import "time"

const (
	// hurryStep is the maximum delay between two attempts of a hurried socket, before jitter.
	hurryStep = 400 * time.Millisecond
	// minHurryTimeout is the minimum time for an attempt of a hurried socket: the time until a lost
	// first packet is retransmitted.
	minHurryTimeout = time.Second
	// minHurryLife is how long a channel must have been joined to start another hurry, so that a
	// server that accepts a join and ends it at once is not flooded.
	minHurryLife = time.Second
)

// SetHurry makes the socket reconnect in a hurry when this channel loses its connection while it is
// joined: for the given time, attempts follow one another within half a second and do not count
// against the limit on attempts. If the channel loses its connection again less than a second after
// the rejoin, the time is not extended. Use it for a channel that has to be back within a given
// time because the server keeps something for it. 0, the default, ends the hurry.
func (c *Channel) SetHurry(within time.Duration) {
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	c.hurry = within
	if within <= 0 {
		c.hurryUntil = time.Time{}
	}
}

// hurryFrom starts the hurry of a channel that has just lost its connection after having been
// joined for life. s.mu must be held.
func (c *Channel) hurryFrom(life time.Duration) {
	if c.hurry > 0 && (c.hurryUntil.IsZero() || life >= minHurryLife) {
		c.hurryUntil = time.Now().Add(c.hurry)
	}
}

// isHurried reports whether a channel has to be back soon. s.mu must be held, as in all methods
// below.
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

// attemptTimeout returns how long an attempt may take. On a network that drops packets without an
// answer, a hurried socket tries again after several times what the latest connection took to open,
// and waits longer with each attempt.
func (s *Socket) attemptTimeout() time.Duration {
	if !s.isHurried() {
		return s.config.Timeout
	}
	s.hurriedTries++
	usual := max(4*s.usualConnect, minHurryTimeout)
	return min(s.config.Timeout, usual+usual/4*time.Duration(s.hurriedTries-1))
}
