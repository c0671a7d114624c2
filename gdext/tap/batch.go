package tap

import "phoenixchannels/gdext/variant"

// The kinds of rows.
const (
	kindIn byte = iota
	kindOut
	kindHappening
)

// The flags of rows.
const (
	flagBinary  = 1 // the payload is bytes, not JSON text
	flagCut     = 2 // there is less of it than travelled
	flagSecret  = 4 // something in it is hidden
	flagWarning = 8 // a happening that is an error or a warning
)

// maxBatch limits a batch, in bytes.
const maxBatch = 1 << 20

// columnBytes is what a row takes in the columns of a batch, beside its payload.
const columnBytes = 78

// maxTable is how many strings the table has when a new one begins.
const maxTable = 65_536

// A table has the strings that an editor knows. A row names them by their position.
type table map[string]int32

// A batch is rows as they are sent: an Array of columns.
type batch struct {
	first, dropped int64
	isNewTable     bool
	strings        []string // appended to the table, which begins with ""
	rows           []row
	size           int
}

// intern returns the position of a string, which it appends to the table if it is new.
func (b *batch) intern(t table, text string) int32 {
	id, known := t[text]
	if !known {
		id = int32(len(t))
		t[text] = id
		b.strings = append(b.strings, text)
		b.size += len(text) + 8
	}
	return id
}

// append returns the batch in the binary Variant form, behind dst.
func (b *batch) append(dst []byte, t table) []byte {
	const columns = 19
	topics, events, statuses, lines := make([]int32, len(b.rows)), make([]int32, len(b.rows)), make([]int32, len(b.rows)), make([]int32, len(b.rows))
	for i := range b.rows {
		r := &b.rows[i]
		topics[i], events[i], statuses[i], lines[i] = b.intern(t, r.topic), b.intern(t, r.event), b.intern(t, r.status), b.intern(t, r.line)
	}
	dst = variant.AppendArray(dst, columns)
	dst = variant.AppendInt(dst, b.first)
	dst = variant.AppendInt(dst, b.dropped)
	dst = variant.AppendBool(dst, b.isNewTable)
	dst = variant.AppendStrings(dst, b.strings)
	dst = variant.AppendBytes(dst, column(b.rows, func(r *row) byte { return r.kind }))
	dst = variant.AppendBytes(dst, column(b.rows, func(r *row) byte { return r.flags }))
	dst = variant.AppendInt32s(dst, column(b.rows, func(r *row) int32 { return r.socket }))
	dst = variant.AppendInt64s(dst, column(b.rows, func(r *row) int64 { return r.time }))
	for _, ids := range [][]int32{topics, events, statuses} {
		dst = variant.AppendInt32s(dst, ids)
	}
	dst = variant.AppendInt32s(dst, column(b.rows, func(r *row) int32 { return r.size }))
	dst = variant.AppendInt32s(dst, column(b.rows, func(r *row) int32 { return r.took }))
	dst = variant.AppendInt64s(dst, column(b.rows, func(r *row) int64 { return r.link }))
	dst = variant.AppendInt64s(dst, column(b.rows, func(r *row) int64 { return r.ref }))
	dst = variant.AppendInt64s(dst, column(b.rows, func(r *row) int64 { return r.joinRef }))
	dst = variant.AppendInt32s(dst, lines)
	end := int32(0)
	dst = variant.AppendInt32s(dst, column(b.rows, func(r *row) int32 { end += int32(len(r.payload)); return end }))
	blob := make([]byte, 0, end)
	for i := range b.rows {
		blob = append(blob, b.rows[i].payload...)
	}
	return variant.AppendBytes(dst, blob)
}

func column[V any](rows []row, of func(*row) V) []V {
	values := make([]V, len(rows))
	for i := range rows {
		values[i] = of(&rows[i])
	}
	return values
}
