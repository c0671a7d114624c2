package worker

import (
	"context"
	"slices"
	"sync"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/relay"
	"phoenixchannels/web/protocol"
)

// peer is one of the page's PhoenixMultiplayerPeers: a client of a relay. Its packets bypass the
// event queue.
type peer struct {
	id     int64
	socket *socket
	topic  string
	client *relay.Client // nil until it has been created; the first records may arrive before that

	mu       sync.Mutex // guards the fields below, which the client's Deliver changes
	incoming []byte     // records for the page
	ends     []int      // in incoming: the ends of records that were delivered together
	isIn     bool       // the relay has admitted it
	isOver   bool       // nothing more will be posted to the page

	toldNumbers relay.Statistics
	toldAt      time.Time
}

// maxUnread limits the queue of a peer whose page does not read it.
const maxUnread = 64 << 20

// makePeer handles PEER.
func (w *Worker) makePeer(args *variant.Reader) {
	id, c, push := args.Int(), w.channelNamed(args), args.Int()
	options := relay.Options{Role: relay.Role(args.Int()), Shape: relay.Shape(args.Int()), MaxPeers: int(args.Int()), Listed: args.Bool()}
	options.SeatTime = time.Duration(args.Int()) * time.Millisecond
	options.MaxBufferedBytes = int(args.Int())
	options.Info = args.JSON()
	if c == nil || args.Err() != nil {
		return
	}
	p := &peer{id: id, socket: c.socket, topic: c.core.Topic()}
	w.peers[id] = p
	c.socket.peers = append(c.socket.peers, p)
	c.relayed, c.tellState = true, true
	var err error
	if p.client, err = relay.New(c.core, c.askParams, options, relay.Handlers{Deliver: p.deliver}); err != nil {
		p.end(signals.Plain(err))
		c.socket.out.add(protocol.Completed, push, core.StatusClosed, signals.EmptyDictionary)
		return
	}
	started, err := c.core.Join()
	c.socket.track(push, started, "PhoenixMultiplayerPeer.create", signals.About("the channel", p.topic), err)
}

// askParams returns a join's params, to which the relay's client adds its own.
func (c *channel) askParams(ctx context.Context) (any, error) {
	if ask, isFunction := c.params.(func(context.Context) (any, error)); isFunction {
		return ask(ctx)
	}
	return c.params, nil
}

// deliver queues the client's records. It is the client's Deliver handler.
func (p *peer) deliver(records []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.isOver {
		return
	}
	for rest := records; ; {
		r, after, ok := relay.ReadRecord(rest)
		if !ok {
			break
		}
		switch r.Kind {
		case relay.KindConnected:
			p.isIn = true
		case relay.KindInfo:
			if len(r.Data) > 0 {
				r.Data = signals.PeerInfo(r.Data)
			}
		case relay.KindEnded:
			r.Data = p.ending(string(r.Data))
		}
		p.incoming = relay.AppendRecord(p.incoming, r)
		rest = after
	}
	p.ends = append(p.ends, len(p.incoming))
	if len(p.incoming) > maxUnread {
		go p.abandon() // not from within a delivery
	}
	p.socket.worker.host.Wake()
}

// ending returns the data of the last record. p.mu must be held.
func (p *peer) ending(reason string) []byte {
	text := signals.RoomViolation(p.topic, reason)
	if !p.isIn {
		text = signals.RefusedRoom(p.topic, reason)
	}
	return signals.Append(variant.AppendString(variant.AppendArray(nil, 2), reason), text)
}

// end ends the session on this side and discards all queued records.
func (p *peer) end(reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.isOver {
		return
	}
	p.isOver = true
	p.incoming = relay.AppendRecord(nil, relay.Record{Kind: relay.KindEnded, Data: p.ending(reason)})
	p.ends = append(p.ends[:0], len(p.incoming))
	p.socket.worker.host.Wake()
}

// abandon leaves the room because the page does not read the packets.
func (p *peer) abandon() {
	p.end(signals.Unread)
	p.client.Close()
}

func (p *peer) waits() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.incoming) > 0
}

// take removes records from the queue and returns them: whole deliveries, until there are enough
// bytes.
func (p *peer) take(enough int) (records []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := slices.IndexFunc(p.ends, func(end int) bool { return end >= enough }) + 1
	if n == 0 {
		n = len(p.ends)
	}
	if n == 0 {
		return nil
	}
	at := p.ends[n-1]
	records, p.incoming = p.incoming[:at:at], p.incoming[at:]
	p.ends = p.ends[n:]
	for i := range p.ends {
		p.ends[i] -= at
	}
	if len(p.incoming) == 0 {
		p.incoming, p.ends = nil, nil
	}
	return records
}

// addPackets adds the records of the socket's peers, some of each peer in every batch.
func (s *socket) addPackets(now time.Time) {
	for _, p := range s.peers {
		records := p.take(max(1, s.fullBatch()-len(s.out.records)))
		if len(records) > 0 {
			s.out.begin(protocol.Packets, p.id, 1)
			s.out.records = variant.AppendBytes(s.out.records, records)
		}
		p.addStatistics(now, len(records) > 0)
	}
}

// addStatistics adds the peer's counters if they have changed: with its packets, otherwise at
// intervals.
func (p *peer) addStatistics(now time.Time, isDue bool) {
	if p.client == nil {
		return
	}
	numbers := p.client.Statistics()
	if numbers == p.toldNumbers {
		return
	}
	if since := now.Sub(p.toldAt); since < statisticsEvery && !isDue {
		p.socket.wakeIn(statisticsEvery - since)
		return
	}
	p.toldNumbers, p.toldAt = numbers, now
	out := &p.socket.out
	out.begin(protocol.PeerStatistics, p.id, 1)
	out.records = variant.AppendBytes(out.records, signals.RelayStatistics(numbers))
}

// peerNamed reads a peer id and returns the peer, nil if it no longer exists.
func (w *Worker) peerNamed(args *variant.Reader) *peer {
	if p := w.peers[args.Int()]; p != nil && p.client != nil {
		return p
	}
	return nil
}

// putPackets handles PUT.
func (w *Worker) putPackets(args *variant.Reader) {
	p, packets := w.peerNamed(args), args.Bytes()
	if p != nil && args.Err() == nil {
		p.client.Send(packets)
	}
}

// admitPeer handles ADMIT.
func (w *Worker) admitPeer(args *variant.Reader) {
	if p, id := w.peerNamed(args), args.Int(); p != nil {
		p.client.Admit(int32(id))
	}
}

// kickPeer handles KICK.
func (w *Worker) kickPeer(args *variant.Reader) {
	if p, id := w.peerNamed(args), args.Int(); p != nil {
		p.client.Kick(int32(id))
	}
}

// lockRoom handles LOCK.
func (w *Worker) lockRoom(args *variant.Reader) {
	if p, on := w.peerNamed(args), args.Bool(); p != nil {
		p.client.Lock(on)
	}
}

// abandonPeer handles ABANDON.
func (w *Worker) abandonPeer(args *variant.Reader) {
	if p := w.peerNamed(args); p != nil {
		p.abandon()
	}
}

// closePeer handles PEER_CLOSE.
func (w *Worker) closePeer(args *variant.Reader) {
	p := w.peers[args.Int()]
	if p == nil {
		return
	}
	delete(w.peers, p.id)
	s := p.socket
	s.peers = slices.DeleteFunc(s.peers, func(other *peer) bool { return other == p })
	if p.client != nil {
		p.client.Close()
		p.addStatistics(time.Now(), true)
	}
}
