@tool
extends RefCounted
## Consecutive rows in columns. Batches are small when little happens and large when much does;
## chunks have about the same size, so that the oldest rows go in small portions.

const Batch := preload("batch.gd")
const Row := preload("message_row.gd")
const StringTable := preload("string_table.gd")

const MAX_ROWS := 1_024
const MAX_BYTES := 1 << 20

## The place of the first row in the store.
var start := 0
## The number that the game gave to the first row.
var number := 0
## Nothing is added any more.
var is_closed := false
var table: StringTable

var kinds := PackedByteArray()
var flags := PackedByteArray()
var sockets := PackedInt32Array()
var times := PackedInt64Array()
var topics := PackedInt32Array()
var events := PackedInt32Array()
var statuses := PackedInt32Array()
var sizes := PackedInt32Array()
## Microseconds from the push to its reply, for both of them.
var took := PackedInt32Array()
## The game's number of the push, for its reply.
var links := PackedInt64Array()
## The game's number of the reply, for its push.
var replies := PackedInt64Array()
var refs := PackedInt64Array()
var join_refs := PackedInt64Array()
var lines := PackedInt32Array()
var ends := PackedInt32Array()
var bytes := PackedByteArray()


func size() -> int:
	return kinds.size()


## How many more rows may be added.
func room() -> int:
	return 0 if is_closed or bytes.size() >= MAX_BYTES else maxi(0, MAX_ROWS - size())


## Adds the rows [param from] to [param to], without it, of a batch.
func append(batch: Array, from: int, to: int) -> void:
	kinds.append_array(batch[Batch.Column.KINDS].slice(from, to))
	flags.append_array(batch[Batch.Column.FLAGS].slice(from, to))
	sockets.append_array(batch[Batch.Column.SOCKETS].slice(from, to))
	times.append_array(batch[Batch.Column.TIMES].slice(from, to))
	topics.append_array(batch[Batch.Column.TOPICS].slice(from, to))
	events.append_array(batch[Batch.Column.EVENTS].slice(from, to))
	statuses.append_array(batch[Batch.Column.STATUSES].slice(from, to))
	sizes.append_array(batch[Batch.Column.SIZES].slice(from, to))
	took.append_array(batch[Batch.Column.TOOK].slice(from, to))
	links.append_array(batch[Batch.Column.LINKS].slice(from, to))
	refs.append_array(batch[Batch.Column.REFS].slice(from, to))
	join_refs.append_array(batch[Batch.Column.JOIN_REFS].slice(from, to))
	lines.append_array(batch[Batch.Column.LINES].slice(from, to))
	var none := PackedInt64Array()
	none.resize(to - from)
	none.fill(-1)
	replies.append_array(none)
	_append_payloads(batch[Batch.Column.ENDS], batch[Batch.Column.BYTES], from, to)


## Adds one row of the editor's own.
func append_row(row: Row) -> void:
	kinds.append(row.kind)
	flags.append(row.flags)
	sockets.append(row.socket)
	times.append(row.time)
	topics.append(table.id_of(row.topic))
	events.append(table.id_of(row.event))
	statuses.append(table.id_of(row.status))
	sizes.append(row.size)
	took.append(row.took)
	links.append(row.link)
	replies.append(row.reply)
	refs.append(row.ref)
	join_refs.append(row.join_ref)
	lines.append(table.id_of(row.line))
	bytes.append_array(row.payload)
	ends.append(bytes.size())


## Notes that the row at [param i] has been replied to.
func answer(i: int, reply: int, microseconds: int) -> void:
	replies[i] = reply
	took[i] = microseconds


func is_error(i: int) -> bool:
	if flags[i] & Batch.Flag.ERROR:
		return true
	return statuses[i] != 0 and not table.text(statuses[i]) in ["ok", ""]


func payload(i: int) -> PackedByteArray:
	return _slice(i, ends[i])


## The payload of a row that has no binary one.
func text(i: int) -> String:
	return payload(i).get_string_from_utf8()


## The beginning of the payload as a text.
func preview(i: int, length: int) -> String:
	var begin := _begin(i)
	if flags[i] & Batch.Flag.BINARY:
		return "<%s>" % _slice(i, mini(ends[i], begin + length / 3)).hex_encode()
	# A character that the cut splits would be an engine error.
	var end := mini(ends[i], begin + length)
	while end < ends[i] and end > begin and bytes[end] & 0xC0 == 0x80:
		end -= 1
	return _slice(i, end).get_string_from_utf8()


func row_at(i: int) -> Row:
	var made := Row.new()
	made.number = number + i
	made.kind = kinds[i]
	made.flags = flags[i]
	made.socket = sockets[i]
	made.time = times[i]
	made.topic = table.text(topics[i])
	made.event = table.text(events[i])
	made.status = table.text(statuses[i])
	made.size = sizes[i]
	made.took = took[i]
	made.link = links[i]
	made.reply = replies[i]
	made.ref = refs[i]
	made.join_ref = join_refs[i]
	made.line = table.text(lines[i])
	made.payload = payload(i)
	return made


func _begin(i: int) -> int:
	return ends[i - 1] if i > 0 else 0


func _slice(i: int, end: int) -> PackedByteArray:
	var begin := _begin(i)
	return bytes.slice(begin, end) if end > begin else PackedByteArray()


# Ends are kept in order and in range, whatever the game says: all that reads relies on it.
func _append_payloads(
	batch_ends: PackedInt32Array, batch_bytes: PackedByteArray, from: int, to: int
) -> void:
	var begin := clampi(batch_ends[from - 1], 0, batch_bytes.size()) if from > 0 else 0
	var offset := bytes.size() - begin
	var last := begin
	for i: int in range(from, to):
		last = clampi(batch_ends[i], last, batch_bytes.size())
		ends.append(last + offset)
	bytes.append_array(batch_bytes.slice(begin, last))
