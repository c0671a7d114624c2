# gdlint: disable=private-method-call,max-public-methods,max-file-lines
extends Node
## A connection to a Phoenix server, and the channels on it.

signal on_open(params: Dictionary)
signal on_close(params: Dictionary)
signal on_error(data: Dictionary)
signal on_connecting(is_connecting: bool)
signal on_message(topic: String, event: String, payload: Variant, ref: String, join_ref: String)
signal on_sent(topic: String, event: String, payload: Variant, ref: String, join_ref: String)

enum State { CLOSED, CONNECTING, OPEN, CLOSING }
enum Transport { WEBSOCKET, LONGPOLL }

const CLOSED := State.CLOSED
const CONNECTING := State.CONNECTING
const OPEN := State.OPEN
const CLOSING := State.CLOSING
const WEBSOCKET := Transport.WEBSOCKET
const LONGPOLL := Transport.LONGPOLL

const _PHX_CORE := preload("core.gd")
const _PHX_COMMAND := _PHX_CORE.Protocol.Command
const _PHX_CREDENTIALS := preload("credentials.gd")
const _PHX_DEPARTURE := preload("departure.gd")
const _PHX_INBOX := preload("inbox.gd")
const _PHX_MONITORS := preload("monitors.gd")
const _PHX_PAYLOAD := preload("payload.gd")
const _PHX_SETTINGS := preload("settings.gd")
const _PHX_TEXT := preload("text.gd")

const _PHX_GONE := "the socket was freed"
const _PHX_NOT_ADDED := (
	"the engine did not add it to the socket, see its error before this one; use call_deferred"
	+ " while the tree is busy, and in threads"
)
const _PHX_MESSAGE_KEYS: Array[String] = ["topic", "event", "payload", "ref", "join_ref"]

static var _phx_is_warned := false

@export_custom(PROPERTY_HINT_PLACEHOLDER_TEXT, "ws://localhost:4000/socket") var endpoint: String:
	set = set_endpoint,
	get = get_endpoint
@export_storage var params: Variant:
	set = set_params,
	get = get_params
@export_storage var auth_token: Variant:
	set = set_auth_token,
	get = get_auth_token
@export var headers: Dictionary:
	set = set_headers,
	get = get_headers
@export var auto_connect: bool:
	set = set_auto_connect,
	get = get_auto_connect
@export_group("Timing")
@export_custom(PROPERTY_HINT_RANGE, "1,120000,1,or_greater,suffix:ms") var heartbeat_interval: int:
	set = set_heartbeat_interval,
	get = get_heartbeat_interval
@export_custom(PROPERTY_HINT_RANGE, "1,120000,1,or_greater,suffix:ms") var timeout: int:
	set = set_timeout,
	get = get_timeout
@export var reconnect_after: PackedInt32Array:
	set = set_reconnect_after,
	get = get_reconnect_after
@export var rejoin_after: PackedInt32Array:
	set = set_rejoin_after,
	get = get_rejoin_after
@export_range(0, 1, 0.01) var reconnect_jitter: float:
	set = set_reconnect_jitter,
	get = get_reconnect_jitter
@export_group("Transport")
@export var transport: Transport:
	set = set_transport,
	get = get_transport
@export_custom(PROPERTY_HINT_RANGE, "0,60000,1,or_greater,suffix:ms")
var longpoll_fallback_after: int:
	set = set_longpoll_fallback_after,
	get = get_longpoll_fallback_after
@export var compression: bool:
	set = set_compression,
	get = get_compression
@export_custom(PROPERTY_HINT_PLACEHOLDER_TEXT, "http://proxy.example:3128") var proxy: String:
	set = set_proxy,
	get = get_proxy
@export_group("Limits")
@export_custom(PROPERTY_HINT_RANGE, "1,134217728,1,or_greater,suffix:B") var max_message_size: int:
	set = set_max_message_size,
	get = get_max_message_size
