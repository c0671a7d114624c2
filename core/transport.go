package core

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"sync/atomic"
)

// frame is one message on the wire.
type frame struct {
	data   []byte
	binary bool
}

// target is where and how to connect, worked out anew for each attempt.
type target struct {
	endpoint *url.URL // ws or wss, path of the socket without the transport's segment, the full query
	header   Header
	token    string // auth token, "" for none
	useToken bool   // the config names a token, even if it is empty now
	platformTarget
}

// dialer opens links of one transport.
type dialer interface {
	// dial opens a link. ctx ends the attempt, and nothing after it.
	dial(ctx context.Context, t target) (link, error)
}

// link is one open connection over a transport. read and write are called by one goroutine each; the rest by any.
type link interface {
	// read waits for the next frame, which is the caller's own; its bytes may stand in buffer, if they fit. It ends with a *closeError once
	// the server closed the link.
	read(buffer []byte) (frame, error)
	// write sends frames in their order.
	write([]frame) error
	// maxBatch is how many frames one write may take, and how many bytes, of which one frame may have more. burst is how many writes came
	// right before, one after another, of which none had to wait for the network.
	maxBatch(burst int) (frames, bytes int)
	// needsHeartbeat tells whether the socket has to keep the link alive; a link that polls does so by itself.
	needsHeartbeat() bool
	// close says goodbye to the server; read then ends with its answer. It does not wait.
	close(code int, reason string) error
	// abort drops the link at once; read and write then end.
	abort()
	// hold waits until room is closed or ctx is done, while the socket reads nothing.
	hold(ctx context.Context, room <-chan struct{})
	// traffic counts the link's bytes, and tells its own address, an invalid one when it has none for long.
	traffic() *traffic
	localAddr() netip.Addr
}

// closeError is how a link ended: the close frame of the server, or code 1006 when it just ended.
type closeError struct {
	code   int
	reason string
	err    error // what went wrong; nil when a close frame came that is no error
}

func (e *closeError) Error() string {
	if e.err != nil {
		return fmt.Sprintf("phoenix: connection lost: %v", within{e.err})
	}
	return fmt.Sprintf("phoenix: connection closed with code %d %s", e.code, e.reason)
}

func (e *closeError) Unwrap() error { return e.err }

// The close codes that this client names.
const (
	closeNormal   = 1000
	closeAbnormal = 1006
	closePolicy   = 1008
	closeInternal = 1011
	closeGone     = 3410 // a long-poll session that the server has forgotten
)

// asCloseError gives any end of a link the form of a *closeError.
func asCloseError(err error) *closeError {
	if closed, ok := errors.AsType[*closeError](err); ok {
		return closed
	}
	return &closeError{code: closeAbnormal, err: withoutURL(err)}
}

// traffic counts bytes on the network, TLS and framing included.
type traffic struct {
	in, out   atomic.Int64
	inMessage atomic.Bool // reading is in the middle of a message
}
