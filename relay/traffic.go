package relay

import (
	"sync"
	"sync/atomic"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/relay/wire"
)

// outbox holds the game's packed packets until they are encoded. The writer goroutine encodes them,
// so that the game's main thread only copies. No other lock is taken while the outbox's lock is
// held.
type outbox struct {
	isLinked atomic.Bool

	mu      sync.Mutex
	waiting bursts
	spare   bursts // empty, its memory is reused
	isEnded bool
}

// bursts holds packed packets, one burst after another.
type bursts struct {
	packed []byte
	each   []burst
}

// burst is the packets of one call of Send.
type burst struct {
	at  time.Duration
	end int // offset in packed
}

// maxOutbox is the number of queued bytes above which the game's thread encodes them itself,
// because the writer is waiting for the network.
const maxOutbox = 256 << 10

// put adds packets and reports whether the outbox is full.
func (o *outbox) put(now time.Duration, packets []byte) (isFull bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.isEnded {
		return false
	}
	o.waiting.packed = append(o.waiting.packed, packets...)
	o.waiting.each = append(o.waiting.each, burst{now, len(o.waiting.packed)})
	return len(o.waiting.packed) > maxOutbox
}

// take returns the queued packets. Their memory belongs to the caller until recycle.
func (o *outbox) take() (taken bursts) {
	o.mu.Lock()
	defer o.mu.Unlock()
	taken = o.waiting
	o.waiting, o.spare = o.spare, bursts{}
	return taken
}

func (o *outbox) recycle(taken bursts) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if cap(taken.packed) <= 2*maxOutbox && !o.isEnded {
		o.spare = bursts{taken.packed[:0], taken.each[:0]}
	}
}

func (o *outbox) setLinked(on bool) { o.isLinked.Store(on) }

func (o *outbox) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.isEnded, o.waiting, o.spare = true, bursts{}, bursts{}
}

// Send sends a copy of packed packets. They are sent together as soon as the connection accepts
// them. While there is no connection, reliable packets are queued for the next one and unreliable
// packets are dropped.
func (c *Client) Send(packets []byte) {
	if len(packets) > 0 {
		c.put(packets)
	}
}

// Admit makes the relay introduce a newly joined peer and the other peers to each other. Only the
// host's call has an effect. The host's engine must already know the peer.
func (c *Client) Admit(id int32) { c.put(appendEvent(nil, kindAdmit, id)) }

// Kick removes a peer. Only the host's call has an effect.
func (c *Client) Kick(id int32) { c.put(appendEvent(nil, kindKick, id)) }

// Lock locks the room against joins, or unlocks it. Only the host's call has an effect.
func (c *Client) Lock(on bool) { c.put(appendEvent(nil, kindLock, 0, flag(on))) }

