//go:build !js || nativetransport

package core

import (
	"bytes"
	"compress/flate"
	"sync"
)

// Bandit, Phoenix's web server, closes a connection with 1009 when a message grows to more than 25 times its compressed size, beyond the
// first 16 KiB: it might be an attack. So what shrinks that well travels as it is.
const (
	alwaysCompressed = 8 << 10 // bytes
	maxShrink        = 20
)

// flushed is what ends a flushed part of a deflated stream; permessage-deflate leaves it out.
const flushed = "\x00\x00\xff\xff"

// compressors are shared by all sockets, as each is large and is needed only for a moment.
var compressors = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestSpeed) // an error tells of an unknown level
	return w
}}

// compression compresses messages by permessage-deflate (RFC 7692), each on its own. A nil one leaves them as they are.
type compression struct {
	out bytes.Buffer
}

// compress gives the compressed message, valid until the next call, and true; or the message as it is, where that is better.
func (c *compression) compress(data []byte) ([]byte, bool) {
	if c == nil {
		return data, false
	}
	if c.out.Cap() > keptBuffer {
		c.out = bytes.Buffer{}
	}
	c.out.Reset()
	w := compressors.Get().(*flate.Writer)
	defer compressors.Put(w)
	w.Reset(&c.out)
	_, _ = w.Write(data)
	_ = w.Flush()
	small := bytes.TrimSuffix(c.out.Bytes(), []byte(flushed))
	if len(small) >= len(data) || len(data) > max(alwaysCompressed, maxShrink*len(small)) {
		return data, false
	}
	return small, true
}
