@tool
## A game at the other end of the debugger: it makes what a game sends, and keeps what it is asked.
extends RefCounted

const Batch := preload("res://addons/phoenix_channels/editor/debugger/batch.gd")
const Session := preload("res://addons/phoenix_channels/editor/debugger/session.gd")

## Microseconds since 1970, of the first row: 12:00 of a day.
const START_US := 1_764_504_000_000_000

## What the editor sent: message and data.
var asked: Array[Array] = []
var session: Session
## The number of the next row.
var next := 0

var _ids := {"": 0}
var _table := PackedStringArray()
var _is_new := true
var _rows: Array[Dictionary] = []


## Plays for a session of the editor's, if there is one.
func _init(of: Session = null) -> void:
	session = of if of != null else Session.new(hear)


## What the editor sends.
func hear(message: String, data: Array) -> void:
	asked.append([message, data])


## The data of the latest message with that name; empty when there was none.
func latest(message: String) -> Array:
	for i: int in range(asked.size() - 1, -1, -1):
		if asked[i][0] == "phoenix:" + message:
			return asked[i][1]
	return []


## Begins, and says hello.
func start(hello: Dictionary = {}) -> void:
	session.begin()
	var complete := {
		"protocol": 1,
		"version": "1.0.0",
		"platform": "Linux",
		"has_lines": true,
		"presets": PackedStringArray(["3G", "train", "server deploy"]),
	}
	complete.merge(hello, true)
	session.take("hello", [complete])


## A row of the next batch, with what differs from an incoming message.
func add(row: Dictionary) -> int:
	_rows.append(row)
	return next + _rows.size() - 1


## Sends the rows that were added.
func send() -> void:
	session.take("batch", [batch()])


## The rows that were added as a batch.
func batch() -> Array:
	var made: Array = [next, 0, _is_new, PackedStringArray()]
	for type: Variant.Type in Batch.TYPES.slice(Batch.Column.KINDS):
		made.append(type_convert([], type))
	var bytes := PackedByteArray()
	for row: Dictionary in _rows:
		bytes.append_array(_payload_of(row))
		var cells: Array = [
			row.get("kind", Batch.Kind.RECEIVED),
			row.get("flags", 0),
			row.get("socket", 1),
			row.get("time", START_US + next * 1_000),
			_id(row.get("topic", "room:lobby")),
			_id(row.get("event", "move")),
			_id(row.get("status", "")),
			row.get("size", _payload_of(row).size()),
			row.get("took", -1),
			row.get("link", -1),
			row.get("ref", -1),
			row.get("join_ref", -1),
			_id(row.get("line", "")),
			bytes.size(),
		]
		for i: int in cells.size():
			made[Batch.Column.KINDS + i].append(cells[i])
		next += 1
	made[Batch.Column.STRINGS] = _table
	made[Batch.Column.BYTES] = bytes
	_table = PackedStringArray()
	_is_new = false
	_rows.clear()
	return made


## Begins with a new table of strings, as after another watch.
func renew_table() -> void:
	_ids = {"": 0}
	_is_new = true


## A socket in a report, with two channels and a room.
static func socket(changes: Dictionary = {}) -> Dictionary:
	var made := {
		"number": 1,
		"id": 101,
		"name": "/root/Main/Socket",
		"endpoint": "ws://localhost:4000/socket",
		"state": PhoenixSocket.OPEN,
		"round_trip_ms": 12.5,
		"next_attempt_ms": -1,
		"messages_in": 100,
		"messages_out": 40,
		"bytes_in": 20_000,
		"bytes_out": 4_000,
		"channels":
		[
			{
				"id": 201,
				"topic": "room:lobby",
				"state": PhoenixChannel.JOINED,
				"joins": 1,
				"unsent": 0,
				"presence": {"id": 301, "keys": 2, "metas": 3, "entries": {"ada": 2, "bob": 1}},
			},
			{
				"id": 202,
				"topic": "chat:1",
				"state": PhoenixChannel.CLOSED,
				"joins": 3,
				"unsent": 2,
				"presence": null,
			},
		],
		"peers":
		[
			{
				"id": 401,
				"room": "ABCD",
				"state": 2,
				"unique_id": 1,
				"is_host": true,
				"shape": 0,
				"peers": PackedInt32Array([2, 3]),
				"packets_in": 10,
				"packets_out": 20,
				"bytes_in": 1_000,
				"bytes_out": 2_000,
			},
		],
	}
	made.merge(changes, true)
	return made


func _payload_of(row: Dictionary) -> PackedByteArray:
	var payload: Variant = row.get("payload", '{"x":1}')
	return payload if payload is PackedByteArray else str(payload).to_utf8_buffer()


func _id(text: String) -> int:
	if not _ids.has(text):
		_ids[text] = _ids.size()
		_table.append(text)
	return _ids[text]
