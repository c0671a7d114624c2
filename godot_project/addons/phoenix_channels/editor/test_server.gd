@tool
extends Node
## The test server of this editor, for the games that are made here. It runs in the editor's process
## and stops with it. The server itself is in the editor's library, which games do not load.

## It has been started or stopped, or could not be started.
signal changed
## Its log has new lines.
signal logged

const Look := preload("look.gd")

const CLASS := &"PhoenixTestServer"
## Games that the editor starts inherit its environment.
const VARIABLE := "PHOENIX_CHANNELS_ENDPOINT"
const MISSING := (
	"This copy of the addon has no test server, which is in the editor's library. Copy all of"
	+ " addons/phoenix_channels from a release's zip, or build it (./build.sh build), and open the"
	+ " project again."
)
const MAX_LINES := 500
const POLL_SECONDS := 0.25

static var _of_editor: Node

## Why it could not be started; empty if it was.
var problem := ""

var _class: StringName
var _server: RefCounted
var _lines := PackedStringArray()
var _former := ""  # what the variable was
var _poll := Timer.new()


## The one of this editor; null while the addon's tools are not there.
static func of_editor() -> Node:
	return _of_editor


## [param type] is the class of the server in the library.
func _init(type: StringName = CLASS) -> void:
	_class = type
	_poll.wait_time = POLL_SECONDS
	_poll.timeout.connect(_take_log)
	add_child(_poll)


func _enter_tree() -> void:
	_of_editor = self


func _exit_tree() -> void:
	stop()
	_of_editor = null


func is_running() -> bool:
	return _server != null


## Starts it and copies its address to the clipboard. Port 0 is 4000, or any free one if another
## program uses that. [param for_network] lets other devices connect.
func start(port: int = 0, for_network: bool = false) -> Error:
	if is_running():
		return ERR_ALREADY_IN_USE
	problem = MISSING
	if ClassDB.class_exists(_class):
		var server := ClassDB.instantiate(_class) as RefCounted
		problem = server.call("start", port, for_network)
		if problem.is_empty():
			_server = server
			_hand_over()
			_poll.start()
			_take_log()
	changed.emit()
	return OK if problem.is_empty() else FAILED


func stop() -> void:
	if not is_running():
		return
	_server.call("stop")
	_take_log()
	_poll.stop()
	_server = null
	if _former.is_empty():
		OS.unset_environment(VARIABLE)
	else:
		OS.set_environment(VARIABLE, _former)
	changed.emit()


## URLs for PhoenixSocket.endpoint: the first one for games on this machine, the others for devices
## in its networks.
func endpoints() -> PackedStringArray:
	return _server.call("get_endpoints") if is_running() else PackedStringArray()


func connections() -> int:
	return _server.call("get_connections") if is_running() else 0


## The newest lines of its log.
func log_lines() -> PackedStringArray:
	return _lines


func _hand_over() -> void:
	_former = OS.get_environment(VARIABLE)
	OS.set_environment(VARIABLE, endpoints()[0])
	Look.copy(endpoints()[0])


func _take_log() -> void:
	var lines: PackedStringArray = _server.call("take_log")
	if lines.is_empty():
		return
	_lines.append_array(lines)
	_lines = _lines.slice(maxi(0, _lines.size() - MAX_LINES))
	logged.emit()
