## A game that the editor's debugger is attached to: an engine of its own, for
## test_debugger_game.gd. It joins a topic, pushes once, and plays until an echo asks it to quit.
extends SceneTree

const TEXT := "hello"

var _channel: PhoenixChannel


func _initialize() -> void:
	await process_frame  # the root is in the tree from here on
	var arguments := OS.get_cmdline_user_args()
	var options := {"params": {"access_token": "PLANTED"}, "reconnect_after": [20]}
	var socket := PhoenixSocket.create(arguments[0], options)
	socket.name = "Socket"
	socket.on_error.connect(_ignore)
	root.add_child(socket)
	_channel = socket.channel(arguments[1], {}, PhoenixPresence.new())
	_channel.add_child(_channel.presence)
	_channel.on_event.connect(_heard)
	socket.connect_socket()
	await _channel.join().completed
	_push()


func _push() -> void:
	_channel.push("echo", {"text": TEXT})


func _heard(_event: String, payload: Variant, _status: String) -> void:
	if payload is Dictionary and (payload as Dictionary).has("quit"):
		quit()


# Errors without a handler are printed.
func _ignore(_data: Dictionary) -> void:
	pass
