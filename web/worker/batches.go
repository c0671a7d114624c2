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

// Limits for the batches of a socket that the page has not acknowledged. Batches are posted often
// enough that a reply is in the next frame, and rarely enough that the page is not called for each
// message. A page that draws no frames, such as a hidden one, gets no more than this; the rest
// remains in core's queue.
const (
	batchBytes      = 128 << 10 // a batch of this size is posted; a quarter of max_queued_bytes, if that is less
	maxPostedBytes  = 2 << 20   // or half of max_queued_bytes
	maxPosted       = 32
	betweenBatches  = 4 * time.Millisecond
	manyRecords     = 8                     // in a batch: enough for the page's frame, and each batch costs the page as much as two messages
	afterMany       = 12 * time.Millisecond // instead of betweenBatches
	maxKeptBuffer   = 1 << 20
	statisticsEvery = 50 * time.Millisecond
)

// outbox collects the records of a batch.
type outbox struct {
	records []byte
	count   int
	shared  *prepared // the last EVENT record's payload
}

// begin begins a record with its kind, its id and n values, which the caller appends to records.
func (b *outbox) begin(kind protocol.Record, id int64, n int) {
	b.count++
	b.records = variant.AppendArray(b.records, n+2)
	b.records = variant.AppendInt(b.records, int64(kind))
	b.records = variant.AppendInt(b.records, id)
}

func (b *outbox) text(v string) { b.records = variant.AppendString(b.records, v) }
func (b *outbox) bool(v bool)   { b.records = variant.AppendBool(b.records, v) }

// add adds a complete record.
func (b *outbox) add(kind protocol.Record, id int64, values ...any) {
	b.begin(kind, id, len(values))
	for _, value := range values {
		b.records = signals.Append(b.records, value)
	}
}

// post posts the records as a batch of the socket with this id and returns the batch's size.
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

// kept returns the buffer for reuse, or nil if a large message has made it too large.
func kept(buffer []byte) []byte {
	if cap(buffer) > maxKeptBuffer {
		return nil
	}
	return buffer[:0]
}

// flush posts all batches that are due.
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
	if w.loose.count > 0 { // reports of bugs
		w.post(&w.loose, 0)
	}
}

// delivery tracks which of a socket's batches the page has acknowledged.
type delivery struct {
	posted  []int // sizes of the unacknowledged batches
	bytes   int   // their total size
	latest  time.Time
	records int         // in the latest batch
	due     *time.Timer // posts the next batch
}

// fullBatch returns the size from which a batch of the socket is posted.
func (s *socket) fullBatch() int { return max(1, min(batchBytes, s.settings.MaxQueuedBytes/4)) }

// room reports whether another batch can be posted now. If the previous batch has only just been
// posted, later is the remaining delay.
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

// acknowledge handles the page's acknowledgement: a socket and a number of batches.
func (w *Worker) acknowledge(args *variant.Reader) {
	s := w.byID[args.Int()]
	n := args.Int()
	if s == nil { // freed in the meantime
		return
	}
	for range min(max(n, 0), int64(len(s.delivery.posted))) {
		s.delivery.bytes -= s.delivery.posted[0]
		s.delivery.posted = s.delivery.posted[1:]
	}
}

// flush posts the socket's batches for as long as the page has room.
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
		s.delivery.latest = time.Time{} // after a full batch the next one is due at once
	}
	if s.waits() { // for example on a presence that is being computed
		s.wakeIn(betweenBatches)
	}
	s.worker.forgetEnded(s)
}

// waits reports whether there is more to post to the page.
func (s *socket) waits() bool {
	return s.core.Queued() > 0 || slices.ContainsFunc(s.peers, (*peer).waits)
}

// wakeIn schedules another flush.
func (s *socket) wakeIn(d time.Duration) {
	if s.delivery.due == nil {
		s.delivery.due = time.AfterFunc(d, s.worker.host.Wake)
	} else {
		s.delivery.due.Reset(d)
	}
}

// fill collects the records of the next batch.
func (s *socket) fill(now time.Time) {
	s.addLog()
	s.ask()
	for s.core.Queued() > 0 && len(s.out.records) < s.fullBatch() {
		if s.core.Dispatch(math.MaxInt) == 0 { // the handlers stop it when the batch is full
			break
		}
	}
	s.addLog()
	s.addPackets(now)
	s.addStates()
	s.addStatistics(now)
}

// full stops the current dispatch when the batch is full.
func (s *socket) full() {
	if len(s.out.records) >= s.fullBatch() {
		s.core.StopDispatch()
	}
}

// addStates adds the states that have changed, and those that a command has requested again.
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

// addStatistics adds the socket's counters if they have changed. The counters that change with each
// message are sent at intervals. The counters of rare events are sent at once, because a game may
// read them when it handles a related signal.
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

// rare returns only the counters that do not change with each message.
func rare(n core.Statistics) core.Statistics {
	return core.Statistics{
		Connects: n.Connects, Reconnects: n.Reconnects, LateReplies: n.LateReplies, MalformedMessages: n.MalformedMessages,
	}
}
