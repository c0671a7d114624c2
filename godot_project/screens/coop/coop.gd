## The co-op game: rooms to open and to join, and the match in the player's room.
##
## Everything that is sent goes through Godot's own multiplayer. [code]match.gd[/code] makes its
## peer, the only line that would be another over ENet ([code]--enet[/code]).
extends "res://screens/screen.gd"

const Match := preload("res://screens/coop/match.gd")
const Meadow := preload("res://screens/coop/meadow.gd")
const Palette := preload("res://ui/palette.gd")
const RoomList := preload("res://screens/coop/room_list.gd")
const MEADOW := preload("res://screens/coop/meadow.tscn")

const PEOPLE_EVERY_S := 0.5
const LIST_TOPIC := "relay_list"

var meadow: Meadow
## The match that the player is in, null in the lobby.
var current: Match

## Godot's multiplayer of this screen alone, whose paths begin at the view.
var _api := SceneMultiplayer.new()
var _api_path := NodePath()
var _channel: PhoenixChannel
var _people_in_s := 0.0
var _finger := Vector2.ZERO  # where it is held, from the middle of the own ship

@onready var rooms: RoomList = %Rooms
@onready var _lobby: Control = %Lobby
@onready var _room: Control = %Room
@onready var _code: LineEdit = %Code
@onready var _title: Label = %RoomTitle
@onready var _people: VBoxContainer = %People
@onready var _status: Label = %Status
@onready var _view: Control = %View


func _ready() -> void:
	%Open.pressed.connect(open_room)
	%Join.pressed.connect(func() -> void: join_room(_code.text))
	_code.text_submitted.connect(func(_text: String) -> void: join_room(_code.text))
	%Copy.pressed.connect(func() -> void: DisplayServer.clipboard_set(current.code))
	%Leave.pressed.connect(leave_room)
	rooms.chosen.connect(join_room)
	_view.gui_input.connect(_on_view_input)
	_view.resized.connect(_fit)
	_api_path = _view.get_path()
	get_tree().set_multiplayer(_api, _api_path)
	_api.connected_to_server.connect(_start)
	_api.connection_failed.connect(_on_ended.bind(""))
	_api.server_disconnected.connect(_on_ended.bind(""))
	_show_lobby("")
	if Screens.over_enet:
		_enter(Match.over_enet())
	else:
		rooms.follow(new_channel(LIST_TOPIC))


func _exit_tree() -> void:
	leave_room()
	get_tree().set_multiplayer(null, _api_path)
	super()


## Opens a room with a new code.
func open_room() -> void:
	_join("relay:" + PhoenixMultiplayerPeer.make_code(), PhoenixMultiplayerPeer.ROLE_HOST)


func join_room(code: String) -> void:
	code = code.strip_edges().to_upper()
	if code.is_empty():
		_show_lobby("Enter a room's code: six letters and digits.")
		return
	_join("relay:" + code, PhoenixMultiplayerPeer.ROLE_CLIENT)


## Back to the lobby.
func leave_room() -> void:
	if current != null:
		current.close()
	_clear()
	if is_inside_tree():
		_show_lobby("")


func _join(topic: String, role: int) -> void:
	if current == null:
		_channel = new_channel(topic)
		_enter(Match.over_phoenix(_channel, Net.player_name, role))


func _enter(with: Match) -> void:
	current = with
	current.ended.connect(_on_ended)
	current.lost.connect(_say.bind("Connection lost. Your seat is reserved …", Palette.BUSY))
	current.resumed.connect(_on_resumed)
	current.host_changed.connect(_on_host_changed)
	meadow = MEADOW.instantiate() as Meadow
	_view.add_child(meadow)
	meadow.scores_changed.connect(_show_people)
	_lobby.hide()
	_room.show()
	_title.text = current.code if current.code != "" else "ENet"
	_say("Joining …", Palette.CALM)
	_fit()
	_api.multiplayer_peer = current.peer
	if _api.is_server():  # over ENet: at once
		_start()


