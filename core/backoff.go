package core

import (
	"math/rand/v2"
	"time"
)

// backoff computes the delays between attempts, of a connection or of a channel's join. The steps
// are used in turn, and the last one repeats. Jitter spreads each delay, so that a fleet of clients
// does not return all at once.
//
// A successful attempt proves nothing: a server may accept it and end it at once. So each attempt
// moves one step up, and only the time that a connection or join lasts moves back down, one step
// per length of the last step. With the default steps a connection of 5 s moves one step back, and
// one of 50 s moves all the way.
//
// In the long run attempts are never more frequent than the last step. Once a run of attempts has
// lasted for paceTries last steps (a minute by default), there are at most paceTries attempts in
// any period of that length, whatever ended them.
type backoff struct {
	steps  []time.Duration
	jitter float64 // 0.25 makes a step 75 % to 125 % of its length
	level  int     // index of the next step

	begun   time.Time            // start of the current run of attempts
	recent  [paceTries]time.Time // start of the latest attempts, as a ring
	tries   int                  // number of attempts in the current run
	hurried time.Time            // when a caller last skipped, or will next skip, a delay
}

const (
	paceTries = 12
	// paceQuiet is the time without attempts, in units of paceTries last steps, after which a new
	// run of attempts begins.
	paceQuiet = 5
	// hurryInterval is the minimum time between two delays that a caller may skip, so that a
	// program that calls Connect in its OnClose handler does not flood the server.
	hurryInterval = 5 * time.Second
)

func (b *backoff) last() time.Duration { return b.steps[len(b.steps)-1] }

// began records the start of an attempt.
func (b *backoff) began() {
	now := time.Now()
	if b.tries == 0 || now.Sub(b.recent[(b.tries-1)%paceTries]) > paceQuiet*paceTries*b.last() {
		b.begun, b.tries = now, 0
	}
	b.recent[b.tries%paceTries] = now
	b.tries++
}

// next returns the delay before the next attempt, at least the given one, and moves one step up.
func (b *backoff) next(least time.Duration) time.Duration {
	delay := b.delay(least)
	b.level = min(b.level+1, len(b.steps)-1)
	return delay
}

// delay returns the same delay as next, but stays on the current step.
func (b *backoff) delay(least time.Duration) time.Duration {
	step := b.steps[min(b.level, len(b.steps)-1)]
	spread := b.random()
	delay := time.Duration(float64(step) * (1 + spread))
	if least > delay {
		delay = time.Duration(float64(least) * (1 + max(spread, -spread))) // never shorter than least
	}
	now, pace := time.Now(), paceTries*b.last()
	if b.tries >= paceTries && !now.Add(delay).Before(b.begun.Add(pace)) {
		delay = max(delay, b.recent[b.tries%paceTries].Add(pace).Sub(now))
	}
	return delay
}

// random returns the fraction by which to lengthen or shorten a step.
func (b *backoff) random() float64 {
	if b.jitter <= 0 {
		return 0
	}
	return b.jitter * (2*rand.Float64() - 1)
}

// spread returns a step with jitter.
func (b *backoff) spread(step time.Duration) time.Duration {
	return time.Duration(float64(step) * (1 + b.random()))
}

// lasted moves back down according to how long a connection or join has lasted.
func (b *backoff) lasted(life time.Duration) {
	if b.last() <= 0 {
		b.level = 0
		return
	}
	b.level -= int(min(life/b.last(), time.Duration(b.level)))
}

// hurry returns how long a caller has to wait before it may skip the current delay: 0 unless a
// delay was skipped a moment ago.
func (b *backoff) hurry() time.Duration {
	now := time.Now()
	if b.hurried.After(now) {
		return b.hurried.Sub(now)
	}
	next := now
	if !b.hurried.IsZero() {
		next = latest(now, b.hurried.Add(min(hurryInterval, b.last())))
	}
	b.hurried = next
	return next.Sub(now)
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (b *backoff) reset() { b.level = 0 }
