## The editor's side of the engine's debugger, as far as the tab "Phoenix" needs it: starts a game
## that connects to it, and keeps what the game sends.
extends Node

## The thread of a game's that takes messages.
const MAIN_THREAD := 1

## Dictionaries of the game's hellos.
var hellos: Array[Dictionary] = []
## Arrays of columns.
var batches: Array[Array] = []
## Arrays of sockets.
var states: Array[Array] = []
## Errors by the numbers of commands.
var answers: Dictionary[int, String] = {}
## What a game says beside the protocol: its own messages, by their names.
var said: Dictionary[String, Array] = {}
## Everything that begins with the prefix, as it came.
var raw: Array[PackedByteArray] = []
## A credit for each batch, as an editor that keeps up.
var keeps_up := true

var _listener := TCPServer.new()
var _stream: StreamPeerTCP
var _packets := PacketPeerStream.new()
var _commands := 0
var _table: PackedStringArray = []


## Begins to listen, and returns the address for [code]--remote-debug[/code].
func listen() -> String:
	_listener.listen(0, "127.0.0.1")
	_packets.input_buffer_max_size = 16 << 20
	return "tcp://127.0.0.1:%d" % _listener.get_local_port()


func is_connected_to_game() -> bool:
	return _stream != null and _stream.get_status() == StreamPeerTCP.STATUS_CONNECTED


func _process(_delta: float) -> void:
	if _stream == null:
		if not _listener.is_listening() or not _listener.is_connection_available():
			return
		_stream = _listener.take_connection()
		_packets.stream_peer = _stream
	_stream.poll()
	while is_connected_to_game() and _packets.get_available_packet_count() > 0:
		var message: Variant = _packets.get_var()
		if message is Array and (message as Array).size() == 3:
			take(message[0] as String, message[2] as Array)


func send(message: String, data: Array) -> void:
	_packets.put_var([message, MAIN_THREAD, data])


func watch(credits: int = 8, protocol: int = 1) -> void:
	send("phoenix:watch", [protocol, credits])


## Sends a command, and returns its number.
func command(verb: String, target: int, arguments: Array = []) -> int:
	_commands += 1
	send("phoenix:do", [_commands, verb, target, arguments])
	return _commands


## The rows of all batches, as Dictionaries.
func rows() -> Array[Dictionary]:
	var all: Array[Dictionary] = []
	_table.clear()
	for batch: Array in batches:
		all.append_array(_rows_of(batch))
	return all


func dropped() -> int:
	return batches.reduce(func(sum: int, batch: Array) -> int: return sum + (batch[1] as int), 0)


## Ends the connection, as an editor that quits.
func drop() -> void:
	_stream.disconnect_from_host()


## Takes a message of the game.
func take(message: String, data: Array) -> void:
	match message:
		"phoenix:hello":
			hellos.append(data[0])
		"phoenix:batch":
			batches.append(data[0])
			if keeps_up:
				send("phoenix:more", [1])
		"phoenix:state":
			states.append(data[0])
		"phoenix:did":
			answers[data[0] as int] = data[1]
		_:
			if message.begins_with("game:"):
				said[message] = data
			return
	raw.append(var_to_bytes(data))


func _rows_of(batch: Array) -> Array[Dictionary]:
	if batch[2]:
		_table = [""]
	_table.append_array(batch[3] as PackedStringArray)
	var of_batch: Array[Dictionary] = []
	var start := 0
	for i: int in (batch[4] as PackedByteArray).size():
		var end := batch[17][i] as int
		var row := {
			"number": batch[0] + i,
			"kind": batch[4][i],
			"flags": batch[5][i],
			"socket": batch[6][i],
			"time": batch[7][i],
			"topic": _table[batch[8][i] as int],
			"event": _table[batch[9][i] as int],
			"status": _table[batch[10][i] as int],
			"size": batch[11][i],
			"took": batch[12][i],
			"link": batch[13][i],
			"ref": batch[14][i],
			"join_ref": batch[15][i],
			"line": _table[batch[16][i] as int],
			"bytes": (batch[18] as PackedByteArray).slice(start, end),
		}
		start = end
		of_batch.append(row)
	return of_batch
