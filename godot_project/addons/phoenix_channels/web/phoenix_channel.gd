# gdlint: disable=private-method-call,max-public-methods
extends Node
## A topic of a Phoenix server: to join, to push to and to hear from.

signal on_event(event: String, payload: Variant, status: String)
signal on_join_result(status: String, result: Variant)
signal on_error(error: Variant)
signal on_close(params: Dictionary)

enum ChannelStates { CLOSED, ERRORED, JOINED, JOINING, LEAVING }

const CLOSED := ChannelStates.CLOSED
const ERRORED := ChannelStates.ERRORED
const JOINED := ChannelStates.JOINED
const JOINING := ChannelStates.JOINING
const LEAVING := ChannelStates.LEAVING

const _PHX_CORE := preload("core.gd")
const _PHX_COMMAND := _PHX_CORE.Protocol.Command
const _PHX_CREDENTIALS := preload("credentials.gd")
const _PHX_DEPARTURE := preload("departure.gd")
const _PHX_FORMER := preload("former.gd")
const _PHX_PAYLOAD := preload("payload.gd")
const _PHX_TEXT := preload("text.gd")

const _PHX_NO_SOCKET := (
	"it has no socket: create channels with PhoenixSocket.channel(), or add the node as a child of a"
	+ " PhoenixSocket"
)
const _PHX_NOT_JOINED := (
	"the channel was never joined: call join() first; pushes made while it joins are sent once it"
	+ " has"
)
const _PHX_JOINED := "it is already joined: pass a channel that is not; create() joins it"
const _PHX_RELAY_KEY := (
	'invalid configuration: params have the key "peer", which the relay reserves;' + " rename it"
)
const _PHX_CLOSED := "the channel is closed: call join() to join it again"

@export_custom(PROPERTY_HINT_PLACEHOLDER_TEXT, "room:lobby") var topic: String:
	set = set_topic,
	get = get_topic
@export_storage var params: Variant:
	set = set_params,
	get = get_params
@export_custom(PROPERTY_HINT_NODE_TYPE, "PhoenixPresence") var presence: PhoenixPresence:
	set = set_presence,
	get = get_presence
@export var auto_join: bool:
	set = set_auto_join,
	get = get_auto_join
@export_custom(
	PROPERTY_HINT_ENUM,
	"Closed,Errored,Joined,Joining,Leaving",
	PROPERTY_USAGE_EDITOR | PROPERTY_USAGE_READ_ONLY
)
var state: ChannelStates:
	get = get_state

# Once known: what made it, or a node above it.
var _phx_socket: PhoenixSocket
var _phx_topic := ""
var _phx_params: Variant = {}
var _phx_presence: PhoenixPresence
var _phx_auto_join := false
# Of the worker's channel; 0 before there is one. Another topic or socket has another.
var _phx_id := 0
var _phx_bound_topic := ""
var _phx_inbox: RefCounted
var _phx_state := CLOSED
# The number of the last command about the state.
var _phx_command := 0
var _phx_was_joined := false
# The push of the join that opened it; null before, and once the game knows of a close.
var _phx_opening: PhoenixPush
# leave() was called, and the close has not been delivered yet.
var _phx_is_leaving := false
var _phx_callables: Dictionary[String, Array] = {}
var _phx_departure := _PHX_DEPARTURE.new(_phx_end, _phx_free)
var _phx_is_gone := false


func set_topic(value: String) -> void:
	if get_state() != CLOSED:
		push_error(
			(
				(
					"PhoenixChannel.set_topic(): %s is joined; call leave() and wait until it is"
					+ " closed before changing its topic."
				)
				% _phx_about()
			)
		)
		return
	_phx_topic = value


func get_topic() -> String:
	return "" if _phx_is_gone else _phx_topic


func set_params(value: Variant) -> void:
	var problem := _PHX_CREDENTIALS.problem_of(value, TYPE_DICTIONARY)
	if problem:
		problem = "params " + problem
	elif _phx_opening != null:
		problem = _phx_problem_of_params(value)
	if problem:
		_PHX_CORE.mistake("PhoenixChannel.set_params", "", problem)
		return
	_phx_params = value
	if _phx_opening != null:
		_phx_send_params()


func get_params() -> Variant:
	return _phx_params


func set_presence(value: PhoenixPresence) -> void:
	_phx_use_presence(value)


