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

// target holds the destination and the parameters of a connect, computed for each attempt.
type target struct {
	endpoint *url.URL // ws or wss, the socket's path without the transport's segment, the full query
	header   Header
	token    string // auth token, "" for none
	useToken bool   // the config has a token, even if it is currently empty
	platformTarget
}

// dialer opens links of one transport.
type dialer interface {
	// dial opens a link. ctx limits the attempt only, not the link.
	dial(ctx context.Context, t target) (link, error)
}

// link is an open connection over a transport. read and write are each called by one goroutine
// only; the other methods by any.
type link interface {
	// read waits for the next frame, which the caller then owns; its bytes may be in buffer if they
	// fit. It fails with a *closeError once the server has closed the link.
	read(buffer []byte) (frame, error)
	// write sends frames in order.
	write([]frame) error
	// maxBatch returns the limits of one write: the number of frames, and their bytes, which a
	// single frame may exceed. burst is the number of immediately preceding consecutive writes that
	// did not have to wait for the network.
	maxBatch(burst int) (frames, bytes int)
	// needsHeartbeat reports whether the socket has to send heartbeats to keep the link alive. A
	// polling link stays alive without them.
	needsHeartbeat() bool
	// close sends a close to the server without waiting for the answer, with which read then ends.
	close(code int, reason string) error
	// abort drops the link immediately; read and write then fail.
	abort()
	// hold waits until room is closed or ctx is done, while the socket is not reading.
	hold(ctx context.Context, room <-chan struct{})
	// traffic returns the link's byte counts, and localAddr its local address, invalid if the link
	// does not keep one.
	traffic() *traffic
	localAddr() netip.Addr
}

// closeError is the end of a link: the server's close frame, or code 1006 if there was none.
type closeError struct {
	code   int
	reason string
	err    error // the cause; nil for a close frame that is not an error
}

func (e *closeError) Error() string {
	if e.err != nil {
		return fmt.Sprintf("phoenix: connection lost: %v", within{e.err})
	}
	return fmt.Sprintf("phoenix: connection closed with code %d %s", e.code, e.reason)
}

func (e *closeError) Unwrap() error { return e.err }

// The close codes that this client uses.
const (
	closeNormal   = 1000
	closeAbnormal = 1006
	closePolicy   = 1008
	closeInternal = 1011
	closeGone     = 3410 // a long-poll session that the server has forgotten
)

// asCloseError converts the error that ended a link to a *closeError.
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
