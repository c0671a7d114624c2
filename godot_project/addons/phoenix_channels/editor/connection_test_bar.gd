@tool
extends VBoxContainer
## Connects once from the editor, with the settings of a node, and says in words what happened.

## What a test has found out, as shown.
signal finished(words: String)

const Settings := preload("project_settings.gd")
const StatusLabel := preload("status_label.gd")
const TestServer := preload("test_server.gd")

const DEFAULT_ENDPOINT := "ws://localhost:4000/socket"
## Settings that a test does not take over.
const LEFT_OUT: Array[String] = [
	"endpoint", "auto_connect", "simulation", "debug_log", "report_sent"
]
## Longer than any test, as it is about one attempt.
const NO_RETRY_MS := 600_000

var _of: PhoenixSocket
var _socket: PhoenixSocket
var _began_ms := 0
var _button := Button.new()
var _result := StatusLabel.new()


func _init(of: PhoenixSocket) -> void:
	_of = of
	_button.text = "Test Connection"
	_button.tooltip_text = "Connects to the endpoint from the editor, once, and says what happened."
	_button.pressed.connect(test)
	add_child(_button)
	_result.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	_result.visible = false
	add_child(_result)


## Begins a test, unless one is under way.
func test() -> void:
	if _socket != null:
		return
	_button.disabled = true
	var endpoint := _endpoint()
	var options := _of.get_settings()
	for title: String in LEFT_OUT:
		options.erase(title)
	options.reconnect_after = PackedInt32Array([NO_RETRY_MS])
	_socket = PhoenixSocket.create(endpoint, options)
	if _socket == null:
		_finish("A setting cannot be used; the Output panel says which.", false)
		return
	_show("Connecting to %s …" % _without_query(endpoint), &"font_color")
	_socket.on_open.connect(_opened)
	_socket.on_error.connect(_failed)
	_socket.on_close.connect(_closed)
	add_child(_socket)
	_began_ms = Time.get_ticks_msec()
	if _socket.connect_socket() != OK:
		_finish("A setting cannot be used; the Output panel says which.", false)


# As in a game: what the node leaves at its default, or empty, is the project's.
func _endpoint() -> String:
	if not _of.endpoint in ["", DEFAULT_ENDPOINT]:
		return _of.endpoint
	var of_project := str(ProjectSettings.get_setting_with_override(Settings.PREFIX + "endpoint"))
	if of_project:
		return of_project
	var of_test_server := OS.get_environment(TestServer.VARIABLE)
	return of_test_server if of_test_server else DEFAULT_ENDPOINT


func _opened(params: Dictionary) -> void:
	var taken := Time.get_ticks_msec() - _began_ms
	var over := "long polling" if params.transport == "longpoll" else "WebSocket"
	var words := "Connected to %s over %s in %d ms." % [params.endpoint, over, taken]
	var ping := _socket.ping()
	if ping == null:
		_finish(words, true)
		return
	var reply: Array = await ping.completed
	if _socket == null:
		return
	if reply[0] == "ok":
		_finish(
			"%s The server answered a heartbeat in %.1f ms." % [words, reply[1].round_trip_ms], true
		)
	else:
		_finish(
			words + " It does not answer Phoenix's heartbeat: is there a Phoenix socket?", false
		)


func _failed(data: Dictionary) -> void:
	var message: String = data.message
	_finish("No connection: %s." % message.trim_suffix("."), false)


func _closed(params: Dictionary) -> void:
	_finish(
		"The connection was closed: %s (code %d)." % [params.reason.message, params.code], false
	)


func _finish(words: String, is_good: bool) -> void:
	var socket := _socket
	_socket = null
	if socket != null:
		socket.queue_free()
	_button.disabled = false
	_show(words, &"success_color" if is_good else &"error_color")
	finished.emit(words)


func _show(words: String, color: StringName) -> void:
	_result.say(words, color)
	_result.visible = true


static func _without_query(endpoint: String) -> String:
	return endpoint.get_slice("?", 0)
