# gdlint: disable=private-method-call
extends RefCounted
## The way between the worker, which collects what the tab "Phoenix" of the editor's debugger shows,
## and the debugger, which only the engine reaches. The worker sends as the native library does; the
## page adds what it alone knows, the nodes, and carries out the commands.

const Protocol := preload("protocol.gd")

const PREFIX := "phoenix"
const GONE := "the node has been freed meanwhile"
const UNKNOWN := "the editor sent arguments that this version of the addon does not know"

## What is wrong with the calls of a command; null while none runs.
static var _mistakes: Variant

## Takes the messages for the editor, and their data.
var tell: Callable = EngineDebugger.send_message

var _send: Callable
var _collect: Callable
var _nodes: Dictionary[int, Object]


## [param send] sends a command to the worker, [param collect] takes what it has sent; [param nodes]
## are those of the core.
func _init(send: Callable, collect: Callable, nodes: Dictionary[int, Object]) -> void:
	_send = send
	_collect = collect
	_nodes = nodes
	EngineDebugger.register_message_capture(PREFIX, _captured)
	_send.call([Protocol.Command.DEBUG, "attach", []])
	# Without a socket in the tree nobody else does.
	(Engine.get_main_loop() as SceneTree).process_frame.connect(_collect_mail)


## Whether a debugger is attached that the tab may be in.
static func is_wanted() -> bool:
	return OS.is_debug_build() and EngineDebugger.is_active()


## Takes the error of a call that the editor has asked for; false for one of the game's own.
static func take_mistake(text: String) -> bool:
	if _mistakes == null:
		return false
	(_mistakes as Array).append(text)
	return true


## Ends it with the game, whose scripts go before the debugger does.
func close() -> void:
	EngineDebugger.unregister_message_capture(PREFIX)
	(Engine.get_main_loop() as SceneTree).process_frame.disconnect(_collect_mail)


## Sends on what the worker has for the debugger.
func take(message: String, bytes: PackedByteArray) -> void:
	var data: Array = bytes_to_var(bytes)
	if message == "phoenix:state":
		for socket: Dictionary in data[0]:
			_add_nodes(socket)
	tell.call(message, data)


func _collect_mail() -> void:
	_collect.call()


# Runs in the middle of scripts.
func _captured(message: String, data: Array) -> bool:
	if message == "do":
		_do.call_deferred(data)
	else:
		_send.call_deferred([Protocol.Command.DEBUG, message, data])
	return true


# Puts the nodes' ids and names in the place of the worker's numbers.
func _add_nodes(socket: Dictionary) -> void:
	var node := _nodes.get(socket.id) as Node
	socket.id = _id_of(node)
	socket.name = str(node.get_path()) if node != null and node.is_inside_tree() else ""
	for channel: Dictionary in socket.channels:
		channel.id = _id_of(_nodes.get(channel.id) as Node)
		if channel.presence != null:
			channel.presence.id = _id_of(_nodes.get(channel.presence.id) as Node)


func _id_of(node: Object) -> int:
	return node.get_instance_id() if node != null else 0


func _do(data: Array) -> void:
	var types := data.map(func(value: Variant) -> int: return typeof(value))
	if types != [TYPE_INT, TYPE_STRING, TYPE_INT, TYPE_ARRAY]:
		return
	var node := _node_of(data[2] as int)
	tell.call("phoenix:did", [data[0], _carry_out(data[1] as String, node, data[3] as Array)])


func _node_of(id: int) -> Object:
	for node: Object in _nodes.values():
		if _id_of(node) == id:
			return node
	return null


# Returns the error, or an empty text.
func _carry_out(verb: String, node: Object, arguments: Array) -> String:
	_mistakes = []
	var problem := ""
	match verb:
		"connect", "disconnect", "simulate":
			problem = _call_socket(verb, node, arguments)
		"join", "leave", "push":
			problem = _call_channel(verb, node, arguments)
		_:
			problem = 'this version of the addon has no command "%s"' % verb
	var mistakes := _mistakes as Array
	_mistakes = null
	return str(mistakes[0]) if problem.is_empty() and not mistakes.is_empty() else problem


# The classes are not named here: they need core.gd, which needs this script.
func _call_socket(verb: String, socket: Object, arguments: Array) -> String:
	if socket == null or not socket.has_method("connect_socket"):
		return GONE
	match verb:
		"connect":
			socket.connect_socket()
		"disconnect":
			socket.disconnect_socket()
		"simulate" when arguments.size() == 1 and arguments[0] is Dictionary:
			socket.simulation = arguments[0]
		_:
			return UNKNOWN
	return ""


func _call_channel(verb: String, channel: Object, arguments: Array) -> String:
	if channel == null or not channel.has_method("join"):
		return GONE
	match verb:
		"join":
			channel.join()
		"leave":
			channel.leave()
		"push" when arguments.size() == 2 and arguments[0] is String:
			channel.push(arguments[0] as String, arguments[1])
		"push" when arguments.size() == 3 and arguments[2] == "json":
			return _push_text(channel, str(arguments[0]), str(arguments[1]))
		_:
			return UNKNOWN
	return ""


# Pushes JSON text of any value, as only the tab can.
func _push_text(channel: Object, event: String, text: String) -> String:
	var json := JSON.new()
	if json.parse(text) != OK:
		return "this is not JSON: %s" % json.get_error_message()
	var problem: String = channel._phx_problem_of_push(event, {})
	if problem.is_empty():
		_send.call([Protocol.Command.DEBUG, "push", [channel._phx_id, event, text]])
	return problem