@export_custom(PROPERTY_HINT_RANGE, "1,1073741824,1,or_greater,suffix:B") var max_queued_bytes: int:
	set = set_max_queued_bytes,
	get = get_max_queued_bytes
@export_custom(PROPERTY_HINT_RANGE, "0,10000,1,or_greater") var max_messages_per_frame: int:
	set = set_max_messages_per_frame,
	get = get_max_messages_per_frame
@export_group("Debug")
@export var simulation: Dictionary:
	set = set_simulation,
	get = get_simulation
@export var report_sent: bool:
	set = set_report_sent,
	get = get_report_sent
@export var debug_log: bool:
	set = set_debug_log,
	get = get_debug_log
@export_group("Status")
@export_custom(
	PROPERTY_HINT_ENUM,
	"Closed,Connecting,Open,Closing",
	PROPERTY_USAGE_EDITOR | PROPERTY_USAGE_READ_ONLY
)
var state: State:
	get = get_state
@export_custom(PROPERTY_HINT_NONE, "", PROPERTY_USAGE_EDITOR | PROPERTY_USAGE_READ_ONLY)
var round_trip_ms: float:
	get = get_round_trip_ms

var tls_options: TLSOptions:
	set = set_tls_options,
	get = get_tls_options

var _phx_settings := _PHX_SETTINGS.defaults()
# As the worker was told.
var _phx_simulated := {}
# In create(), which reports the error: the first invalid setting.
var _phx_is_making := false
var _phx_refused := ""
# Of the worker's socket; 0 before it is needed.
var _phx_id := 0
var _phx_state := CLOSED
# The number of the last command about the state.
var _phx_command := 0
var _phx_inbox := _PHX_INBOX.new(self)
var _phx_departure := _PHX_DEPARTURE.new(_phx_end, _phx_free)
var _phx_is_gone := false
# Connected, or to be.
var _phx_is_wanted := false
# auto_connect waits for the next frame.
var _phx_is_auto_due := false
var _phx_is_online := true
var _phx_is_listened := false
var _phx_channels: Array[PhoenixChannel] = []
var _phx_refs := 0
var _phx_statistics_bytes: PackedByteArray
var _phx_statistics := {}
# What the game was told of the connection. Each attempt that on_connecting has announced ends with
# one on_close.
var _phx_told_connecting := false
var _phx_told_attempt := false
var _phx_told_exit := false
# Not in _init(), which the one of a game's script hides.
var _phx_is_set_up := _phx_set_up()


static func create(at: String, options: Dictionary = {}) -> PhoenixSocket:
	var problem := _PHX_SETTINGS.problem_of_keys(options, _PHX_SETTINGS.NAMES)
	if problem:
		_PHX_CORE.mistake("PhoenixSocket.create", "", problem)
		return null
	var socket := PhoenixSocket.new()
	problem = socket._phx_take(at, options)
	if problem:
		_PHX_CORE.mistake("PhoenixSocket.create", "", problem)
		socket.free()
		return null
	return socket


func set_endpoint(value: String) -> void:
	_phx_set("endpoint", value)


func get_endpoint() -> String:
	return _phx_settings.endpoint


func set_params(value: Variant) -> void:
	_phx_set("params", value)


func get_params() -> Variant:
	return _phx_settings.params


func set_auth_token(value: Variant) -> void:
	_phx_set("auth_token", value)


func get_auth_token() -> Variant:
	return _phx_settings.auth_token


func set_headers(value: Dictionary) -> void:
	_phx_set("headers", value)


func get_headers() -> Dictionary:
	return _phx_settings.headers


func set_auto_connect(value: bool) -> void:
	_phx_set("auto_connect", value)


func get_auto_connect() -> bool:
	return _phx_settings.auto_connect


func set_heartbeat_interval(value: int) -> void:
	_phx_set("heartbeat_interval", value)


func get_heartbeat_interval() -> int:
	return _phx_settings.heartbeat_interval


func set_timeout(value: int) -> void:
	_phx_set("timeout", value)


