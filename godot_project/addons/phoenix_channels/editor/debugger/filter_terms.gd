@tool
extends RefCounted
## The terms of a filter. Each works on whole columns, as a call for each row and term would take
## most of the time.

const Batch := preload("batch.gd")
const Chunk := preload("message_chunk.gd")
const StringTable := preload("string_table.gd")


class Term:
	## Turns the term around.
	var is_negative := false

	## Those of [param rows] for which the term holds.
	func narrow(_chunk: Chunk, rows: PackedInt32Array) -> PackedInt32Array:
		return rows


## Remembers for which texts of a table something holds, as many rows share a text.
class Verdicts:
	enum { UNKNOWN, NO, YES }

	var _judge: Callable
	var _table: StringTable
	var _verdicts := PackedByteArray()

	func _init(judge: Callable) -> void:
		_judge = judge

	## Comes before [method holds] for the texts of a table, which may have grown.
	func open(table: StringTable) -> void:
		if table != _table:
			_table = table
			_verdicts.clear()
		var unknown := PackedByteArray()
		unknown.resize(table.texts.size() - _verdicts.size())
		unknown.fill(UNKNOWN)
		_verdicts.append_array(unknown)

	func holds(id: int) -> bool:
		if id < 0 or id >= _verdicts.size():
			return false
		if _verdicts[id] == UNKNOWN:
			_verdicts[id] = YES if _judge.call(_table.texts[id]) else NO
		return _verdicts[id] == YES


## A topic, event or status, with [code]*[/code] and [code]?[/code] for any text and any character.
class OfText:
	extends Term
	var _column: String
	var _verdicts: Verdicts

	func _init(column: String, pattern: String) -> void:
		_column = column
		_verdicts = Verdicts.new(func(text: String) -> bool: return text.matchn(pattern))

	func narrow(chunk: Chunk, rows: PackedInt32Array) -> PackedInt32Array:
		var ids := _ids(chunk)
		var narrowed := PackedInt32Array()
		_verdicts.open(chunk.table)
		for i: int in rows:
			if _verdicts.holds(ids[i]) != is_negative:
				narrowed.append(i)
		return narrowed

	func _ids(chunk: Chunk) -> PackedInt32Array:
		match _column:
			"topic":
				return chunk.topics
			"event":
				return chunk.events
		return chunk.statuses


## A size, a time or another number, compared.
class OfNumber:
	extends Term
	var _column: String
	var _operator: String
	var _value: float

	func _init(column: String, operator: String, value: float) -> void:
		_column = column
		_operator = operator
		_value = value

	func narrow(chunk: Chunk, rows: PackedInt32Array) -> PackedInt32Array:
		var narrowed := PackedInt32Array()
		for i: int in rows:
			if _holds(_number(chunk, i)) != is_negative:
				narrowed.append(i)
		return narrowed

	func _number(chunk: Chunk, i: int) -> int:
		match _column:
			"size":
				return chunk.sizes[i]
			"took":
				return chunk.took[i]
			"socket":
				return chunk.sockets[i]
		return chunk.refs[i]

	# -1 stands for none, which is neither small nor large.
	func _holds(number: int) -> bool:
		if number < 0:
			return false
		match _operator:
			">":
				return number > _value
			">=":
				return number >= _value
			"<":
				return number < _value
			"<=":
				return number <= _value
		return number == _value


## What a row is.
class OfKind:
	extends Term
	enum { RECEIVED, SENT, REPLY, HAPPENING, ERROR, BINARY, CUT, HIDDEN }

	const FLAGS := {BINARY: Batch.Flag.BINARY, CUT: Batch.Flag.CUT, HIDDEN: Batch.Flag.HIDDEN}

	var _kind: int

	func _init(kind: int) -> void:
		_kind = kind

	func narrow(chunk: Chunk, rows: PackedInt32Array) -> PackedInt32Array:
		var narrowed := PackedInt32Array()
		for i: int in rows:
			if _holds(chunk, i) != is_negative:
				narrowed.append(i)
		return narrowed

	func _holds(chunk: Chunk, i: int) -> bool:
		match _kind:
			RECEIVED:
				return chunk.kinds[i] == Batch.Kind.RECEIVED
			SENT:
				return chunk.kinds[i] == Batch.Kind.SENT
			REPLY:
				return chunk.links[i] >= 0
			HAPPENING:
				return chunk.kinds[i] == Batch.Kind.HAPPENING
			ERROR:
				return chunk.is_error(i)
		return chunk.flags[i] & FLAGS[_kind] != 0


## A text anywhere in a row, whatever its case.
class Anywhere:
	extends Term
	var _text: String
	var _verdicts: Verdicts

	func _init(text: String) -> void:
		_text = text
		_verdicts = Verdicts.new(func(of: String) -> bool: return of.findn(text) >= 0)

	func narrow(chunk: Chunk, rows: PackedInt32Array) -> PackedInt32Array:
		var narrowed := PackedInt32Array()
		_verdicts.open(chunk.table)
		for i: int in rows:
			if _holds(chunk, i) != is_negative:
				narrowed.append(i)
		return narrowed

	func _holds(chunk: Chunk, i: int) -> bool:
		if (
			_verdicts.holds(chunk.topics[i])
			or _verdicts.holds(chunk.events[i])
			or _verdicts.holds(chunk.statuses[i])
		):
			return true
		if chunk.flags[i] & Batch.Flag.BINARY:
			return false
		return chunk.text(i).findn(_text) >= 0
