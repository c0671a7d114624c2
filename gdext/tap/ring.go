package tap

// Limits of the rows kept while no editor receives them.
const (
	maxRows  = 20_000
	maxBytes = 4 << 20
)

// rowOverhead is the approximate size of a row without its payload and names.
const rowOverhead = 192

// maxName limits each name of a row, in bytes, because a server chooses some of them.
const maxName = 1024

// row is one line of the tab.
type row struct {
	number       int64 // counted from 0, including dropped rows
	kind, flags  byte
	socket       int32
	time         int64 // microseconds since 1970
	topic, event string
	status, line string
	size, took   int32 // bytes transmitted; microseconds from the push to its outcome, or none
	link         int64 // number of the push's row, or none
	ref, joinRef int64 // or none
	payload      []byte
}

// none marks a missing value in a column.
const none = -1

func (r *row) weight() int {
	return rowOverhead + len(r.payload) + len(r.topic) + len(r.event) + len(r.status)
}

// ring holds the latest rows.
type ring struct {
	rows    []row // circular buffer
	first   int   // index of the oldest row
	count   int
	bytes   int
	next    int64 // number of the next row
	dropped int64 // rows dropped since the last batch
}

// add numbers a row and adds it. If there is no room, it drops the oldest rows.
func (r *ring) add(added row) {
	added.number = r.next
	r.next++
	for r.count > 0 && (r.count == maxRows || r.bytes+added.weight() > maxBytes) {
		r.take()
		r.dropped++
	}
	if r.count == len(r.rows) {
		r.grow()
	}
	r.rows[(r.first+r.count)%len(r.rows)] = added
	r.count++
	r.bytes += added.weight()
}

// skip counts rows that were lost before they reached the ring.
func (r *ring) skip(lost int) {
	r.next += int64(lost)
	r.dropped += int64(lost)
}

func (r *ring) grow() {
	larger := make([]row, min(max(64, 2*len(r.rows)), maxRows))
	copied := copy(larger, r.rows[r.first:])
	copy(larger[copied:], r.rows[:r.first])
	r.rows, r.first = larger, 0
}

// oldest returns the oldest row, or nil if the ring is empty.
func (r *ring) oldest() *row {
	if r.count == 0 {
		return nil
	}
	return &r.rows[r.first]
}

// take removes and returns the oldest row.
func (r *ring) take() row {
	taken := r.rows[r.first]
	r.rows[r.first] = row{}
	r.first = (r.first + 1) % len(r.rows)
	r.count--
	r.bytes -= taken.weight()
	return taken
}