func get_timeout() -> int:
	return _phx_settings.timeout


func set_reconnect_after(value: PackedInt32Array) -> void:
	_phx_set("reconnect_after", value)


func get_reconnect_after() -> PackedInt32Array:
	return _phx_settings.reconnect_after


func set_rejoin_after(value: PackedInt32Array) -> void:
	_phx_set("rejoin_after", value)


func get_rejoin_after() -> PackedInt32Array:
	return _phx_settings.rejoin_after


func set_reconnect_jitter(value: float) -> void:
	_phx_set("reconnect_jitter", value)


func get_reconnect_jitter() -> float:
	return _phx_settings.reconnect_jitter


func set_transport(value: Transport) -> void:
	_phx_set("transport", value)


func get_transport() -> Transport:
	return _phx_settings.transport


func set_longpoll_fallback_after(value: int) -> void:
	_phx_set("longpoll_fallback_after", value)


func get_longpoll_fallback_after() -> int:
	return _phx_settings.longpoll_fallback_after


func set_compression(value: bool) -> void:
	_phx_set("compression", value)


func get_compression() -> bool:
	return _phx_settings.compression


func set_proxy(value: String) -> void:
	_phx_set("proxy", value)


func get_proxy() -> String:
	return _phx_settings.proxy


func set_tls_options(value: TLSOptions) -> void:
	_phx_set("tls_options", value)


func get_tls_options() -> TLSOptions:
	return _phx_settings.tls_options


func set_max_message_size(value: int) -> void:
	_phx_set("max_message_size", value)


func get_max_message_size() -> int:
	return _phx_settings.max_message_size


func set_max_queued_bytes(value: int) -> void:
	_phx_set("max_queued_bytes", value)


func get_max_queued_bytes() -> int:
	return _phx_settings.max_queued_bytes


func set_max_messages_per_frame(value: int) -> void:
	_phx_set("max_messages_per_frame", value)


func get_max_messages_per_frame() -> int:
	return _phx_settings.max_messages_per_frame


func set_simulation(value: Dictionary) -> void:
	_phx_set("simulation", value)


func get_simulation() -> Dictionary:
	return _phx_settings.simulation


func set_report_sent(value: bool) -> void:
	_phx_set("report_sent", value)


func get_report_sent() -> bool:
	return _phx_settings.report_sent


func set_debug_log(value: bool) -> void:
	_phx_set("debug_log", value)


func get_debug_log() -> bool:
	return _phx_settings.debug_log


func get_state() -> State:
	_PHX_CORE.collect()
	return _phx_state


func get_round_trip_ms() -> float:
	return get_statistics().round_trip_ms


func get_is_connected() -> bool:
	return get_state() == OPEN


func get_is_connecting() -> bool:
	return get_state() == CONNECTING


func can_push(_event: String = "") -> bool:
	return get_state() == OPEN


func get_settings() -> Dictionary:
	var all := {}
	for title: String in _PHX_SETTINGS.NAMES:
		var value: Variant = _phx_settings[title]
		all[title] = (value as Dictionary).duplicate(true) if value is Dictionary else value
	return all


# For the game, which may call it on a socket that has just left the tree: then it stays as it is.
func connect_socket() -> Error:
	if _phx_departure.cancel():
		_phx_inbox.rest.call_deferred()
	return _phx_connect()


func disconnect_socket(code: int = 1000, reason: String = "") -> Error:
	_phx_is_wanted = false
	_phx_is_auto_due = false
	if _phx_id == 0:
		return OK
	var sent_code := code if code != 0 else 1000
	var size := reason.to_utf8_buffer().size()
	if sent_code != 1000 and (sent_code < 3000 or sent_code > 4999):
		_phx_mistake(
			"disconnect_socket", "close code %d is not allowed: use 1000, or 3000 to 4999" % code
		)
		return ERR_INVALID_PARAMETER
	if size > 123:
		_phx_mistake(
			"disconnect_socket",
			"a close reason must be UTF-8 of at most 123 bytes, this one has %d" % size
		)
		return ERR_INVALID_PARAMETER
	_phx_disconnect(sent_code, reason)
	return OK


