## A room: a channel, who is in it, and what was said. It knows nothing of how it is shown.
##
## The channel rejoins automatically after a lost connection. This script adds the missed messages,
## and resends the unconfirmed ones.
extends Node

## Something to see is different: the people, the typing, the state.
signal changed
## Others have said this many messages that were not seen here yet.
signal heard(count: int)

enum State { JOINING, JOINED, LOST, REFUSED }

const Message := preload("res://screens/chat/message.gd")
const Transcript := preload("res://screens/chat/transcript.gd")

const EVENT_MESSAGE := "message"
const EVENT_TYPING := "typing"
const REPLY_LIMIT_MS := 5_000
## Between messages that waited for the connection: the server takes five in a second.
const PAUSE_S := 0.21

var title := ""
var transcript := Transcript.new()
## What the player began to write here.
var draft := ""
var state := State.JOINING
## Why the server refused the room.
var refusal := ""
## What others said since somebody last looked.
var unread := 0

var _me := ""
var _my_name := ""
var _channel: PhoenixChannel
var _presence := PhoenixPresence.new()
var _in_flight: PhoenixPush
var _missed := []  # what the server has, to be taken once nothing is in doubt any more
var _has_history := false
var _typing := false


## Takes a channel that is not joined yet, and joins it. [param me] is the user id that the server
## knows this player by.
func open(channel: PhoenixChannel, room_name: String, me: String, my_name: String) -> void:
	title = room_name
	_me = me
	_my_name = my_name
	_channel = channel
	_channel.presence = _presence
	add_child(_presence)
	_channel.on_join_result.connect(_on_join_result)
	_channel.on_error.connect(_on_error)
	_channel.on_close.connect(_on_close)
	_channel.on(EVENT_MESSAGE, _on_message)
	_presence.on_sync.connect(changed.emit)
	_channel.join()


func _exit_tree() -> void:
	# The channel is the socket's child, not this node's. Freeing it leaves the topic.
	if is_instance_valid(_channel):
		_channel.queue_free()


## Sends a message. It is in the transcript immediately, with a state that shows its progress.
func say(text: String) -> void:
	set_typing(false)
	var message := Message.new()
	message.write(_me, _my_name, text)
	message.was_late = state != State.JOINED
	transcript.add_unsent(message)
	_send_next()


## Sends a failed message again. The server knows it by its nonce: should the first try have arrived
## after all, it is not stored twice.
func retry(message: Message) -> void:
	_set_state(message, Message.State.WAITING)
	_send_next()


## Shows the others that this player is typing, or has stopped.
func set_typing(typing: bool) -> void:
	if typing != _typing:
		_typing = typing
		if state == State.JOINED:
			_channel.push(EVENT_TYPING, {"typing": typing})


## What an unsent message waits for, in words; empty if only for those before it.
func what_is_waited_for() -> String:
	match state:
		State.JOINED:
			return ""
		State.REFUSED:
			return "not sent: the server refuses this room"
	return "will be sent once connected"


## Whether the room's history has arrived.
func has_history() -> bool:
	return _has_history


func is_mine(message: Message) -> bool:
	return message.from == _me


## Who is here, by name: {key, name, typing, me}. A user with several windows is one person.
func people() -> Array[Dictionary]:
	var found: Array[Dictionary] = []
	var present := _presence.get_state()
	for key: String in present:
		var person := {"key": key, "name": key, "typing": false, "me": key == _me}
		for meta: Dictionary in present[key].metas:
			person.name = str(meta.get("name", key))
			person.typing = person.typing or meta.get("typing") == true
		found.append(person)
	found.sort_custom(_is_before)
	return found


func _is_before(a: Dictionary, b: Dictionary) -> bool:
	return (a.name as String).naturalnocasecmp_to(b.name as String) < 0


## One at a time, so that what is said arrives in its order.
func _send_next() -> void:
	if state != State.JOINED or _in_flight != null:
		return
	var message := _next_waiting()
	if message == null:
		if not (_has_history and _missed.is_empty()):
			_take_missed()
		return
	var push := _channel.push(
		EVENT_MESSAGE, {"text": message.text, "nonce": message.nonce}, REPLY_LIMIT_MS
	)
	if push == null:
		return  # the room was closed a moment ago, and on_close is about to tell
	_in_flight = push
	_set_state(message, Message.State.SENDING)
	var reply: Array = await push.completed
	if message.was_late:
		await get_tree().create_timer(PAUSE_S).timeout
	if push != _in_flight:
		return  # the connection was lost meanwhile, and the message waits for the next
	_in_flight = null
	_take_reply(message, reply[0] as String, reply[1])
	_send_next()


func _next_waiting() -> Message:
	for message: Message in transcript.unsent():
		if message.state == Message.State.WAITING:
			return message
	return null


func _take_reply(message: Message, status: String, response: Variant) -> void:
	match status:
		"ok":
			transcript.confirm(message, (response as Dictionary).get("message"))
		"error":
			message.error = _reason(response)
			_set_state(message, Message.State.REFUSED)
		_:
			_set_state(message, Message.State.UNANSWERED)


func _set_state(message: Message, to: Message.State) -> void:
	message.state = to
	transcript.changed.emit()


func _on_join_result(status: String, result: Variant) -> void:
	if status != "ok":
		state = State.REFUSED if status == "error" else State.LOST
		refusal = _reason(result)
		changed.emit()
		return
	state = State.JOINED
	_keep_missed((result as Dictionary).get("history"))
	if _has_history:
		# The server sees a newcomer, who is not typing.
		_channel.push(EVENT_TYPING, {"typing": _typing})
	# What was in flight when the connection went may be in that history, under an id unknown here.
	# So it is sent again first: the reply shows which it is, and nothing is shown twice.
	_wait_again([Message.State.UNANSWERED])
	_send_next()
	changed.emit()


func _keep_missed(history: Variant) -> void:
	var early := _missed  # broadcasts that overtook the reply to the join
	_missed = []
	if history is Array:
		transcript.meet(history as Array)
		_missed.append_array(history as Array)
	_missed.append_array(early)


func _take_missed() -> void:
	var added := transcript.take(_missed)
	_missed = []
	if _has_history:
		_hear(added)
	_has_history = true


func _on_message(payload: Variant) -> void:
	if state == State.JOINED:
		_hear(transcript.take([payload]))
	else:
		_missed.append(payload)


func _hear(messages: Array[Message]) -> void:
	var count := messages.filter(func(message: Message) -> bool: return not is_mine(message)).size()
	if count > 0:
		unread += count
		heard.emit(count)


## The connection is lost, or the room crashed on the server. The channel rejoins automatically.
func _on_error(_error: Variant) -> void:
	state = State.LOST
	_in_flight = null
	_missed = []
	_wait_again([Message.State.SENDING])
	changed.emit()


func _wait_again(states: Array[Message.State]) -> void:
	for message: Message in transcript.unsent():
		if message.state in states:
			_set_state(message, Message.State.WAITING)


## The server closed the room for good.
func _on_close(_params: Variant) -> void:
	state = State.REFUSED
	refusal = "closed by the server"
	changed.emit()


func _reason(response: Variant) -> String:
	if response is Dictionary and (response as Dictionary).get("reason") is String:
		return (response as Dictionary).reason
	return "refused"
