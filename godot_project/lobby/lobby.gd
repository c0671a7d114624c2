## The lobby: who is here, where they are, and what they say. One socket, one channel, one presence.
extends Control

const Palette := preload("res://lobby/palette.gd")
const Field := preload("res://lobby/field.gd")
const LogPanel := preload("res://lobby/log_panel.gd")
const StatusBar := preload("res://lobby/status_bar.gd")

const TOPIC := "game:lobby"
const NAMES: Array[String] = [
	"ada", "bob", "cleo", "dov", "emi", "finn", "gus", "hana", "ivo", "jo"
]

var server_url := ""

var _me := ""
var _socket: PhoenixSocket
var _channel: PhoenixChannel
var _presence: PhoenixPresence

@onready var _field: Field = %Field
@onready var _log: LogPanel = %Log
@onready var _status: StatusBar = %StatusBar
@onready var _players: RichTextLabel = %Players
@onready var _message: LineEdit = %Message
@onready var _send: Button = %Send
@onready var _server: Label = %Server


func _ready() -> void:
	# Two games on one machine are two players.
	_me = "%s-%02x" % [NAMES.pick_random(), randi() % 256]
	_field.me = _me
	_server.text = server_url

	_field.moved.connect(_send_place)
	_send.pressed.connect(_send_message)
	_message.text_submitted.connect(func(_text: String) -> void: _send_message())
	_status.connect_asked.connect(_connect)
	_status.disconnect_asked.connect(_disconnect)

	_make_socket()
	_connect()


func _make_socket() -> void:
	_socket = PhoenixSocket.create(server_url, {"params": {"user_id": _me}})
	add_child(_socket)
	_socket.on_open.connect(_on_open)
	_socket.on_close.connect(_on_close)
	_socket.on_connecting.connect(_on_connecting)

	_presence = PhoenixPresence.new()
	add_child(_presence)
	_presence.on_join.connect(_on_players_join)
	_presence.on_leave.connect(_on_players_leave)
	_presence.on_sync.connect(_show_players)

	_channel = _socket.channel(TOPIC, {}, _presence)
	_channel.on_event.connect(_on_event)
	_channel.on_join_result.connect(_on_join_result)

	var clock := Timer.new()
	clock.wait_time = 1.0
	clock.autostart = true
	clock.timeout.connect(_measure)
	add_child(clock)


func _connect() -> void:
	_socket.connect_socket()
	# Joined once, the channel rejoins by itself whenever the socket is back.
	if _channel.is_closed():
		_channel.join()


func _disconnect() -> void:
	_channel.leave()
	_socket.disconnect_socket()
	_field.clear()
	_presence.clear()
	_show_players()


func _send_message() -> void:
	var text := _message.text.strip_edges()
	if text.is_empty() or not _channel.is_joined():
		return
	_message.clear()
	_channel.push("shout", {"kind": "chat", "from": _me, "text": text})


func _send_place(place: Vector2) -> void:
	if _channel.is_joined():
		_channel.push("shout", {"kind": "place", "from": _me, "x": place.x, "y": place.y})


## Once a second: how long a message takes to the server and back.
func _measure() -> void:
	if not _socket.get_is_connected():
		return
	var reply: Array = await _socket.ping().completed
	if reply[0] == "ok":
		_status.show_round_trip(reply[1].round_trip_ms)


func _on_connecting(is_connecting: bool) -> void:
	if is_connecting:
		_status.show_connecting()


func _on_open(_params: Dictionary) -> void:
	_status.show_open()
	_tell("connected to %s" % server_url, Palette.GOOD)


## Also after each attempt to reconnect that failed; it is news only once.
func _on_close(params: Dictionary) -> void:
	_send.disabled = true
	if not params.get("will_reconnect", false):
		_status.show_closed()
		_tell("disconnected", Palette.CALM)
	elif not _status.is_lost():
		var was_open := _status.is_open()
		_status.show_lost()
		if was_open:
			_tell("the server is gone (%d), reconnecting" % params.code, Palette.BAD)
		else:
			_tell("no server at %s, trying again" % server_url, Palette.BAD)


func _on_join_result(status: String, result: Variant) -> void:
	_send.disabled = status != "ok"
	if status == "ok":
		_tell("joined %s as %s" % [TOPIC, _me], Palette.GOOD)
		if not _field.has_player(_me):
			_field.put(_me, Vector2(randf_range(0.2, 0.8), randf_range(0.2, 0.8)))
		_send_place(_field.place_of(_me))
	elif _status.is_open():
		_tell("cannot join %s: %s %s" % [TOPIC, status, result], Palette.BAD)


func _on_event(event: String, payload: Variant, _status_text: String) -> void:
	if event != "shout" or not payload is Dictionary:
		return
	# Whatever comes from other players may be malformed; it must not break this one.
	var message := payload as Dictionary
	var from := str(message.get("from", ""))
	if message.get("kind") == "chat":
		_log.say(from, str(message.get("text", "")))
	elif message.get("kind") == "place" and from != _me:
		var x: Variant = message.get("x")
		var y: Variant = message.get("y")
		if (x is float or x is int) and (y is float or y is int):
			_field.put(from, Vector2(x, y))


func _on_players_join(joins: Array) -> void:
	for join: Dictionary in joins:
		if join.current_presence == null and join.key != _me:
			_tell("%s is here" % join.key)
	# Newcomers do not know where this player is.
	if _field.has_player(_me):
		_send_place(_field.place_of(_me))


func _on_players_leave(leaves: Array) -> void:
	for leave: Dictionary in leaves:
		if _presence.get_state().has(leave.key):
			continue  # by one of several windows
		_field.remove(leave.key)
		if _channel.is_joined():  # else it is this player who left
			_tell("%s left" % leave.key)


func _show_players() -> void:
	var players := _presence.get_state().keys()
	players.sort()
	_players.clear()
	for player: String in players:
		_players.push_color(Palette.of_player(player))
		_players.add_text("●  ")
		_players.pop()
		_players.add_text("%s%s\n" % [player, "  (you)" if player == _me else ""])


## In the log and on the terminal, so that a run can be followed from there as well.
func _tell(text: String, color: Color = Palette.CALM) -> void:
	_log.tell(text, color)
	print("lobby: %s" % text)