func reconnect_now() -> void:
	if _phx_id != 0:
		_PHX_CORE.send([_PHX_COMMAND.RECONNECT_NOW, _phx_id])


func set_online(online: bool) -> void:
	var problem := _phx_use()
	if problem:
		_phx_mistake("set_online", problem)
		return
	_phx_is_online = online
	_PHX_CORE.send([_PHX_COMMAND.SET_ONLINE, _phx_id, online])


func channel(
	topic: String, with_params: Variant = {}, presence: PhoenixPresence = null
) -> PhoenixChannel:
	if topic in ["", "phoenix"]:
		_phx_mistake("channel", _PHX_TEXT.NO_TOPIC)
		return null
	var problem := _PHX_CREDENTIALS.problem_of(with_params, TYPE_DICTIONARY)
	if problem:
		_PHX_CORE.mistake(
			"PhoenixSocket.channel", _PHX_TEXT.about("the channel", topic), "params " + problem
		)
		return null
	var made := PhoenixChannel.new()
	made._phx_socket = self
	made._phx_topic = topic
	made._phx_params = with_params
	if presence != null:
		made._phx_use_presence(presence)
	add_child(made)
	if made.get_parent() == null:  # the engine has said why
		made.free()
		_PHX_CORE.mistake(
			"PhoenixSocket.channel", _PHX_TEXT.about("the channel", topic), _PHX_NOT_ADDED
		)
		return null
	_phx_adopt(made)
	return made


func get_channels() -> Array[PhoenixChannel]:
	_phx_channels.assign(
		_phx_channels.filter(
			func(c: Variant) -> bool: return is_instance_valid(c) and c._phx_socket == self
		)
	)
	return _phx_channels.duplicate()


func make_ref() -> String:
	# Far from those that the worker gives its own messages.
	_phx_refs += 1
	return str((1 << 52) + _phx_refs)


func push(message: Dictionary) -> Error:
	var problem := _phx_use()
	if problem:
		_phx_mistake("push", problem)
		return ERR_UNAVAILABLE if problem == _PHX_GONE else ERR_INVALID_PARAMETER
	problem = _phx_problem_of_message(message)
	_phx_listen()
	if problem:
		_phx_mistake("push", problem)
		return ERR_INVALID_PARAMETER
	var texts: Array = ["topic", "event", "ref", "join_ref"].map(
		func(key: String) -> String: return _phx_text_of(message.get(key))
	)
	_PHX_CORE.send([_PHX_COMMAND.PUSH_RAW, _phx_id] + texts + [message.get("payload", {})])
	return OK


func ping() -> PhoenixPush:
	var problem := _phx_use()
	if problem.is_empty() and get_state() != OPEN:
		problem = "the socket is not connected: call connect_socket() and wait for on_open"
	if problem:
		_phx_mistake("ping", problem)
		return null
	var started := PhoenixPush.new()
	_PHX_CORE.expect(started, _phx_id, _phx_inbox, "heartbeat")
	_PHX_CORE.send([_PHX_COMMAND.PING, _phx_id, started._phx_id])
	return started


func get_statistics() -> Dictionary:
	_PHX_CORE.collect()
	_phx_decode_statistics()
	var all := _PHX_MONITORS.EMPTY.duplicate()
	all.merge(_phx_statistics, true)
	all.queued_events += _phx_inbox.count()
	var waiting := _PHX_CORE.count_waiting(_phx_inbox)
	all.pending_pushes = waiting.x
	all.buffered_pushes = waiting.y
	return all