func get_presence() -> PhoenixPresence:
	return _phx_presence if is_instance_valid(_phx_presence) else null


func set_auto_join(value: bool) -> void:
	_phx_auto_join = value


func get_auto_join() -> bool:
	return _phx_auto_join


func get_state() -> ChannelStates:
	_PHX_CORE.collect()
	return _phx_state


func is_closed() -> bool:
	return get_state() == CLOSED


func is_errored() -> bool:
	return get_state() == ERRORED


func is_joined() -> bool:
	return get_state() == JOINED


func is_joining() -> bool:
	return get_state() == JOINING


func is_leaving() -> bool:
	return get_state() == LEAVING


func can_push(_event: String = "") -> bool:
	return get_state() == JOINED and _phx_is_connected()


func join(timeout: int = -1) -> PhoenixPush:
	_phx_departure.cancel()  # it stays joined
	var was := get_state()
	var begins := was == CLOSED or was == LEAVING
	if begins:
		var problem := _phx_bind(true)
		if problem:
			_PHX_CORE.mistake("PhoenixChannel.join", _phx_about(), problem)
			return null
		_phx_begin()
	var push := _phx_start("phx_join")
	_phx_command = _PHX_CORE.send([_PHX_COMMAND.JOIN, _phx_id, push._phx_id, timeout])
	if begins:
		_phx_open_by(push)
	return push


func leave(timeout: int = -1) -> PhoenixPush:
	if _phx_opening == null:  # nothing to leave
		var problem := _phx_bind(false)
		if problem:
			_PHX_CORE.mistake("PhoenixChannel.leave", _phx_about(), problem)
			return null
		var over := _phx_start("phx_leave")
		over._phx_inbox.post([_PHX_CORE.RECORD.COMPLETED, over._phx_id, "ok", {}])
		return over
	var was := get_state()
	var push := _phx_start("phx_leave")
	_phx_is_leaving = true
	var is_on_server := was == JOINED or was == JOINING or was == LEAVING
	if is_on_server and _phx_is_connected():
		_phx_state = LEAVING
	else:
		_phx_state = CLOSED
	_phx_command = _PHX_CORE.send([_PHX_COMMAND.LEAVE, _phx_id, push._phx_id, timeout])
	if _phx_following() != null:
		_phx_presence._phx_outdated = _phx_command
	return push


func push(event: String, payload: Variant = {}, timeout: int = -1) -> PhoenixPush:
	# Most payloads are plain, and this is called all the time.
	if (
		not _phx_was_joined
		or _phx_state == CLOSED
		or _phx_state == LEAVING
		or _PHX_TEXT.is_reserved(event)
		or not (payload is Dictionary and _PHX_PAYLOAD.is_plain(payload))
		or _phx_inbox.socket == null
	):
		var problem := _phx_problem_of_push(event, payload)
		if _phx_is_gone:  # what it held calls it at its end
			return null
		if problem:
			_PHX_CORE.mistake("PhoenixChannel.push", _PHX_TEXT.about("event", event), problem)
			return null
	var started := PhoenixPush.new()
	_PHX_CORE.push(started, _phx_id, _phx_inbox, event, timeout, payload)
	return started


func on(event: String, callable: Callable) -> void:
	var problem := _PHX_TEXT.NOT_HANDLED if _PHX_TEXT.is_reserved(event) else ""
	if callable.is_null():
		problem = _PHX_TEXT.NO_CALLABLE
	if problem:
		_PHX_CORE.mistake("PhoenixChannel.on", _PHX_TEXT.about("event", event), problem)
		return
	if not _phx_callables.has(event):
		_phx_callables[event] = []
	_phx_callables[event].append(callable)


func off(event: String, callable: Callable = Callable()) -> void:
	if callable.is_null():
		_phx_callables.erase(event)
	elif _phx_callables.has(event):
		_phx_drop(event, callable)


# Not named params, which is the property's.
func close(params: Dictionary = {}, should_rejoin: bool = false) -> void:
	var is_ended := _phx_end_now(false)
	if not is_instance_valid(self):  # freed by a handler, as elsewhere
		return
	if is_ended and not _phx_is_gone:
		on_close.emit(params)
	if should_rejoin and is_instance_valid(self) and not _phx_is_gone:
		join()