## The peer is connected, and knows its host.
func _start() -> void:
	_say("Gather the stars: use the arrow keys or a finger.", Palette.CALM)
	meadow.enter(current.host_id(), Net.player_name)
	_show_people()


func _on_host_changed(id: int) -> void:
	if meadow.profiles.is_empty():
		_start()
	else:
		meadow.follow(id)
		var who := "You are" if id == _api.get_unique_id() else "Another player is"
		_say("%s now the host." % who, Palette.CALM)


func _on_resumed(gap_ms: int) -> void:
	_say("Back after %.1f s: nothing was lost." % (gap_ms / 1000.0), Palette.GOOD)


func _on_ended(reason: String) -> void:
	if current == null:
		return
	_clear()
	match reason:
		"":
			_show_lobby("The match is over.")
		"no room":
			_show_lobby("No room has this code.")
		_:
			_show_lobby("Removed from the room: %s." % reason)


func _clear() -> void:
	current = null
	_api.multiplayer_peer = null
	if is_instance_valid(meadow):
		_view.remove_child(meadow)  # at once, as its nodes ask the peer that is gone
		meadow.queue_free()
	meadow = null
	if is_instance_valid(_channel):
		_channels.erase(_channel)
		_channel.queue_free()
	_channel = null


func _process(delta: float) -> void:
	if meadow == null:
		return
	var keys := Input.get_vector("ui_left", "ui_right", "ui_up", "ui_down")
	meadow.steer(keys if keys != Vector2.ZERO else _finger_direction())
	_people_in_s -= delta
	if _people_in_s <= 0.0:
		_people_in_s = PEOPLE_EVERY_S
		_show_people()


func _finger_direction() -> Vector2:
	var own := meadow.player_of(_api.get_unique_id())
	if _finger == Vector2.ZERO or own == null:
		return Vector2.ZERO
	var way := meadow.to_local(_finger) - own.position
	return way.normalized() if way.length() > Meadow.Player.RADIUS else Vector2.ZERO


func _on_view_input(event: InputEvent) -> void:
	if event is InputEventMouseButton:
		var button := event as InputEventMouseButton
		_finger = button.global_position if button.pressed else Vector2.ZERO
	elif event is InputEventMouseMotion and _finger != Vector2.ZERO:
		_finger = (event as InputEventMouseMotion).global_position


func _fit() -> void:
	if meadow != null:
		var zoom := minf(_view.size.x / Meadow.SIZE.x, _view.size.y / Meadow.SIZE.y)
		meadow.scale = Vector2.ONE * zoom
		meadow.position = (_view.size - Meadow.SIZE * zoom) / 2.0


func _show_lobby(problem: String) -> void:
	_lobby.show()
	_room.hide()
	(%Problem as Label).text = problem
	(%Problem as Label).visible = problem != ""


func _show_people() -> void:
	if current == null:
		return
	var ids := meadow.profiles.keys().filter(
		func(id: int) -> bool: return (meadow.profiles[id] as Dictionary).has("name")
	)
	ids.sort_custom(func(a: int, b: int) -> bool: return _score(a) > _score(b))
	while _people.get_child_count() > ids.size():
		_people.get_child(-1).free()
	while _people.get_child_count() < ids.size():
		_people.add_child(Label.new())
	for i: int in ids.size():
		var label := _people.get_child(i) as Label
		label.text = _line_of(ids[i] as int)
		label.add_theme_color_override("font_color", Palette.of_player(str(ids[i])))


func _score(id: int) -> int:
	return meadow.profiles[id].score


func _line_of(id: int) -> String:
	var notes := PackedStringArray()
	if id == current.host_id():
		notes.append("host")
	var own := id == _api.get_unique_id()
	var state := "you" if own else current.state_of(id)
	if state != "":
		notes.append(state)
	return "%d  %s  (%s)" % [_score(id), meadow.profiles[id].name, ", ".join(notes)]


func _say(text: String, color: Color) -> void:
	_status.text = text
	_status.self_modulate = color