func _notification(what: int) -> void:
	match what:
		NOTIFICATION_INTERNAL_PROCESS:
			_phx_listen()
			_PHX_CORE.process(_phx_inbox)
		NOTIFICATION_ENTER_TREE:
			_PHX_MONITORS.entered(self)
			if not _phx_departure.entered():
				_phx_is_auto_due = _phx_settings.auto_connect
			_PHX_CORE.woken = true
		NOTIFICATION_EXIT_TREE:
			_phx_inbox.stopped = true
			_phx_departure.exited()
		NOTIFICATION_PREDELETE:
			_phx_departure.begin_freeing()


func _phx_set_up() -> bool:
	# A scene that inherits another one may give its root a script of its own, which begins with a
	# node that was set up before; and a scene file may have set the mode already.
	if not is_processing_internal() and process_mode == Node.PROCESS_MODE_INHERIT:
		process_mode = Node.PROCESS_MODE_ALWAYS
	set_process_internal(true)
	_PHX_CORE.start()
	return true


static func _phx_mistake(method: String, text: String) -> void:
	_PHX_CORE.mistake("PhoenixSocket." + method, "", text)


static func _phx_text_of(value: Variant) -> String:
	return str(value) if value is String or value is StringName else ""


# Sets what create() was given.
func _phx_take(at: String, options: Dictionary) -> String:
	_phx_is_making = true
	for key: Variant in options:
		var title := str(key)
		var problem := _PHX_SETTINGS.problem_of_option(title, options[key])
		if problem:
			return problem
		set(title, options[key])
		if _phx_refused:
			return _phx_refused
	if at:
		_phx_settings.endpoint = at
	_phx_is_making = false
	return _phx_use()


func _phx_set(title: String, value: Variant) -> void:
	var problem := _PHX_SETTINGS.problem_of(title, value)
	if problem:
		_phx_refuse(title, problem)
		return
	var former: Variant = _phx_settings[title]
	_phx_settings[title] = value
	if _phx_id == 0:
		return
	if title in _PHX_SETTINGS.IDENTITY:
		problem = _PHX_SETTINGS.problem_of_identity(_phx_settings)
		if problem:
			_phx_settings[title] = former
			_phx_refuse(title, problem)
			return
	_phx_configure([title])


func _phx_refuse(title: String, why: String) -> void:
	if _phx_is_making:
		if _phx_refused.is_empty():
			_phx_refused = 'the option "%s": %s' % [title, why]
		return
	if not _PHX_CORE.Debugger.take_mistake("PhoenixSocket.%s(): %s." % [title, why]):
		push_error("PhoenixSocket.%s: %s. The value is unchanged." % [title, why])


# Ensures that the worker has the socket. Returns the reason if it cannot.
func _phx_use() -> String:
	if _phx_is_gone:
		return _PHX_GONE
	if _phx_id != 0:
		return ""
	var problem := _PHX_SETTINGS.problem_of_identity(_phx_settings)
	if problem:
		return problem
	_phx_id = _PHX_CORE.new_id()
	_PHX_CORE.nodes[_phx_id] = self
	_phx_send_settings(_PHX_COMMAND.SOCKET, _PHX_SETTINGS.NAMES)
	_phx_listen()
	return ""


func _phx_configure(titles: Array[String]) -> void:
	_phx_send_settings(_PHX_COMMAND.CONFIGURE, titles)


func _phx_send_settings(command: int, titles: Array[String]) -> void:
	var asked: Array[String] = []
	var given := {}
	for title: String in titles:
		var value: Variant = _phx_settings[title]
		if title == "simulation":
			_phx_simulated = (value as Dictionary).duplicate()
		elif title == "endpoint":
			value = _PHX_SETTINGS.endpoint_of(_phx_settings)
		if value is Callable:
			asked.append(title)
		elif not title in _PHX_SETTINGS.PAGE_ONLY:
			given[title] = value
	_PHX_CORE.send([command, _phx_id, Array(asked), given])


