## Runs a test file in the engine: [code]godot --headless --path tests/godot -s runner.gd -- --file
## test_socket.gd --server ws://127.0.0.1:4000/socket --devserver build/devserver[/code].
extends SceneTree

const Session := preload("res://session.gd")

var _session: Session


func _initialize() -> void:
	_session = Session.new(self, OS.get_cmdline_user_args())
	_session.ended.connect(quit)
	_session.start.call_deferred()
