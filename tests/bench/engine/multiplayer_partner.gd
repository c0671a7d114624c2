## The other game of test_multiplayer_rpc.gd, in an engine of its own: a client over each transport.
extends SceneTree

## Not the 60 of the other game: the two pass through every phase to each other once a second, and
## what is measured does not depend on the one in which they began.
const FRAMES_PER_SECOND := 61

const Echo := preload("res://multiplayer_echo.gd")
const Transport := preload("res://transport.gd")
const PhoenixTransport := preload("res://transport_phoenix.gd")
const WebSocketTransport := preload("res://transport_websocket.gd")


## The arguments are the room, the server's URL and the port of the WebSocket host.
func _initialize() -> void:
	Engine.max_fps = FRAMES_PER_SECOND
	var arguments := OS.get_cmdline_user_args()
	_enter("Ours", PhoenixTransport.new(arguments[1]), arguments[0], null)
	_enter("Theirs", WebSocketTransport.new(arguments[1]), arguments[0], arguments[2].to_int())


func _enter(branch: String, transport: Transport, room: String, address: Variant) -> void:
	root.add_child(transport)
	transport.begin(room)
	var echo := Echo.new()
	echo.name = branch
	var api := SceneMultiplayer.new()
	set_multiplayer(api, NodePath("/root/" + branch))
	root.add_child(echo)
	# In the next frame, as the transport's socket connects when it is in the tree.
	(func() -> void: api.multiplayer_peer = transport.client(address)).call_deferred()
	api.server_disconnected.connect(quit)
