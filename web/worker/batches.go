package worker

import (
	"math"
	"slices"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/web/protocol"
)

// What a page may have been sent of a socket without having acknowledged it. Batches follow each other closely enough that a reply is in the
// next frame, and seldom enough that the page is not called for each message. A page that draws no frames, as a hidden one, gets no more
// than this; the rest waits in core's queue.
const (
	batchBytes      = 128 << 10 // after which a batch is posted; a quarter of max_queued_bytes, if that is less
	maxPostedBytes  = 2 << 20   // or half of max_queued_bytes
	maxPosted       = 32
	betweenBatches  = 4 * time.Millisecond
	manyRecords     = 8                     // in a batch: the page has enough for a frame, and each batch costs it as much as two messages
	afterMany       = 12 * time.Millisecond // in place of betweenBatches
	maxKeptBuffer   = 1 << 20
	statisticsEvery = 50 * time.Millisecond
)

// outbox collects the records of a batch.
type outbox struct {
	records []byte
	count   int
	shared  *prepared // the payload of the last EVENT record
}

// begin begins a record of n values behind its kind and its id; the caller appends those to records.
func (b *outbox) begin(kind protocol.Record, id int64, n int) {
	b.count++
	b.records = variant.AppendArray(b.records, n+2)
	b.records = variant.AppendInt(b.records, int64(kind))
	b.records = variant.AppendInt(b.records, id)
}

func (b *outbox) text(v string) { b.records = variant.AppendString(b.records, v) }
func (b *outbox) bool(v bool)   { b.records = variant.AppendBool(b.records, v) }

// add adds a whole record.
func (b *outbox) add(kind protocol.Record, id int64, values ...any) {
	b.begin(kind, id, len(values))
	for _, value := range values {
		b.records = signals.Append(b.records, value)
	}
}

// post sends the records as a batch of the socket with the id, and returns its size.
func (w *Worker) post(b *outbox, id int64) int {
	batch := variant.AppendArray(w.buffer[:0], b.count+2)
	batch = variant.AppendInt(batch, w.handled)
	batch = variant.AppendInt(batch, id)
	batch = append(batch, b.records...)
	w.buffer = kept(batch)
	b.records, b.count, b.shared = kept(b.records), 0, nil
	w.host.Post(batch)
	return len(batch)
}

// kept is a buffer to use again, unless a large message has made it large.
func kept(buffer []byte) []byte {
	if cap(buffer) > maxKeptBuffer {
		return nil
	}
	return buffer[:0]
}

// flush posts what there is for the page.
func (w *Worker) flush() {
	w.flushDebugger()
	if w.loose.count > 0 {
		w.post(&w.loose, 0)
	}
	now := time.Now()
	for _, s := range slices.Clone(w.sockets) {
		func() {
			defer w.recover()
			s.flush(now)
		}()
	}
	if w.loose.count > 0 { // of bugs
		w.post(&w.loose, 0)
	}
}

// delivery is how far the page is with the batches of a socket.
type delivery struct {
	posted  []int // sizes of the batches that are not acknowledged
	bytes   int   // of all of them
	latest  time.Time
	records int         // of the latest batch
	due     *time.Timer // of the next batch
}

// fullBatch is the size after which a batch of the socket is posted.
func (s *socket) fullBatch() int { return max(1, min(batchBytes, s.settings.MaxQueuedBytes/4)) }

// room reports whether the page takes another batch now; later, if the latest one has only just been posted.
func (d *delivery) room(now time.Time, most int) (room bool, later time.Duration) {
	if len(d.posted) == 0 {
		return true, 0
	}
	if d.bytes >= min(most/2, maxPostedBytes) || len(d.posted) >= maxPosted {
		return false, 0
	}
	pause := betweenBatches
	if d.records >= manyRecords {
		pause = afterMany
	}
	if since := now.Sub(d.latest); since < pause {
		return false, pause - since
	}
	return true, 0
}