func _phx_connect() -> Error:
	var is_new := _phx_id == 0
	var problem := _phx_use()
	if problem.is_empty() and not is_new:
		# The game may have changed the Dictionaries since it set them.
		problem = _PHX_SETTINGS.problem_of_identity(_phx_settings)
	if problem:
		_phx_mistake("connect_socket", problem)
		return ERR_UNAVAILABLE if problem == _PHX_GONE else ERR_INVALID_PARAMETER
	if not is_new:
		_phx_configure(["endpoint", "params", "auth_token"])
		if _phx_settings.simulation != _phx_simulated:
			_phx_configure(["simulation"])
	_phx_warn_once()
	_PHX_CORE.collect()
	_phx_is_wanted = true
	_phx_is_auto_due = false
	if get_state() == CLOSED and _phx_is_online:
		_phx_state = CONNECTING
	_phx_listen()
	_phx_command = _PHX_CORE.send([_PHX_COMMAND.CONNECT, _phx_id])
	if _PHX_CORE.failure:
		_phx_fail()
	if not is_inside_tree():
		_PHX_CORE.defer_twice(_phx_look_for_tree)
	return OK


# Reports that the socket cannot connect, because the worker does not run.
func _phx_fail() -> void:
	if not _phx_is_wanted:
		return
	_phx_state = CLOSED
	var reason := {"message": _PHX_CORE.failure}
	var close := {
		"was_requested": false,
		"will_reconnect": false,
		"retry_in_ms": 0,
		"code": 1006,
		"reason": reason,
	}
	_phx_inbox.post([_PHX_CORE.RECORD.CONNECTING, _phx_id, true])
	_phx_inbox.post([_PHX_CORE.RECORD.CONNECTING, _phx_id, false])
	_phx_inbox.post([_PHX_CORE.RECORD.ERROR, _phx_id, reason])
	_phx_inbox.post([_PHX_CORE.RECORD.CLOSED, _phx_id, close])


# Warns once about settings without effect in a browser.
func _phx_warn_once() -> void:
	var titles := _PHX_SETTINGS.WITHOUT_EFFECT.filter(
		func(title: String) -> bool: return true if _phx_settings[title] else false
	)
	if _phx_is_warned or titles.is_empty():
		return
	_phx_is_warned = true
	push_warning(
		(
			(
				"PhoenixSocket.connect_socket(): a browser makes the connection by its own rules, so"
				+ " this has no effect here: %s."
			)
			% ", ".join(titles)
		)
	)


func _phx_disconnect(code: int, reason: String) -> void:
	match get_state():
		OPEN:
			_phx_state = CLOSING
		CONNECTING:
			_phx_state = CLOSED
	_phx_command = _PHX_CORE.send([_PHX_COMMAND.DISCONNECT, _phx_id, code, reason])


func _phx_look_for_tree() -> void:
	if _phx_is_wanted and not _phx_is_gone and not is_inside_tree():
		push_warning(
			(
				"PhoenixSocket.connect_socket(): the socket is not in the scene tree, and emits"
				+ " no signals until it is: add it with add_child()."
			)
		)


# Reports to the worker whether on_message has connections.
func _phx_listen() -> void:
	var is_heard := on_message.has_connections()
	if is_heard != _phx_is_listened and _phx_id != 0:
		_phx_is_listened = is_heard
		_PHX_CORE.send([_PHX_COMMAND.LISTEN, _phx_id, is_heard])


static func _phx_problem_of_message(message: Dictionary) -> String:
	for key: Variant in message:
		var title := _phx_text_of(key)
		var value: Variant = message[key]
		if not title in _PHX_MESSAGE_KEYS:
			return (
				"this is not a message: it has no %s; its keys are topic, event, payload, ref and join_ref"
				% (_PHX_TEXT.quote(title) if title else "whose key is not a String")
			)
		if title == "payload":
			var problem := _PHX_PAYLOAD.problem_of(value)
			if problem:
				return problem
		elif not (value == null or value is String or value is StringName):
			return 'this is not a message: "%s" must be a String' % title
	if not _phx_text_of(message.get("topic")) or not _phx_text_of(message.get("event")):
		return "this is not a message: it needs a topic and an event"
	return ""


