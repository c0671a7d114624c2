@tool
extends RefCounted
## One running game: what it sends, and what it is asked to do.

## The game began or ended, said hello, or cannot be understood.
signal changed
## [member store] has new rows.
signal taken
## [member sockets] is new.
signal sockets_changed
## A command was carried out; [param problem] is empty when it worked.
signal answered(command: String, problem: String)

enum Phase { NO_GAME, CALLING, WATCHING, REFUSED, ENDED }

const Batch := preload("batch.gd")
const SocketStates := preload("socket_states.gd")
const Store := preload("message_store.gd")

const PREFIX := "phoenix:"
const PROTOCOL := 1
## Batches that may be on their way. An editor without focus may draw ten frames a second, and the
## game makes three batches in the time of one.
const CREDITS := 8
const CALL_AGAIN_MS := 1_000

var phase := Phase.NO_GAME
var store := Store.new()
var sockets: Array[Dictionary] = []
## Of the game, as it says itself.
var version := ""
var platform := ""
var has_lines := false
var presets := PackedStringArray()
## Why nothing is taken any more, in the phase REFUSED.
var problem := ""
## Nothing is taken for now, and the game keeps what it can.
var is_paused := false:
	set = set_paused

# Sends a message and its data to the game.
var _send: Callable
var _called_ms := 0
var _held: Array[Array] = []
var _commands := {}
var _next_command := 1
var _states := SocketStates.new()


func _init(send: Callable) -> void:
	_send = send


## A game has started.
func begin() -> void:
	store.clear()
	store = Store.new()
	_held.clear()
	_commands.clear()
	_states = SocketStates.new()
	sockets = []
	problem = ""
	_set_phase(Phase.CALLING)
	_call(Time.get_ticks_msec())


## The game is gone.
func end() -> void:
	is_paused = false
	_commands.clear()
	sockets = []
	sockets_changed.emit()
	if phase != Phase.REFUSED:
		_set_phase(Phase.ENDED if phase == Phase.WATCHING else Phase.NO_GAME)


## To be called in each frame: a game without a socket yet, or one that still starts, does not hear.
func tick(now_ms: int) -> void:
	if phase == Phase.CALLING and now_ms - _called_ms >= CALL_AGAIN_MS:
		_call(now_ms)


## Takes a message of the game, without the prefix.
func take(message: String, data: Array) -> void:
	if phase == Phase.CALLING and message == "hello":
		_take_hello(data)
	elif phase == Phase.WATCHING:
		match message:
			"batch":
				_take_batch(data)
			"state":
				_take_state(data)
			"did":
				_take_answer(data)


## Asks the game to do something. [param words] say what, for [signal answered].
func command(words: String, verb: String, target: int, arguments: Array = []) -> void:
	if phase != Phase.WATCHING:
		answered.emit(words, "There is no running game.")
		return
	_commands[_next_command] = words
	_send.call(PREFIX + "do", [_next_command, verb, target, arguments])
	_next_command += 1


func set_paused(to: bool) -> void:
	if is_paused == to:
		return
	is_paused = to
	if not is_paused and phase == Phase.WATCHING:
		var held := _held
		_held = []
		for batch: Array in held:
			_append(batch)
	changed.emit()


func _call(now_ms: int) -> void:
	_called_ms = now_ms
	_send.call(PREFIX + "watch", [PROTOCOL, CREDITS])


func _take_hello(data: Array) -> void:
	var hello: Dictionary = data[0] if data.size() == 1 and data[0] is Dictionary else {}
	version = str(hello.get("version", "?"))
	platform = str(hello.get("platform", ""))
	if not is_same(hello.get("protocol"), PROTOCOL):
		_refuse(
			(
				(
					"The game has version %s of the addon, whose debugger does not fit this editor's. "
					+ "Use one version of the addon in the game and in the editor."
				)
				% version
			)
		)
		return
	has_lines = is_same(hello.get("has_lines"), true)
	presets = PackedStringArray()
	if hello.get("presets") is PackedStringArray:
		presets = hello.presets
	_set_phase(Phase.WATCHING)


func _take_batch(data: Array) -> void:
	var wrong := Batch.problem_of(data)
	if wrong:
		_refuse(
			(
				(
					"The game (version %s of the addon) sends what this editor cannot read: %s. "
					+ "Use one version of the addon in the game and in the editor."
				)
				% [version, wrong]
			)
		)
		return
	if is_paused:
		_held.append(data[0])
	else:
		_append(data[0])


func _append(batch: Array) -> void:
	store.append_batch(batch)
	_send.call(PREFIX + "more", [1])
	taken.emit()


func _take_state(data: Array) -> void:
	if data.size() != 1 or not data[0] is Array:
		return
	sockets = _states.read(data[0], Time.get_ticks_msec())
	sockets_changed.emit()


func _take_answer(data: Array) -> void:
	if data.size() != 2 or not _commands.has(data[0]):
		return
	var words: String = _commands[data[0]]
	_commands.erase(data[0])
	answered.emit(words, str(data[1]))


func _refuse(why: String) -> void:
	problem = why
	_send.call(PREFIX + "unwatch", [])
	_set_phase(Phase.REFUSED)


func _set_phase(to: Phase) -> void:
	phase = to
	changed.emit()
