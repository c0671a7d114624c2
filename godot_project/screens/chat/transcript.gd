## A room's messages, in the server's order. Each is in it once, in however many ways it arrives:
## as a broadcast, in the history of a join, as the reply to a push.
extends RefCounted

signal changed

const Message := preload("res://screens/chat/message.gd")

## Beyond these the oldest are dropped.
const MAX_MESSAGES := 300

## Oldest first, unconfirmed messages at the end.
var messages: Array[Message] = []

var _era := 0


## Compares the history that a server has with what is known here. To be called before anything else
## is taken from that server.
##
## A server that keeps its history in memory starts again with new ids when it is restarted. Its
## earlier messages stay readable here; a new era keeps both apart.
func meet(history: Array) -> void:
	if not _is_forgotten(_read(history)):
		return
	_era += 1
	for message: Message in unsent():
		message.era = _era


## Takes messages of the server. Returns those that are new here.
func take(payloads: Array) -> Array[Message]:
	var added: Array[Message] = []
	for message: Message in _read(payloads):
		if _find(message.id) == null:
			_insert(message)
			added.append(message)
	changed.emit()
	return added


## Adds a message that the server does not have yet.
func add_unsent(message: Message) -> void:
	message.era = _era
	messages.append(message)
	changed.emit()


## Puts an unsent message in its place, as the server has it now.
func confirm(message: Message, payload: Variant) -> void:
	messages.erase(message)
	if not message.read(payload):
		message.state = Message.State.SENT  # an odd reply, but it is a yes
		messages.append(message)
	elif _find(message.id) == null:
		_insert(message)
	changed.emit()


func discard(message: Message) -> void:
	messages.erase(message)
	changed.emit()


## What the server does not have, or may not have, oldest first.
func unsent() -> Array[Message]:
	return messages.filter(
		func(message: Message) -> bool: return message.state != Message.State.SENT
	)


func _is_forgotten(history: Array[Message]) -> bool:
	var newest := 0
	for message: Message in messages:
		if message.era == _era:
			newest = maxi(newest, message.id)
	if newest == 0:
		return false
	if history.is_empty() or history[-1].id < newest:
		return true
	for message: Message in history:
		var known := _find(message.id)
		if known != null and known.at_ms != message.at_ms:
			return true
	return false


func _read(payloads: Array) -> Array[Message]:
	var found: Array[Message] = []
	for payload: Variant in payloads:
		var message := Message.new()
		if message.read(payload):
			found.append(message)
	return found


## The message of this era with this id, or null.
func _find(id: int) -> Message:
	for i: int in range(messages.size() - 1, -1, -1):
		var message := messages[i]
		if message.era == _era and message.id == id:
			return message
	return null


func _insert(message: Message) -> void:
	message.era = _era
	var place := messages.size()
	while place > 0 and _belongs_before(message, messages[place - 1]):
		place -= 1
	messages.insert(place, message)
	while messages.size() > MAX_MESSAGES:
		messages.remove_at(0)


func _belongs_before(message: Message, other: Message) -> bool:
	if other.state != Message.State.SENT:
		return true
	return other.era == message.era and other.id > message.id