func _phx_adopt(made: PhoenixChannel) -> void:
	if not made in _phx_channels:
		_phx_channels.append(made)


func _phx_limit() -> int:
	var limit: int = _phx_settings.max_messages_per_frame
	return limit if limit > 0 else _PHX_INBOX.MOST


# Returns whether incoming messages are to be delivered now.
func _phx_begin_frame() -> bool:
	if _phx_is_moving():
		return false
	if _phx_is_auto_due:
		# Not in enter tree: the scene's _ready functions come first, where a game sets params and
		# connects signals.
		_phx_is_auto_due = false  # once, also when it fails
		_phx_connect()
	return true


# The node, or one of its channels, is outside of the tree until it shows whether it comes back.
func _phx_is_moving() -> bool:
	if _PHX_CORE.departing == 0:
		return false
	return (
		_phx_departure.pending
		or get_channels().any(func(c: PhoenixChannel) -> bool: return c._phx_departure.pending)
	)


# Disconnects. What completes by that is delivered soon, but not here, where the node may be half
# gone.
func _phx_end() -> void:
	for of: PhoenixChannel in get_channels():
		if is_instance_valid(of) and of._phx_departure.cancel():
			of._phx_end()  # before its socket
	if not is_instance_valid(self):
		return
	_phx_is_wanted = false
	_phx_is_auto_due = false
	if _phx_id != 0:
		_PHX_CORE.close_pushes(_phx_id)
		_phx_disconnect(1000, "")
		_phx_state = CLOSED if _phx_departure.freeing else _phx_state
	_phx_inbox.rest_soon()
	_PHX_MONITORS.exited(self)
	_phx_tell_exit()


func _phx_free() -> void:
	_phx_is_gone = true
	_phx_inbox.socket = null
	if _phx_id == 0:
		return
	for of: PhoenixChannel in get_channels():
		if of._phx_inbox == _phx_inbox:
			of._phx_lose_socket()
	_PHX_CORE.nodes.erase(_phx_id)
	_PHX_CORE.send([_PHX_COMMAND.CLOSE, _phx_id])


func _phx_tell_connecting(now: bool) -> void:
	if now and _phx_is_wanted:
		_phx_told_exit = false
	if now == _phx_told_connecting or _phx_told_exit:
		return
	_phx_told_connecting = now
	_phx_told_attempt = _phx_told_attempt or now
	on_connecting.emit(now)


func _phx_tell_open(data: Dictionary) -> void:
	if not _phx_told_exit:
		on_open.emit(data)


func _phx_tell_close(data: Dictionary) -> void:
	if not _phx_told_exit:
		_phx_told_attempt = false
		on_close.emit(data)


# Emits the close of a socket that has left the tree, unless the game knows of no connection.
func _phx_tell_exit() -> void:
	var was_connecting := _phx_told_connecting
	var was_attempt := _phx_told_attempt
	_phx_told_connecting = false
	_phx_told_attempt = false
	_phx_told_exit = true
	if was_connecting and not _phx_departure.freeing:
		on_connecting.emit(false)
	if was_attempt and is_instance_valid(self):
		(
			on_close
			. emit(
				{
					"was_requested": true,
					"will_reconnect": false,
					"retry_in_ms": 0,
					"code": 1000,
					"reason": {"message": "exit tree"},
				}
			)
		)


func _phx_take_statistics(bytes: PackedByteArray) -> void:
	_phx_statistics_bytes = bytes


# A ping's, which the statistics will have a little later.
func _phx_take_round_trip(ms: float) -> void:
	_phx_decode_statistics()
	_phx_statistics["round_trip_ms"] = ms


func _phx_decode_statistics() -> void:
	if not _phx_statistics_bytes.is_empty():
		_phx_statistics = bytes_to_var(_phx_statistics_bytes)
		_phx_statistics_bytes = PackedByteArray()