func (c *Client) put(packed []byte) {
	isFull := c.outbox.put(c.now(), packed)
	if c.outbox.isLinked.Load() && !isFull {
		c.feed.Wake()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.encode()
	c.schedule()
}

// encode moves the outbox's packets to the link.
func (c *Client) encode() {
	taken := c.outbox.take()
	if c.isEnded || c.isClosing || !c.wasWelcomed {
		return // no possible target is known
	}
	from := 0
	for _, b := range taken.each {
		c.encodeBurst(taken.packed[from:b.end], b.at)
		from = b.end
	}
	c.outbox.recycle(taken)
	if limit := c.maxBuffered(); c.link.Buffered() > limit {
		c.end(reasonTooFarBehind)
	}
}

func (c *Client) maxBuffered() int {
	if own := c.options.MaxBufferedBytes; own > 0 {
		return min(own, c.welcome.maxBuffered)
	}
	return c.welcome.maxBuffered
}

// encodeBurst moves the packets of one burst to the link.
func (c *Client) encodeBurst(packed []byte, at time.Duration) {
	for {
		r, rest, ok := ReadRecord(packed)
		if !ok {
			break
		}
		packed = rest
		if r.Kind != KindPacket {
			c.drain(at)
			c.encodeControl(r)
			continue
		}
		if r.Mode > uint8(wire.Reliable) {
			continue
		}
		var targets seatSet
		data := c.room.targets(&targets, r.Peer, r.Data)
		c.counters.PacketsOut++
		c.counters.BytesOut += int64(len(data))
		switch {
		case targets.isEmpty():
		case len(data) > c.welcome.maxPacket:
			c.counters.DroppedOut++
		default:
			c.batch.add(wire.Mode(r.Mode), r.Channel, &targets, data)
		}
	}
	c.drain(at)
}

// drain moves the batch's entries to the link.
func (c *Client) drain(at time.Duration) {
	for mode, entry := range c.batch.each {
		if mode == wire.Reliable {
			c.link.Reliable(entry)
		} else {
			c.link.Unreliable(entry, at)
		}
	}
}

// encodeControl encodes a call of the host. From other clients it would be a protocol violation.
func (c *Client) encodeControl(r Record) {
	control := wire.UpControl{Kind: wire.UpLock}
	switch seat, isKnown := c.room.ids[r.Peer]; {
	case !c.room.isHost():
		return
	case r.Kind == kindLock:
		control.On = len(r.Data) > 0 && r.Data[0] != 0
	case !isKnown:
		return
	case r.Kind == kindAdmit:
		control.Kind, control.Seat = wire.UpAdmit, seat
	default:
		control.Kind, control.Seat = wire.UpKick, seat
	}
	c.link.Reliable(wire.AppendUpControl(nil, control))
}

// fill returns the next frame. The feed calls it when the connection accepts one.
func (c *Client) fill(joinRef string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if joinRef != c.joinRef || !c.isLinked && !c.isLeaving {
		return nil
	}
	if c.isLinked {
		c.encode()
	}
	if c.isEnded && !c.isLeaving {
		return nil
	}
	frame, ok := c.link.Frame(c.frame[:0], c.now())
	if cap(frame) <= keptData {
		c.frame = frame
	} else {
		c.frame = nil
	}
	c.schedule()
	if !ok {
		return nil
	}
	c.counters.FramesOut++
	return frame
}

// schedule ensures that the next frame is made when it is due.
func (c *Client) schedule() {
	if !c.isLinked || c.isEnded {
		return
	}
	now := c.now()
	at, ok := c.link.Due(now)
	switch {
	case !ok:
	case at <= now:
		c.feed.Wake()
	default:
		c.frameTimer.Reset(at - now)
	}
}

func (c *Client) frameDue() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.schedule()
}

// receive handles a channel message, on the reader goroutine.
func (c *Client) receive(m *core.Message) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isEnded {
		return false
	}
	var err error
	switch m.Event {
	case eventFrame:
		err = c.received(m.Payload)
	case eventWelcome:
		err = c.linked(m.Payload.JSON())
	case eventEnded:
		c.end(reasonIn(m.Payload.JSON()))
	default:
		return false
	}
	if err != nil {
		c.end(err.Error())
	}
	c.flush()
	if !c.isEnded && !c.closed() {
		c.schedule()
	}
	return true
}

// received handles a frame.
func (c *Client) received(payload core.Payload) error {
	if !c.isLinked || !payload.IsBinary() {
		return violation("a frame before the welcome, or not binary")
	}
	frame, err := c.link.Receive(payload.Binary(), c.now())
	if err != nil {
		return err
	}
	c.counters.FramesIn++
	if err := c.receivedEntries(frame.Reliable, wire.ReliableSection); err != nil {
		return err
	}
	return c.receivedEntries(frame.Unreliable, wire.UnreliableSection)
}

func (c *Client) receivedEntries(data []byte, section wire.Section) (err error) {
	var entry wire.Down
	for len(data) > 0 {
		if data, err = wire.ReadDown(data, section, c.welcome.maxPacket, &entry); err != nil {
			return err
		}
		if entry.Mode != wire.Control {
			c.counters.PacketsIn++
			c.counters.BytesIn += int64(len(entry.Data))
		}
		if c.records, err = c.room.take(c.records, &entry); err != nil {
			return err
		}
		if entry.Mode == wire.Control && entry.Control.Kind == wire.DownPeer {
			c.roundTrip.isReported = false // the relay does not repeat earlier reports to a new peer
		}
	}
	return nil
}