func _notification(what: int) -> void:
	match what:
		NOTIFICATION_PARENTED:
			_phx_find_place()
		NOTIFICATION_ENTER_TREE:
			_phx_departure.entered()
			_phx_find_place()
			if _phx_auto_join:
				_PHX_CORE.defer_twice(_phx_join_by_itself)
		NOTIFICATION_EXIT_TREE:
			if _phx_opening != null:
				_phx_inbox.stopped = true
			_phx_departure.exited()
		NOTIFICATION_PREDELETE:
			_phx_departure.begin_freeing()


func _phx_problem_of_push(event: String, payload: Variant) -> String:
	if not _phx_was_joined:
		return _PHX_NOT_JOINED
	var problem := _PHX_PAYLOAD.problem_of(payload)
	if problem:
		return problem
	if _PHX_TEXT.is_reserved(event):
		return _PHX_TEXT.NO_EVENT
	if _phx_inbox.socket == null:
		return "the socket was freed"
	return _PHX_CLOSED if _phx_state == CLOSED or _phx_state == LEAVING else ""


# The channel begins to join: it is closed, or leaves.
func _phx_begin() -> void:
	_phx_is_leaving = _phx_state == LEAVING
	_phx_state = JOINING
	_phx_was_joined = true


func _phx_open_by(push: PhoenixPush) -> void:
	if _phx_opening != null:
		_phx_opening._phx_finish()
	push._phx_is_lasting = true
	_phx_opening = push


# Has a multiplayer peer join the channel. Says why it cannot.
func _phx_join_for(peer: int, options: Array) -> String:
	_phx_departure.cancel()  # it stays joined
	var was := get_state()
	if was != CLOSED and was != LEAVING:
		return _PHX_JOINED
	var problem := _phx_bind(true)
	if problem.is_empty() and _phx_params is Dictionary and (_phx_params as Dictionary).has("peer"):
		problem = _PHX_RELAY_KEY
	if problem:
		return problem
	_phx_begin()
	var push := _phx_start("phx_join")
	_phx_command = _PHX_CORE.send([_PHX_COMMAND.PEER, peer, _phx_id, push._phx_id] + options)
	_phx_open_by(push)
	return ""


func _phx_about() -> String:
	return _PHX_TEXT.about("the channel", _phx_topic)


# Gives the socket: the one that made the node or that it was put under, or else one among the
# parents.
func _phx_find_socket() -> PhoenixSocket:
	if is_instance_valid(_phx_socket) and not _phx_socket._phx_is_gone:
		return _phx_socket
	return _phx_find_above()


func _phx_find_above() -> PhoenixSocket:
	var at := get_parent()
	while at != null:
		if at is PhoenixSocket:
			_phx_socket = at
			return at
		at = at.get_parent()
	return null


# Finds the node's socket. Under another socket the channel starts again.
func _phx_find_place() -> void:
	var socket := _phx_find_above()
	if socket == null:
		return
	socket._phx_adopt(self)
	if _phx_opening != null and _phx_inbox != socket._phx_inbox:
		_phx_end()


func _phx_join_by_itself() -> void:
	if not _phx_is_gone and is_inside_tree() and _phx_opening == null:
		join()


# Ensures that the worker has a channel for this topic and socket. Returns the reason if it cannot.
func _phx_bind(with_params: bool) -> String:
	var socket := _phx_find_socket()
	if socket == null:
		return _PHX_NO_SOCKET
	var problem := _phx_problem_of_params(_phx_params) if with_params else ""
	if problem.is_empty():
		problem = socket._phx_use()
	if problem.is_empty() and _phx_topic in ["", "phoenix"]:
		problem = _PHX_TEXT.NO_TOPIC
	if problem:
		return problem
	var is_same_one := _phx_inbox == socket._phx_inbox and _phx_bound_topic == _phx_topic
	if _phx_id != 0 and is_same_one:
		if with_params:
			_phx_send_params()
		return ""
	if _phx_id != 0 and _phx_is_leaving:  # and its close is still to be told
		_PHX_CORE.nodes[_phx_id] = _PHX_FORMER.new(_phx_id, self)
		_phx_id = 0
	_phx_unbind()
	_phx_id = _PHX_CORE.new_id()
	_phx_bound_topic = _phx_topic
	_phx_inbox = socket._phx_inbox
	_phx_was_joined = _phx_was_joined and is_same_one
	_PHX_CORE.nodes[_phx_id] = self
	var asked := with_params and _phx_params is Callable
	var given: Variant = null if asked else _phx_params if with_params else {}
	_phx_command = _PHX_CORE.send(
		[_PHX_COMMAND.CHANNEL, _phx_id, socket._phx_id, _phx_topic, asked, given]
	)
	if get_presence() != null:
		_phx_presence._phx_follow(self)
	return ""


