package core

import (
	"math/rand/v2"
	"time"
)

// backoff returns the delays between tries, of a connection or of a channel's join: a list of steps of which the last repeats, each
// spread by the jitter so that a fleet of clients does not return at one moment.
//
// A try that succeeds proves nothing, as a server may accept it and end it at once. So each try moves one step up, and only what lasts
// moves back down, one step for each last step's length: with the default steps a connection of 5 s is worth one step, one of 50 s all.
// In the long run tries are never more frequent than the last step: once they have gone on for paceTries of it (a minute by default),
// there are at most paceTries of them in any such time, whatever ended them.
type backoff struct {
	steps  []time.Duration
	jitter float64 // 0.25 spreads a step over 75 % to 125 % of itself
	level  int     // index of the next step

	begun   time.Time            // when the present run of tries began
	recent  [paceTries]time.Time // the latest tries, as a ring
	tries   int                  // in the present run
	hurried time.Time            // when a caller last skipped a delay, or is going to
}

const (
	paceTries = 12
	// paceQuiet is how long there must have been no try, in units of paceTries last steps, before a new run of tries begins.
	paceQuiet = 5
	// hurryInterval is the least time between two delays that a caller may skip, so that a program which connects anew in its OnClose
	// handler does not storm the server.
	hurryInterval = 5 * time.Second
)

func (b *backoff) last() time.Duration { return b.steps[len(b.steps)-1] }

// began notes that a try begins.
func (b *backoff) began() {
	now := time.Now()
	if b.tries == 0 || now.Sub(b.recent[(b.tries-1)%paceTries]) > paceQuiet*paceTries*b.last() {
		b.begun, b.tries = now, 0
	}
	b.recent[b.tries%paceTries] = now
	b.tries++
}

// next returns the delay before the next try, at least the given one, and moves a step up.
func (b *backoff) next(least time.Duration) time.Duration {
	delay := b.delay(least)
	b.level = min(b.level+1, len(b.steps)-1)
	return delay
}

// delay is next without the step.
func (b *backoff) delay(least time.Duration) time.Duration {
	step := b.steps[min(b.level, len(b.steps)-1)]
	spread := b.random()
	delay := time.Duration(float64(step) * (1 + spread))
	if least > delay {
		delay = time.Duration(float64(least) * (1 + max(spread, -spread))) // never early
	}
	now, pace := time.Now(), paceTries*b.last()
	if b.tries >= paceTries && !now.Add(delay).Before(b.begun.Add(pace)) {
		delay = max(delay, b.recent[b.tries%paceTries].Add(pace).Sub(now))
	}
	return delay
}

// random returns by how much of itself a step is to be changed.
func (b *backoff) random() float64 {
	if b.jitter <= 0 {
		return 0
	}
	return b.jitter * (2*rand.Float64() - 1)
}

// spread returns a step with the jitter.
func (b *backoff) spread(step time.Duration) time.Duration {
	return time.Duration(float64(step) * (1 + b.random()))
}

// lasted takes how long the thing lived that a try brought about.
func (b *backoff) lasted(life time.Duration) {
	if b.last() <= 0 {
		b.level = 0
		return
	}
	b.level -= int(min(life/b.last(), time.Duration(b.level)))
}

// hurry returns how long a caller who wants to skip the present delay has to wait: 0 unless the last time was a moment ago.
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
