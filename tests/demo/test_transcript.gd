## The transcript of a chat room: the server's order, each message once, whatever comes.
extends "res://case.gd"

const Message := preload("res://screens/chat/message.gd")
const Transcript := preload("res://screens/chat/transcript.gd")

var _transcript := Transcript.new()


func _from_server(id: int, text: String, at_ms: int = 1_000) -> Dictionary:
	return {"id": id, "from": "bob", "name": "Bob", "text": text, "at": at_ms}


func _unsent(text: String) -> Message:
	var message := Message.new()
	message.write("ada", "Ada", text)
	_transcript.add_unsent(message)
	return message


func _texts() -> Array[String]:
	var texts: Array[String] = []
	for message: Message in _transcript.messages:
		texts.append(message.text)
	return texts


func test_messages_stand_in_the_order_of_their_ids() -> void:
	_transcript.take([_from_server(2, "b"), _from_server(4, "d")])
	_transcript.take([_from_server(3, "c")])
	_transcript.take([_from_server(1, "a")])
	equal(_texts(), ["a", "b", "c", "d"] as Array[String], "the texts")


func test_a_message_that_comes_twice_stands_once() -> void:
	equal(_transcript.take([_from_server(1, "a"), _from_server(1, "a")]).size(), 1, "new ones")
	equal(_transcript.take([_from_server(1, "a"), _from_server(2, "b")]).size(), 1, "new ones")
	equal(_texts(), ["a", "b"] as Array[String], "the texts")


func test_what_is_no_message_is_left_out() -> void:
	var good := _from_server(1, "a")
	var bad: Array = [null, 1, "a", [], {}]
	for key: String in good:
		for value: Variant in [null, 1.5, [], {}, true, 0 if key == "id" else null]:
			bad.append(good.merged({key: value}, true))
	equal(_transcript.take(bad).size(), 0, "messages found")
	equal(_texts(), [] as Array[String], "the texts")


func test_unsent_messages_stand_last_until_the_server_has_them() -> void:
	var first := _unsent("mine")
	var second := _unsent("mine too")
	_transcript.take([_from_server(7, "before"), _from_server(9, "after")])
	equal(_texts(), ["before", "after", "mine", "mine too"] as Array[String], "the texts")
	_transcript.confirm(first, _from_server(8, "mine"))
	equal(_texts(), ["before", "mine", "after", "mine too"] as Array[String], "the texts")
	equal(_transcript.unsent(), [second] as Array[Message], "what is unsent")


func test_a_message_that_is_known_from_the_history_is_not_doubled_by_its_reply() -> void:
	var message := _unsent("mine")
	_transcript.take([_from_server(8, "mine")])
	_transcript.confirm(message, _from_server(8, "mine"))
	equal(_texts(), ["mine"] as Array[String], "the texts")


func test_a_yes_without_the_message_is_a_yes() -> void:
	var message := _unsent("mine")
	_transcript.confirm(message, null)
	equal(_texts(), ["mine"] as Array[String], "the texts")
	equal(_transcript.unsent(), [] as Array[Message], "what is unsent")


func test_a_server_that_goes_on_from_what_is_known_adds_to_it() -> void:
	_transcript.take([_from_server(1, "a"), _from_server(2, "b")])
	var history := [_from_server(2, "b"), _from_server(3, "c")]
	_transcript.meet(history)
	_transcript.take(history)
	equal(_texts(), ["a", "b", "c"] as Array[String], "the texts")
	equal(_transcript.messages[2].era, 0, "the era")


func test_a_server_that_has_forgotten_begins_a_new_era() -> void:
	for history: Array in [[], [_from_server(1, "new", 2_000)], [_from_server(9, "new", 2_000)]]:
		_transcript = Transcript.new()
		_transcript.take([_from_server(1, "a"), _from_server(9, "b")])
		var waiting := _unsent("mine")
		_transcript.meet(history)
		_transcript.confirm(waiting, _from_server(2, "mine", 2_001))
		_transcript.take(history)
		_transcript.take([_from_server(10, "c", 2_002)])
		check(
			_texts().slice(0, 2) == (["a", "b"] as Array[String]),
			"what was before: %s" % [_texts()]
		)
		equal(_texts().size(), history.size() + 4, "messages")
		equal(_transcript.messages[-1].text, "c", "the last")
		equal(_transcript.messages[-1].era, 1, "its era")
		equal(_transcript.messages[1].era, 0, "the era before")


func test_names_are_one_line() -> void:
	_transcript.take([_from_server(1, "a").merged({"name": "Bob\nroot"}, true)])
	equal(_transcript.messages[0].name, "Bobroot", "the name")


func test_the_oldest_are_dropped() -> void:
	for id: int in range(1, Transcript.MAX_MESSAGES + 11):
		_transcript.take([_from_server(id, str(id))])
	equal(_transcript.messages.size(), Transcript.MAX_MESSAGES, "messages")
	equal(_transcript.messages[0].text, "11", "the oldest")
