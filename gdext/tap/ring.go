package tap

// The limits of what waits for an editor that does not look.
const (
	maxRows  = 20_000
	maxBytes = 4 << 20
)

// rowOverhead is what a row takes beside its payload and its names, about.
const rowOverhead = 192

// maxName limits the names of a row, in bytes; a server chooses some of them.
const maxName = 1024

// A row is one line of the tab.
type row struct {
	number       int64 // counts from 0, those that were dropped too
	kind, flags  byte
	socket       int32
	time         int64 // microseconds since 1970
	topic, event string
	status, line string
	size, took   int32 // bytes as it travelled; microseconds from the push to its outcome, or none
	link         int64 // the number of the push's row, or none
	ref, joinRef int64 // or none
	payload      []byte
}

// none stands in a column for what a row does not have.
const none = -1

func (r *row) weight() int {
	return rowOverhead + len(r.payload) + len(r.topic) + len(r.event) + len(r.status)
}

// A ring holds the latest rows.
type ring struct {
	rows    []row // a circle
	first   int   // index of the oldest
	count   int
	bytes   int
	next    int64 // number of the next row
	dropped int64 // rows since they were last taken
}

// add numbers a row and adds it; the oldest ones make room for it.
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

// skip counts rows that were lost before they came here.
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

// oldest returns the oldest row, nil if there is none.
func (r *ring) oldest() *row {
	if r.count == 0 {
		return nil
	}
	return &r.rows[r.first]
}

// take removes the oldest row.
func (r *ring) take() row {
	taken := r.rows[r.first]
	r.rows[r.first] = row{}
	r.first = (r.first + 1) % len(r.rows)
	r.count--
	r.bytes -= taken.weight()
	return taken
}
