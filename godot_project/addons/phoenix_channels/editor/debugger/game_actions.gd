@tool
extends HFlowContainer
## What can be done with the selected line of the tree: as buttons, and as its context menu.

## The user asks for an action, on what is selected.
signal requested(action: Action)

enum Action { CONNECT, DISCONNECT, NETWORK, JOIN, LEAVE, PUSH, FILTER }

const GameTree := preload("game_tree.gd")
const Look := preload("../look.gd")

const TITLES := {
	Action.CONNECT: "Connect",
	Action.DISCONNECT: "Disconnect",
	Action.NETWORK: "Network…",
	Action.JOIN: "Join",
	Action.LEAVE: "Leave",
	Action.PUSH: "Push…",
	Action.FILTER: "Filter",
}
const TOOLTIPS := {
	Action.CONNECT: "Connect the selected socket.",
	Action.DISCONNECT: "Disconnect the selected socket. It does not reconnect on its own then.",
	Action.NETWORK: "Simulate a bad network for the selected socket.",
	Action.JOIN: "Join the selected channel.",
	Action.LEAVE: "Leave the selected channel.",
	Action.PUSH: "Push an event of your own to the selected channel.",
	Action.FILTER: "Show only the messages of the selected socket or channel.",
}
const ICONS := {
	Action.CONNECT: &"Play",
	Action.DISCONNECT: &"Stop",
	Action.NETWORK: &"Tools",
	Action.JOIN: &"Add",
	Action.LEAVE: &"Remove",
	Action.PUSH: &"ArrowUp",
	Action.FILTER: &"AnimationFilter",
}

var _buttons := {}
var _menu := PopupMenu.new()
var _entry: GameTree.Entry
var _is_running := false


func _init() -> void:
	for action: Action in TITLES:
		var button := Look.button(TOOLTIPS[action], TITLES[action])
		button.pressed.connect(requested.emit.bind(action))
		add_child(button)
		_buttons[action] = button
	_menu.id_pressed.connect(_chosen)
	add_child(_menu)
	update(null, false)


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED:
		for action: Action in _buttons:
			_buttons[action].icon = Look.icon(self, ICONS[action])


## Shows what is possible with an entry of the tree, of which there may be none.
func update(entry: GameTree.Entry, is_running: bool) -> void:
	_entry = entry
	_is_running = is_running
	for action: Action in _buttons:
		_buttons[action].disabled = not is_possible(action)
		_buttons[action].visible = entry == null or _fits(action)


func is_possible(action: Action) -> bool:
	if _entry == null or not _fits(action):
		return false
	if action == Action.FILTER or not _is_running:
		return action == Action.FILTER
	var channel_state: int = _entry.channel.get("state", -1)
	var possible := true
	match action:
		Action.CONNECT:
			possible = _entry.socket.state == PhoenixSocket.CLOSED
		Action.DISCONNECT:
			possible = _entry.socket.state != PhoenixSocket.CLOSED
		Action.JOIN:
			possible = channel_state in [PhoenixChannel.CLOSED, PhoenixChannel.ERRORED]
		Action.LEAVE:
			possible = channel_state != PhoenixChannel.CLOSED
		Action.PUSH:
			possible = channel_state == PhoenixChannel.JOINED
	return possible


## Opens the context menu at a place on the screen.
func open_menu(at: Vector2) -> void:
	_menu.clear()
	for action: Action in TITLES:
		if _entry != null and _fits(action):
			_menu.add_icon_item(Look.icon(self, ICONS[action]), TITLES[action], action)
			var i := _menu.get_item_index(action)
			_menu.set_item_disabled(i, not is_possible(action))
			_menu.set_item_tooltip(i, TOOLTIPS[action])
	if _menu.item_count > 0:
		_menu.popup(Rect2(at, Vector2.ZERO))


# Whether the action is one for that kind of line.
func _fits(action: Action) -> bool:
	match action:
		Action.FILTER:
			return true
		Action.CONNECT, Action.DISCONNECT, Action.NETWORK:
			return _entry.kind == GameTree.Kind.SOCKET
	return not _entry.channel.is_empty()


func _chosen(action: int) -> void:
	requested.emit(action as Action)
