// Package abi implements the C functions phx_* in Go: the client of package core, with numbers
// instead of pointers and one event at a time instead of callbacks. Package capi adds the C types.
package abi

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"phoenixchannels/core"
)

// pushes is the last number given to something that completes with an event, over all sockets.
var pushes atomic.Int64

type socket struct {
	core *core.Socket
	turn chan struct{} // held by the thread that polls
	work chan struct{} // signals that there may be events
	gone chan struct{} // closed when the host frees the socket

	mu       sync.Mutex
	options  options
	channels map[int64]*channel
	freed    bool
	ready    []*event // removed from core's queue and not polled yet
}

// NewSocket creates a socket without connecting it.
func NewSocket(endpoint, optionsJSON string) (int64, error) {
	given, err := defaultOptions().with(optionsJSON)
	if err != nil {
		return 0, err
	}
	s := &socket{
		options: given, channels: map[int64]*channel{},
		turn: make(chan struct{}, 1), work: make(chan struct{}, 1), gone: make(chan struct{}),
	}
	s.core, err = core.NewSocket(endpoint, core.Config{
		Settings: given.Settings, ManualDispatch: true, OnQueued: s.wake,
		OnPanic: func(value any, stack []byte) {
			s.queue(&event{header: EventHeader{Kind: EventError}, text: fmt.Sprintf("a bug in the library: %v\n%s", value, stack)})
		},
	})
	if err != nil {
		return 0, optionError(err)
	}
	s.listen()
	return handles.add(s), nil
}

// optionError keeps the code for options, even if core reports the params as an invalid payload.
func optionError(err error) error {
	if errors.Is(err, core.ErrInvalidPayload) {
		return wrong(ErrorOption, "%s", plain(err))
	}
	return err
}

// Configure replaces the options in the JSON text.
func Configure(handle int64, optionsJSON string) error {
	s, err := lookup[*socket](handle)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	given, err := s.options.with(optionsJSON)
	if err != nil {
		return err
	}
	if err := s.core.Configure(given.Settings); err != nil {
		return optionError(err)
	}
	s.options = given
	return nil
}

// Connect connects the socket and reconnects it whenever the connection is lost.
func Connect(handle int64) error {
	s, err := lookup[*socket](handle)
	if err != nil {
		return err
	}
	return s.core.Connect()
}

// Disconnect closes the connection and stops reconnecting.
func Disconnect(handle int64, code int, reason string) error {
	s, err := lookup[*socket](handle)
	if err != nil {
		return err
	}
	if err := s.core.Disconnect(code, reason); err != nil {
		return wrong(ErrorArgument, "%s", plain(err))
	}
	return nil
}

// SocketState returns the state of a socket.
func SocketState(handle int64) (int64, error) {
	s, err := lookup[*socket](handle)
	if err != nil {
		return 0, err
	}
	return int64(s.core.State()), nil
}

// FreeSocket disconnects the socket and frees its handle and those of its channels.
func FreeSocket(handle int64) error {
	s, err := lookup[*socket](handle)
	if err != nil {
		return err
	}
	if !handles.remove(handle) {
		return wrong(ErrorHandle, "%d", handle) // freed by another thread in the meantime
	}
	s.mu.Lock()
	s.freed = true
	for channel := range s.channels {
		handles.remove(channel)
	}
	s.channels, s.ready = nil, nil
	s.mu.Unlock()
	close(s.gone)
	return s.core.Close()
}

// listen converts the core socket's events to events for the host.
func (s *socket) listen() {
	s.core.OnOpen(func(e core.OpenEvent) {
		s.queue(&event{header: EventHeader{Kind: EventOpen}, text: e.Endpoint})
	})
	s.core.OnClose(func(e core.CloseEvent) {
		header := EventHeader{Kind: EventClose, Code: int32(e.Code), RetryInMs: uint32(e.RetryIn.Milliseconds())}
		if e.WasRequested {
			header.Flags |= FlagWasRequested
		}
		if e.WillReconnect {
			header.Flags |= FlagWillReconnect
		}
		s.queue(&event{header: header, text: strings.TrimPrefix(e.Reason, core.ErrorPrefix)})
	})
	s.core.OnError(func(err error) {
		header := EventHeader{Kind: EventError}
		if refused, ok := errors.AsType[*core.HandshakeError](err); ok {
			header.Code = int32(refused.StatusCode)
		}
		s.queue(&event{header: header, text: plain(err)})
	})
}

func plain(err error) string { return strings.TrimPrefix(err.Error(), core.ErrorPrefix) }

// queue adds an event to the ready ones.
func (s *socket) queue(e *event) {
	s.mu.Lock()
	if !s.freed {
		s.ready = append(s.ready, e)
	}
	s.mu.Unlock()
	s.wake()
}

func (s *socket) wake() {
	select {
	case s.work <- struct{}{}:
	default:
	}
}

// Poll writes the next event into the buffer and returns its size, or 0 if none arrived within the
// timeout. A negative timeout waits forever. With ErrorBuffer the returned size is the required
// buffer size.
func Poll(handle int64, buffer []byte, timeout time.Duration) (int, error) {
	s, err := lookup[*socket](handle)
	if err != nil {
		return 0, err
	}
	expired, stop := deadline(timeout)
	defer stop()
	select {
	case s.turn <- struct{}{}:
	default:
		select {
		case s.turn <- struct{}{}:
		case <-expired:
			return 0, nil
		case <-s.gone:
			return 0, wrong(ErrorHandle, "%d", handle)
		}
	}
	defer func() { <-s.turn }()
	for {
		if size, err := s.writeNext(buffer); size > 0 {
			return size, err
		}
		if s.core.Dispatch(1) > 0 {
			continue
		}
		select {
		case <-s.work:
		case <-expired:
			return 0, nil
		case <-s.gone:
			return 0, wrong(ErrorHandle, "%d", handle)
		}
	}
}

// writeNext writes and removes the first ready event. Its size is 0 if none is ready.
func (s *socket) writeNext(buffer []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready = slices.DeleteFunc(s.ready, func(e *event) bool { return e.owner != nil && e.owner.freed.Load() })
	if len(s.ready) == 0 {
		return 0, nil
	}
	first := s.ready[0]
	size := first.size()
	if size > len(buffer) {
		return size, wrong(ErrorBuffer, "it has %d bytes, the event needs %d", len(buffer), size)
	}
	first.write(buffer)
	s.ready[0] = nil
	s.ready = s.ready[1:]
	return size, nil
}

var past = func() chan time.Time {
	c := make(chan time.Time)
	close(c)
	return c
}()

func deadline(timeout time.Duration) (expired <-chan time.Time, stop func() bool) {
	switch cmp.Compare(timeout, 0) {
	case -1:
		return nil, func() bool { return false }
	case 0:
		return past, func() bool { return false }
	}
	timer := time.NewTimer(timeout)
	return timer.C, timer.Stop
}
