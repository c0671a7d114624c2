## Says whether the engine's own WebSocketPeer and a PhoenixSocket connect to a server. As the
## script of an engine of its own it prints both.
extends SceneTree

const WAIT_MS := 5_000


static func engine_connects(node: Node, url: String, options: TLSOptions) -> bool:
	var peer := WebSocketPeer.new()
	peer.connect_to_url(url + "/websocket?vsn=2.0.0", options)
	var began_ms := Time.get_ticks_msec()
	while (
		peer.get_ready_state() == WebSocketPeer.STATE_CONNECTING
		and Time.get_ticks_msec() - began_ms < WAIT_MS
	):
		peer.poll()
		await node.get_tree().process_frame
	return peer.get_ready_state() == WebSocketPeer.STATE_OPEN


## "true", or the message of the error.
static func addon_connects(
	node: Node,
	url: String,
	options: TLSOptions,
	transport: PhoenixSocket.Transport = PhoenixSocket.WEBSOCKET
) -> String:
	var said: Array[String] = []
	var socket := PhoenixSocket.create(url, {"tls_options": options, "transport": transport})
	socket.on_open.connect(func(_params: Dictionary) -> void: said.append("true"))
	socket.on_error.connect(func(data: Dictionary) -> void: said.append(str(data.message)))
	node.add_child(socket)
	socket.connect_socket()
	var began_ms := Time.get_ticks_msec()
	while said.is_empty() and Time.get_ticks_msec() - began_ms < WAIT_MS:
		await node.get_tree().process_frame
	socket.queue_free()
	return said[0] if said.size() > 0 else "nothing within %d ms" % WAIT_MS


func _initialize() -> void:
	var arguments := OS.get_cmdline_user_args()
	var options: Dictionary[String, String] = {}
	for i: int in range(0, arguments.size() - 1, 2):
		options[arguments[i]] = arguments[i + 1]
	if options.has("--pack"):
		ProjectSettings.load_resource_pack(options["--pack"])
	var trusted: TLSOptions = null
	if not options["--name"].is_empty():
		trusted = TLSOptions.client(null, options["--name"])
	await process_frame  # the root is in the tree from here on
	print("engine: %s" % await engine_connects(root, options["--url"], trusted))
	print("addon: %s" % await addon_connects(root, options["--url"], trusted))
	quit()
