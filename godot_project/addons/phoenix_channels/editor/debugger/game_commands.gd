@tool
extends Node
## What the tab asks the game to do, and what became of it.

const Actions := preload("game_actions.gd")
const GameTree := preload("game_tree.gd")
const NetworkDialog := preload("network_dialog.gd")
const PushDialog := preload("push_dialog.gd")
const Row := preload("message_row.gd")
const Session := preload("session.gd")
const StatusLabel := preload("../status_label.gd")

## Shows what became of the latest command.
var result := StatusLabel.new()

var _session: Session
var _push := PushDialog.new()
var _network := NetworkDialog.new()


func _init(session: Session) -> void:
	_session = session
	_session.answered.connect(_answered)
	result.clip_text = true
	result.mouse_filter = Control.MOUSE_FILTER_STOP
	result.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	_push.push_requested.connect(_push_by_hand)
	_network.chosen.connect(_simulate)
	add_child(_push)
	add_child(_network)


## Does an action of the tree, with the entry that is selected there.
func act(action: Actions.Action, entry: GameTree.Entry) -> void:
	var socket := entry.socket
	var channel := entry.channel
	match action:
		Actions.Action.CONNECT:
			_session.command("Connect", "connect", socket.id)
		Actions.Action.DISCONNECT:
			_session.command("Disconnect", "disconnect", socket.id)
		Actions.Action.NETWORK:
			_network.open(socket, _session.presets)
		Actions.Action.JOIN:
			_session.command("Join of %s" % channel.topic, "join", channel.id)
		Actions.Action.LEAVE:
			_session.command("Leave of %s" % channel.topic, "leave", channel.id)
		Actions.Action.PUSH:
			_push.open(_session.sockets, channel.id)


## Pushes the event and payload of a row to the channel of its topic.
func push_again(row: Row) -> void:
	var payload: Variant = row.payload if row.is_binary() else row.text()
	_push_to(_channel_of(row), row.event, payload)


## Why [method push_again] cannot be done; empty when it can.
func obstacle_to_push_again(row: Row) -> String:
	if row == null:
		return ""
	if _session.phase != Session.Phase.WATCHING:
		return "There is no running game."
	if row.is_cut():
		return "The payload is too long to be kept as a whole."
	if row.is_hidden():
		return "The payload has secrets, which are hidden here."
	if _channel_of(row).is_empty():
		return "The game has not joined %s." % row.topic
	return ""


func say(words: String, is_error: bool) -> void:
	result.say(words, &"error_color" if is_error else &"success_color")


# Of the row's own socket if it has the topic: a log's sockets may be numbered in another way.
func _channel_of(row: Row) -> Dictionary:
	var found := {}
	for socket: Dictionary in _session.sockets:
		for channel: Dictionary in socket.channels:
			if channel.topic == row.topic and channel.state == PhoenixChannel.JOINED:
				if found.is_empty() or socket.number == row.socket:
					found = channel
	return found


func _push_by_hand(channel: Dictionary, event: String, payload: Variant) -> void:
	_push.say("")
	_push_to(channel, event, payload)


func _push_to(channel: Dictionary, event: String, payload: Variant) -> void:
	var arguments: Array = [event, payload]
	if payload is String:
		arguments.append("json")
	_session.command("Push of %s to %s" % [event, channel.topic], "push", channel.id, arguments)


func _simulate(socket: Dictionary, simulation: Dictionary) -> void:
	_session.command("Network", "simulate", socket.id, [simulation])


func _answered(command: String, problem: String) -> void:
	var words := "%s: %s" % [command, problem] if problem else "%s: done" % command
	say(words, not problem.is_empty())
	if _push.visible:
		_push.say(words, not problem.is_empty())
