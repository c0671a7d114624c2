package gdext

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestRateIsTheGrowthInTheLastSecond(t *testing.T) {
	begin := time.Unix(0, 0)
	r := newRate(begin, 100)
	after := func(ms int) time.Time { return begin.Add(time.Duration(ms) * time.Millisecond) }
	for _, c := range []struct {
		ms    int
		total int64
		want  float64
	}{
		{10, 103, 3}, // read early: no more than arrived
		{500, 150, 50},
		{1000, 200, 100},
		{1500, 200, 50}, // since 500 ms
		{2000, 200, 0},
		{12_000, 1200, 100}, // read rarely: the mean
	} {
		assert.Equal(t, c.want, r.perSecond(after(c.ms), c.total), "after %d ms", c.ms)
	}
}

func TestRateKeepsSamplesOfASecondOnly(t *testing.T) {
	begin := time.Unix(0, 0)
	r := newRate(begin, 0)
	for i := range 10_000 {
		r.perSecond(begin.Add(time.Duration(i)*10*time.Millisecond), int64(i))
	}
	assert.LessOrEqual(t, len(r.samples), 102)
	assert.Equal(t, 100.0, r.perSecond(begin.Add(100*time.Second), 10_000))
}
