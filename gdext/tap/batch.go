package tap

import "phoenixchannels/gdext/variant"

// Kinds of rows.
const (
	kindIn byte = iota
	kindOut
	kindHappening
)

// Flags of rows.
const (
	flagBinary  = 1 // the payload is bytes, not JSON text
	flagCut     = 2 // the payload is shorter than the one transmitted
	flagSecret  = 4 // part of the payload is hidden
	flagWarning = 8 // the happening is an error or a warning
)

// maxBatch is the maximum size of a batch, in bytes.
const maxBatch = 1 << 20

// columnBytes is a row's size in a batch's columns, without its payload.
const columnBytes = 78

// maxTable is the number of strings at which a new table begins.
const maxTable = 65_536

// table maps the strings that the editor knows to their positions, by which rows refer to them.
type table map[string]int32

// batch is a number of rows, sent as an Array of columns.
type batch struct {
	first, dropped int64
	isNewTable     bool
	strings        []string // new strings of the table, whose first string is ""
	rows           []row
	size           int
}

// intern returns the position of a string in the table, to which it adds new strings.
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

// append appends the batch to dst as a binary Variant.
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
