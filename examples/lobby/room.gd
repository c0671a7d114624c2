## A chat room: its channel, who is present, and what was said.
extends Node

signal changed

const NO_ANSWER := "no answer"

## The messages that the server has stored, in its order: {id, from, name, text, at}.
var messages: Array[Dictionary] = []
## The messages that the server may not have: {text, nonce, problem}. Without a problem, a message
## is on its way.
var unsent: Array[Dictionary] = []

var _channel: PhoenixChannel
var _presence := PhoenixPresence.new()
var _typing := false


func open(socket: PhoenixSocket, topic: String, my_name: String) -> void:
	add_child(_presence)
	_presence.on_sync.connect(changed.emit)
	_channel = socket.channel(topic, {"name": my_name}, _presence)
	_channel.on_join_result.connect(_on_join_result)
	_channel.on("message", _add)
	_channel.join()


func say(text: String) -> void:
	var message := {"text": text, "nonce": "%d-%d" % [Time.get_ticks_usec(), randi()]}
	unsent.append(message)
	send(message)


## Sends an unsent message, for the first time or once more.
func send(message: Dictionary) -> void:
	message.problem = ""
	changed.emit()
	var push := _channel.push("message", {"text": message.text, "nonce": message.nonce})
	var reply: Array = await push.completed
	if reply[0] == "ok":
		unsent.erase(message)
		_add(reply[1].message as Dictionary)
		return
	message.problem = reply[1].reason if reply[0] == "error" else NO_ANSWER
	changed.emit()


func set_typing(typing: bool) -> void:
	if typing != _typing and _channel.is_joined():
		_typing = typing
		_channel.push("typing", {"typing": typing})


## Who is present: by user id, whether they are typing.
func people() -> Dictionary:
	var found := {}
	var present := _presence.get_state()
	for key: String in present:
		found[key] = present[key].metas.any(func(meta: Dictionary) -> bool: return meta.typing)
	return found


func _on_join_result(status: String, result: Variant) -> void:
	if status != "ok":
		push_warning("Cannot join: %s" % result)
		return
	_typing = false  # the server starts a rejoined player without it
	messages.assign(result.history as Array)
	changed.emit()
	for message: Dictionary in unsent:
		if message.problem in ["", NO_ANSWER]:
			send(message)


## A message may arrive twice: in the history, and as a broadcast or a reply. The id shows it.
func _add(message: Dictionary) -> void:
	if not messages.any(func(known: Dictionary) -> bool: return known.id == message.id):
		messages.append(message)
		messages.sort_custom(func(a: Dictionary, b: Dictionary) -> bool: return a.id < b.id)
	changed.emit()
