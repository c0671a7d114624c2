## A game that an editor's debugger is attached to: an engine of its own, for test_debugger.gd. It
## does what the messages "game:…" of the debugger ask for.
extends SceneTree

var _socket: PhoenixSocket
var _channel: PhoenixChannel
var _options: Dictionary[String, String] = {}


func _initialize() -> void:
	var arguments := OS.get_cmdline_user_args()
	for i: int in range(0, arguments.size() - 1, 2):
		_options[arguments[i]] = arguments[i + 1]
	EngineDebugger.register_message_capture("game", _asked)
	await process_frame  # the root is in the tree from here on
	_start()


func _start() -> void:
	_socket = (
		PhoenixSocket
		. create(
			_options["--url"],
			{
				"params": {"access_token": "param-PLANTED"},
				"auth_token": "auth-PLANTED",
				"reconnect_after": [20],
				"rejoin_after": [20],
			}
		)
	)
	_socket.name = "Socket"
	_socket.on_error.connect(func(_data: Dictionary) -> void: pass)  # no warnings of it
	root.add_child(_socket)
	var presence := PhoenixPresence.new()
	_channel = _socket.channel(_options["--topic"], {"password": "join-PLANTED"}, presence)
	_channel.add_child(presence)
	_socket.connect_socket()
	await _channel.join().completed
	EngineDebugger.send_message("game:joined", [])


func _asked(message: String, data: Array) -> bool:
	_do.call_deferred(message, data)
	return true


func _do(message: String, data: Array) -> void:
	match message:
		"push":
			push_from_here(data[0] as String, data[1])
		"flood":
			for i: int in data[0] as int:
				_channel.push("silence", {"number": i, "filler": "x".repeat(data[1] as int)})
			EngineDebugger.send_message("game:flooded", [])
		"quit":
			_socket.free()
			EngineDebugger.unregister_message_capture("game")
			quit()


func push_from_here(event: String, payload: Variant) -> void:
	_channel.push(event, payload)
