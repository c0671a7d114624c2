//go:build !js || nativetransport

package core

import (
	"bytes"
	"compress/flate"
	"sync"
)

// Bandit, Phoenix's web server, closes a connection with 1009 when a message decompresses to more
// than 25 times its compressed size, beyond the first 16 KiB, because it might be an attack.
// Messages that compress that well are therefore sent uncompressed.
const (
	alwaysCompressed = 8 << 10 // bytes
	maxShrink        = 20
)

// flushed is the end of a flushed part of a deflate stream, which permessage-deflate omits.
const flushed = "\x00\x00\xff\xff"

// compressors are shared by all sockets, because each is large and needed only for a moment.
var compressors = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestSpeed) // the only possible error is an unknown level
	return w
}}

// compression compresses each message on its own with permessage-deflate (RFC 7692). A nil
// compression leaves messages unchanged.
type compression struct {
	out bytes.Buffer
}

// compress returns the compressed message, valid until the next call, and true. If sending the
// message uncompressed is better, it returns the message unchanged and false.
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
