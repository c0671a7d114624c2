@tool
extends RefCounted
## The rows of a game or of a log. A row has a place, which counts from 0 over the store's life; the
## oldest rows are dropped when there are too many.

const Batch := preload("batch.gd")
const Chunk := preload("message_chunk.gd")
const Row := preload("message_row.gd")
const StringTable := preload("string_table.gd")

const MAX_ROWS := 100_000
const MAX_BYTES := 256 << 20

## The event of the row that stands for rows that are missing.
const MISSING := "dropped"

## The place of the first row that is still there.
var first := 0
## The place of the next row.
var end := 0

var _chunks: Array[Chunk] = []
# Of each chunk, for searches.
var _starts := PackedInt64Array()
var _numbers := PackedInt64Array()
var _table := StringTable.new()
var _next_number := 0
var _bytes := 0


func size() -> int:
	return end - first


## Adds the rows of a batch, which has to be a good one.
func append_batch(batch: Array) -> void:
	_take_strings(batch)
	var count := Batch.rows_of(batch)
	var number: int = batch[Batch.Column.FIRST]
	var missing := number - _next_number
	if missing > 0:
		_append_missing(missing, number, batch[Batch.Column.TIMES])
	# A game that was asked twice to begin sends the earlier messages twice.
	var from := clampi(-missing, 0, count)
	var place := end - from
	while from < count:
		var chunk := _chunk_for(number + from, _table)
		var to := mini(count, from + chunk.room())
		var before := chunk.bytes.size()
		chunk.append(batch, from, to)
		_bytes += chunk.bytes.size() - before
		from = to
		end = place + to
	_next_number = maxi(_next_number, number + count)
	_connect_replies(batch)
	_drop_oldest()


## Adds one row, of a log.
func append_row(row: Row) -> void:
	var chunk := _chunk_for(row.number, _table)
	var before := chunk.bytes.size()
	chunk.append_row(row)
	_bytes += chunk.bytes.size() - before
	end += 1
	_next_number = row.number + 1
	_connect_reply(row.number, row.link, row.took)
	_drop_oldest()


func clear() -> void:
	_chunks.clear()
	_starts.clear()
	_numbers.clear()
	_bytes = 0
	first = end


## The chunk with the row at [param place], which has to be there.
func chunk_at(place: int) -> Chunk:
	return _chunks[_starts.bsearch(place, false) - 1]


func row_at(place: int) -> Row:
	var chunk := chunk_at(place)
	return chunk.row_at(place - chunk.start)


## The place of the row to which the game gave [param number]; -1 when it is not there.
func place_of(number: int) -> int:
	var i := _numbers.bsearch(number, false) - 1
	if number < 0 or i < 0 or number - _numbers[i] >= _chunks[i].size():
		return -1
	return _starts[i] + number - _numbers[i]


func _take_strings(batch: Array) -> void:
	if batch[Batch.Column.NEW_TABLE]:
		_table = StringTable.new()
	_table.append(batch[Batch.Column.STRINGS])


func _chunk_for(number: int, table: StringTable) -> Chunk:
	var last: Chunk = _chunks.back() if _chunks else null
	if last != null and last.room() > 0 and last.table == table:
		if last.number + last.size() == number:
			return last
	var chunk := Chunk.new()
	chunk.start = end
	chunk.number = number
	chunk.table = table
	_chunks.append(chunk)
	_starts.append(end)
	_numbers.append(number)
	return chunk


# The row has the number of the one after it: a search for that one finds the later chunk.
func _append_missing(missing: int, number: int, times: PackedInt64Array) -> void:
	var row := Row.new()
	row.kind = Batch.Kind.HAPPENING
	row.event = MISSING
	row.time = times[0] if times else 0
	row.payload = (
		("%d rows are missing here: the buffer in the game was full" % missing).to_utf8_buffer()
	)
	var chunk := _chunk_for(number, StringTable.new())
	chunk.append_row(row)
	chunk.is_closed = true
	end += 1


# A reply names its push; both show how long it took.
func _connect_replies(batch: Array) -> void:
	var links: PackedInt64Array = batch[Batch.Column.LINKS]
	var took: PackedInt32Array = batch[Batch.Column.TOOK]
	var number: int = batch[Batch.Column.FIRST]
	for i: int in links.size():
		if links[i] >= 0:
			_connect_reply(number + i, links[i], took[i])


# On the wire each reply is a phx_reply; it is shown with the event of its push, as to the game.
func _connect_reply(reply: int, push: int, took: int) -> void:
	var place := place_of(push)
	if place < 0:
		return
	var chunk := chunk_at(place)
	chunk.answer(place - chunk.start, reply, took)
	var reply_place := place_of(reply)
	var reply_chunk := chunk_at(reply_place)
	if reply_chunk.table == chunk.table:
		reply_chunk.events[reply_place - reply_chunk.start] = chunk.events[place - chunk.start]


func _drop_oldest() -> void:
	while (size() > MAX_ROWS or _bytes > MAX_BYTES) and _chunks.size() > 1:
		var oldest: Chunk = _chunks.pop_front()
		_starts.remove_at(0)
		_numbers.remove_at(0)
		_bytes -= oldest.bytes.size()
		first = oldest.start + oldest.size()