func (d *delivery) note(size, records int, now time.Time) {
	d.posted = append(d.posted, size)
	d.bytes += size
	d.latest, d.records = now, records
}

// acknowledge takes what the page has delivered: the socket and the number of batches.
func (w *Worker) acknowledge(args *variant.Reader) {
	s := w.byID[args.Int()]
	n := args.Int()
	if s == nil { // freed
		return
	}
	for range min(max(n, 0), int64(len(s.delivery.posted))) {
		s.delivery.bytes -= s.delivery.posted[0]
		s.delivery.posted = s.delivery.posted[1:]
	}
}

// flush makes batches of what the socket has, as long as the page has room.
func (s *socket) flush(now time.Time) {
	for {
		room, later := s.delivery.room(now, s.settings.MaxQueuedBytes)
		if !room && !s.closed {
			if later > 0 {
				s.wakeIn(later)
			}
			return
		}
		s.fill(now)
		if s.out.count == 0 {
			break
		}
		records := s.out.count
		size := s.worker.post(&s.out, s.id)
		if !s.closed {
			s.delivery.note(size, records, now)
		}
		if !s.waits() || size < s.fullBatch() && !s.closed {
			break
		}
		s.delivery.latest = time.Time{} // a full batch: the next one is due already
	}
	if s.waits() { // such as a presence that is being worked out
		s.wakeIn(betweenBatches)
	}
	s.worker.forgetEnded(s)
}

// waits reports whether there is more for the page.
func (s *socket) waits() bool {
	return s.core.Queued() > 0 || slices.ContainsFunc(s.peers, (*peer).waits)
}

// wakeIn asks for another flush.
func (s *socket) wakeIn(d time.Duration) {
	if s.delivery.due == nil {
		s.delivery.due = time.AfterFunc(d, s.worker.host.Wake)
	} else {
		s.delivery.due.Reset(d)
	}
}

// fill makes the records of the next batch.
func (s *socket) fill(now time.Time) {
	s.addLog()
	s.ask()
	for s.core.Queued() > 0 && len(s.out.records) < s.fullBatch() {
		if s.core.Dispatch(math.MaxInt) == 0 { // the handlers end it when the batch is full
			break
		}
	}
	s.addLog()
	s.addPackets(now)
	s.addStates()
	s.addStatistics(now)
}

// full ends the dispatch under way when the batch has enough.
func (s *socket) full() {
	if len(s.out.records) >= s.fullBatch() {
		s.core.StopDispatch()
	}
}

// addStates adds the states that have changed, or that a command may have made the page wonder about.
func (s *socket) addStates() {
	if state := s.core.State(); state != s.toldState || s.tellState {
		s.toldState, s.tellState = state, false
		s.out.add(protocol.SocketState, s.id, int(state))
	}
	for _, c := range s.channels {
		if state := c.core.State(); state != c.toldState || c.tellState {
			c.toldState, c.tellState = state, false
			s.out.add(protocol.ChannelState, c.id, int(state))
		}
	}
}

// addStatistics adds the socket's numbers if they have changed: now and then those that change with each message, at once those that
// count what is rare, which a game may look at when it hears of something else.
func (s *socket) addStatistics(now time.Time) {
	numbers := s.core.Statistics()
	if numbers == s.toldNumbers {
		return
	}
	if since := now.Sub(s.toldAt); since < statisticsEvery && rare(numbers) == rare(s.toldNumbers) {
		s.wakeIn(statisticsEvery - since)
		return
	}
	s.toldNumbers, s.toldAt = numbers, now
	s.out.begin(protocol.Statistics, s.id, 1)
	s.out.records = variant.AppendBytes(s.out.records, signals.Statistics(numbers))
}

// rare are the numbers of what does not happen with each message.
func rare(n core.Statistics) core.Statistics {
	return core.Statistics{
		Connects: n.Connects, Reconnects: n.Reconnects, LateReplies: n.LateReplies, MalformedMessages: n.MalformedMessages,
	}
}
