@tool
## A devserver that a test starts and stops. It ends with this node, and with the engine at the
## latest. In a browser tests/web/control does what is asked for.
extends Node

const Host := preload("res://control.gd")

const LISTENING := "devserver: listening on "

## Where it listens; the same each time it is started.
var url := ""

var _program: String
var _arguments: PackedStringArray
var _process := {}
var _number := ""  # in a browser


func _init(program: String, arguments: PackedStringArray = []) -> void:
	_program = program
	_arguments = arguments


func start() -> bool:
	if OS.has_feature("web"):
		return _start_by_control()
	var address := "127.0.0.1:0" if url.is_empty() else url.get_slice("/", 2)
	var own := PackedStringArray(["-addr", address, "-quiet", "-exit-with-parent"])
	_process = OS.execute_with_pipe(_program, own + _arguments, true)
	if _process.is_empty():
		return false
	var line := (_process.stdio as FileAccess).get_line()
	if not line.begins_with(LISTENING):
		return false
	url = line.trim_prefix(LISTENING)
	return true


## Ends it at once, as a crash would.
func stop() -> void:
	if not _number.is_empty():
		Host.ask("devserver/%s/stop" % _number)
		return
	if _process.is_empty():
		return
	OS.kill(_process.pid as int)
	_process = {}


## Makes it hang: the connections stay open and silent.
func freeze() -> bool:
	return _say("freeze", "devserver: frozen")


## Lets it go on after [method freeze].
func thaw() -> bool:
	return _say("thaw", "devserver: thawed")


func _start_by_control() -> bool:
	if not _number.is_empty():
		return Host.ask("devserver/%s/start" % _number) != null
	var query := PackedStringArray()
	for argument: String in _arguments:
		query.append("arg=" + argument.uri_encode())
	var answer: Variant = Host.ask("devserver?" + "&".join(query))
	if answer == null:
		return false
	_number = (answer as String).get_slice(" ", 0)
	url = (answer as String).get_slice(" ", 1)
	return true


func _say(word: String, answer: String) -> bool:
	if not _number.is_empty():
		return Host.ask("devserver/%s/%s" % [_number, word]) != null
	var pipe := _process.stdio as FileAccess
	pipe.store_line(word)
	pipe.flush()
	return pipe.get_line() == answer


# Not when it leaves the tree: the sockets of the test leave it later, and would see the server die.
func _notification(what: int) -> void:
	if what == NOTIFICATION_PREDELETE:
		stop()
