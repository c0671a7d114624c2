extends "res://phoenix_case.gd"
## What no good server sends, up to where the game would see it.

const RawServer := preload("res://raw_server.gd")

const LEVELS := 100_000
const DIGITS := 100_000


## In pairs of a name and the text of a frame.
func _hostile_messages(topic: String) -> Array[PackedStringArray]:
	var begin := '[null,null,"%s",' % topic
	var messages: Array[PackedStringArray] = [
		["nothing", ""],
		["no JSON", "hello"],
		["half a message", begin + '"event",{"a":'],
		["an object", '{"topic":"%s","event":"phx_close"}' % topic],
		["an event that is a number", begin + "5,{}]"],
		["a topic that is null", '[null,null,null,"phx_close",{}]'],
		["an outdated close", '["0","0","%s","phx_close",{}]' % topic],
		["an outdated error", '["0","0","%s","phx_error",{}]' % topic],
		["a reply to nobody", begin + '"phx_reply",{"status":"ok","response":{}}]'],
		["a reply that is a list", begin + '"phx_reply",[1,2]]'],
		["a presence that is a number", begin + '"presence_state",5]'],
		["a diff that is a list", begin + '"presence_diff",[{}]]'],
		["many levels", begin + '"event",' + "[".repeat(LEVELS) + "]".repeat(LEVELS) + "]"],
		["many levels without end", begin + '"event",' + '{"a":'.repeat(LEVELS)],
	]
	return messages


func test_what_a_server_should_not_send_stops_nothing() -> void:
	var server := RawServer.new()
	add_child(server)
	var socket := await open_socket({}, server.url)
	var topic := new_topic()
	var presence := PhoenixPresence.new()
	add_child(presence)
	var channel := await joined(socket, topic, {}, presence)
	var states := record(channel.on_error)
	var closes := record(channel.on_close)
	var events := record(channel.on_event)
	for message: PackedStringArray in _hostile_messages(topic):
		events.calls.clear()
		server.say(message[1])
		server.say('[null,null,"%s","next",{"after":"%s"}]' % [topic, message[0]])
		if not await wait_until(
			func() -> bool: return not events.calls.is_empty() and events.calls[-1][0] == "next",
			"the next event after %s" % message[0]
		):
			return
		equal(events.calls[-1][1], {"after": message[0]}, "the next event")
		check(channel.is_joined(), "joined after %s" % message[0])
	equal(states.calls, [], "errors of the channel")
	equal(closes.calls, [], "closes of the channel")
	check(socket.get_is_connected(), "connected")


func test_payloads_of_any_size_and_type_arrive() -> void:
	var server := RawServer.new()
	add_child(server)
	var socket := await open_socket({}, server.url)
	var topic := new_topic()
	var channel := await joined(socket, topic)
	var events := record(channel.on_event)
	var zeros := []
	zeros.resize(200_000)
	zeros.fill(0)
	var payloads := {
		"null": null,
		"5": 5,
		"[]": [],
		'""': "",
		"1e999": INF,
		"9".repeat(DIGITS): INF,
		"[" + "0,".repeat(199_999) + "0]": zeros,
		"{" + '"a":1,'.repeat(10_000) + '"a":2}': {"a": 2},
	}
	for payload: String in payloads:
		server.say('[null,null,"%s","event",%s]' % [topic, payload])
	await wait_for(events, payloads.size())
	check(channel.is_joined() and socket.get_is_connected(), "joined and connected")
	equal(events.calls.size(), payloads.size(), "how many came")
	for i in events.calls.size():
		check(
			events.calls[i][1] == payloads.values()[i],
			"what came of %s" % payloads.keys()[i].left(20)
		)
