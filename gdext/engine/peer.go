package engine

// #include "engine.h"
import "C"

import (
	"sync"
	"unsafe"
)

// MultiplayerPeer is implemented by the Go values of classes with [MultiplayerPeerMethods]. All its
// methods are called on the thread from which the engine calls.
type MultiplayerPeer interface {
	Polled()                     // there are events: see [PacketQueue.Event]
	ClosePeer()                  //
	DisconnectPeer(id int32)     //
	SetRefusing(refuses bool)    // new connections
	PacketTooBig(size int64)     // a packet was rejected
	InvalidChannel(chosen int64) // a transfer channel was rejected
}

func callPeer(p MultiplayerPeer, call C.int32_t, number int64) {
	switch call {
	case C.GD_PEER_EVENTS:
		p.Polled()
	case C.GD_PEER_CLOSE:
		p.ClosePeer()
	case C.GD_PEER_DISCONNECT:
		p.DisconnectPeer(int32(number))
	case C.GD_PEER_REFUSE:
		p.SetRefusing(number != 0)
	case C.GD_PEER_TOO_BIG:
		p.PacketTooBig(number)
	case C.GD_PEER_BAD_CHANNEL:
		p.InvalidChannel(number)
	}
}

// ConnectionStatus is the status of a multiplayer peer, numbered as in the engine.
type ConnectionStatus int32

// The states of a connection.
const (
	PeerDisconnected ConnectionStatus = C.GD_PEER_DISCONNECTED
	PeerConnecting   ConnectionStatus = C.GD_PEER_CONNECTING
	PeerConnected    ConnectionStatus = C.GD_PEER_CONNECTED
)

// A PacketQueue holds a multiplayer peer's incoming and outgoing packets, in C memory. Its methods
// are safe from any goroutine and do nothing once the queue has been freed.
type PacketQueue struct {
	mu sync.RWMutex
	c  *C.gd_peer // nil once freed
}

// NewPacketQueue returns the queue of an object whose class has [MultiplayerPeerMethods].
func NewPacketQueue(o Object) *PacketQueue { return &PacketQueue{c: (*C.gd_peer)(o.c.native)} }

// Free frees the queue.
func (q *PacketQueue) Free() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.c != nil {
		C.gd_peer_drop(q.c)
		q.c = nil
	}
}

// with calls f unless the queue has been freed.
func (q *PacketQueue) with(f func(*C.gd_peer)) {
	q.mu.RLock()
	defer q.mu.RUnlock()
	if q.c != nil {
		f(q.c)
	}
}

// PeerState holds the answers to the engine's queries about a peer.
type PeerState struct {
	Status    ConnectionStatus
	ID        int32
	Relays    bool // the peer with id 1 introduces the other peers to each other
	MaxPacket int64
}

// SetState sets the answers to the engine's queries.
func (q *PacketQueue) SetState(state PeerState) {
	q.with(func(c *C.gd_peer) {
		C.gd_peer_set(c, C.gd_peer_state{status: C.int32_t(state.Status), id: C.int32_t(state.ID), relays: C.bool(state.Relays),
			max_packet: C.int64_t(state.MaxPacket)})
	})
}

// Deliver queues received records: count packets, or one event if count is 0. It returns the number
// of bytes in the queue.
func (q *PacketQueue) Deliver(records []byte, count int) (waiting int) {
	q.with(func(c *C.gd_peer) {
		waiting = int(C.gd_peer_deliver(c, (*C.uint8_t)(unsafe.SliceData(records)), C.int64_t(len(records)), C.int32_t(count)))
	})
	if waiting < 0 {
		panic("engine: out of memory")
	}
	return waiting
}

// Event removes and returns the event in front of the next packet, or nil if there is none.
func (q *PacketQueue) Event() (record []byte) {
	q.with(func(c *C.gd_peer) {
		if event := C.gd_peer_event(c); event != nil {
			record = C.GoBytes(unsafe.Add(unsafe.Pointer(event), C.sizeof_gd_chunk), C.int(event.size))
			C.gd_chunk_free(event)
		}
	})
	return record
}

// Forget drops the packets received from a peer.
func (q *PacketQueue) Forget(sender int32) {
	q.with(func(c *C.gd_peer) { C.gd_peer_forget(c, C.int32_t(sender)) })
}

// Clear drops everything received.
func (q *PacketQueue) Clear() { q.with(func(c *C.gd_peer) { C.gd_peer_clear(c) }) }

// Outgoing lends f the packets that the engine has put since the last call, if there are any. f may
// free the queue.
func (q *PacketQueue) Outgoing(f func(packets []byte)) {
	var out C.gd_bytes
	q.with(func(c *C.gd_peer) { out = C.gd_peer_outgoing(c) })
	if out.len > 0 {
		f(unsafe.Slice((*byte)(out.data), int(out.len)))
	}
	q.mu.RLock()
	defer q.mu.RUnlock()
	C.gd_peer_give_back(q.c, out)
}
