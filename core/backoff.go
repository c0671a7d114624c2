package core

import (
	"math/rand/v2"
	"time"
)

// backoff gives the delays of retries: a row of steps of which the last repeats, each spread by the jitter, so that a fleet of
// clients does not come back in one moment.
type backoff struct {
	steps  []time.Duration
	jitter float64 // 0.25 spreads a step over 75 % to 125 % of itself
	tries  int
}

// next is the delay before the next try.
func (b *backoff) next() time.Duration {
	step := b.steps[min(b.tries, len(b.steps)-1)]
	b.tries++
	if b.jitter <= 0 {
		return step
	}
	return time.Duration(float64(step) * (1 + b.jitter*(2*rand.Float64()-1)))
}

func (b *backoff) reset() { b.tries = 0 }
