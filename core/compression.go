package core

import "compress/flate"

// Bandit, Phoenix's web server, closes a connection with 1009 when a message grows to more than 25 times its compressed size, beyond the
// first 16 KiB: it might be an attack. So what shrinks that well travels as it is.
const (
	alwaysCompressed = 8 << 10 // bytes
	maxShrink        = 20
)

// compression decides which messages are compressed.
type compression struct {
	trial *flate.Writer
	size  int // what the trial has written
}

// suits tells whether a message may be compressed. It has to try: only then its size is known.
func (c *compression) suits(data []byte) bool {
	if len(data) <= alwaysCompressed {
		return true
	}
	if c.trial == nil {
		c.trial, _ = flate.NewWriter(c, flate.BestSpeed) // as the WebSocket library does; an error tells of an unknown level
	}
	c.size = 0
	c.trial.Reset(c)
	_, _ = c.trial.Write(data)
	_ = c.trial.Flush()
	return len(data) <= maxShrink*c.size
}

// Write counts.
func (c *compression) Write(p []byte) (int, error) {
	c.size += len(p)
	return len(p), nil
}
