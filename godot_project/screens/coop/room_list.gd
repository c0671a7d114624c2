## The open rooms on the server: a presence of the relay's, with a button for each.
extends VBoxContainer

signal chosen(code: String)

const EMPTY := "No open rooms. Open one and share its code."

var _presence := PhoenixPresence.new()

@onready var _empty: Label = %NoRooms


func _ready() -> void:
	_presence.on_sync.connect(_show)
	add_child(_presence)
	_show()


func follow(channel: PhoenixChannel) -> void:
	channel.presence = _presence
	channel.join()


func codes() -> PackedStringArray:
	return PackedStringArray(_presence.get_state().keys())


func _show() -> void:
	for child: Node in get_children():
		if child is Button:
			remove_child(child)
			child.queue_free()
	var rooms := _presence.get_state()
	_empty.visible = rooms.is_empty()
	_empty.text = EMPTY
	for code: String in rooms:
		var room: Dictionary = rooms[code].metas[0]
		var button := Button.new()
		button.name = code
		button.text = "%s   %d of %d" % [code, room.peers, room.max_peers]
		button.disabled = room.locked or room.peers >= room.max_peers
		button.pressed.connect(chosen.emit.bind(code))
		add_child(button)