func _phx_unbind() -> void:
	if _phx_id == 0:
		return
	_PHX_CORE.nodes.erase(_phx_id)
	_PHX_CORE.send([_PHX_COMMAND.CHANNEL_CLOSE, _phx_id])
	_phx_id = 0


func _phx_problem_of_params(value: Variant) -> String:
	return "" if value is Callable else _PHX_PAYLOAD.problem_of(value)


func _phx_send_params() -> void:
	var asked := _phx_params is Callable
	_PHX_CORE.send([_PHX_COMMAND.PARAMS, _phx_id, asked, null if asked else _phx_params])


func _phx_start(event: String) -> PhoenixPush:
	if _phx_inbox.socket != null:
		_phx_inbox.socket._phx_listen()
	var started := PhoenixPush.new()
	_PHX_CORE.expect(started, _phx_id, _phx_inbox, event)
	return started


func _phx_drop(event: String, callable: Callable) -> void:
	if not _phx_callables.has(event):
		return
	var left := _phx_callables[event].filter(func(c: Callable) -> bool: return c != callable)
	if left.is_empty():
		_phx_callables.erase(event)
	else:
		_phx_callables[event] = left


# Lets a presence follow the channel in place of the one before; none if it is null.
func _phx_use_presence(value: PhoenixPresence) -> void:
	var old := get_presence()
	_phx_presence = value
	if value != null:
		value._phx_given_to(self)
	if old == value:
		return
	if old != null:
		old._phx_taken_from(self)
		if _phx_id != 0 and old._phx_channel == self:
			old._phx_follow(null)
	if value != null and is_instance_valid(self) and is_instance_valid(value) and _phx_id != 0:
		value._phx_follow(self)


# The node's presence if it follows this channel, else null.
func _phx_following() -> PhoenixPresence:
	var follows := get_presence()
	return follows if follows != null and follows._phx_channel == self else null


# Ends a channel that has left the tree.
func _phx_end() -> void:
	if _phx_end_now(true) and is_instance_valid(self):
		on_close.emit({"reason": "exit tree"})


# Ends the channel without waiting for the server, and returns whether there was one.
func _phx_end_now(in_silence: bool) -> bool:
	if not _phx_close_now():
		return false
	var follower := _phx_following()
	if follower != null:
		if in_silence:
			follower._phx_all_leave()
		else:
			follower.clear()
	return true


func _phx_close_now() -> bool:
	if not _phx_shut():
		return false
	_PHX_CORE.close_pushes(_phx_id)
	_phx_unbind()
	_phx_state = CLOSED
	_phx_is_leaving = false
	return true


# Marks the channel as closed, and returns whether it was open.
func _phx_shut() -> bool:
	if _phx_opening == null:
		return false
	_phx_opening._phx_finish()
	_phx_opening = null
	return true


# The worker's channel is over.
func _phx_closed() -> void:
	_phx_is_leaving = false
	if _phx_state == CLOSED:  # else it was joined again meanwhile
		_phx_shut()
	var follower := _phx_following()
	if follower != null:
		follower.clear()


# The socket is gone for good: what is to be told of it is told in turn.
func _phx_lose_socket() -> void:
	_PHX_CORE.close_pushes(_phx_id)
	if _phx_opening != null and _phx_state != CLOSED:
		_phx_state = CLOSED
		_phx_inbox.post(
			[
				_PHX_CORE.RECORD.CHANNEL_CLOSED,
				_phx_id,
				{"source": "transport", "reason": "socket_closed"}
			]
		)


func _phx_is_connected() -> bool:
	return _phx_inbox.socket != null and _phx_inbox.socket.get_state() == PhoenixSocket.OPEN


func _phx_free() -> void:
	_phx_is_gone = true
	_phx_unbind()
	_phx_callables.clear()
	if is_instance_valid(_phx_socket):
		_phx_socket._phx_channels.erase(self)
