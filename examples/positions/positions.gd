## Dots that the players move with the arrow keys. Each position travels as eight bytes.
extends Control

const RemotePlayer := preload("res://remote_player.gd")
const FIELD := Vector2(1600, 900)
const SPEED := 500.0  # units a second
const RADIUS := 24.0
const POSITION_BYTES := 8  # u16 clock, u16 x, u16 y, and two bytes that this game leaves empty
const ENTRY_BYTES := 12  # u32 player, then that player's position
const NO_REPLY_MS := 1000  # a position has no reply, so nothing waits longer for one
const U16_MAX := 65535.0

var _me := 0
var _place := FIELD * Vector2(randf_range(0.2, 0.8), randf_range(0.2, 0.8))
var _others := {}  # a RemotePlayer for each id
var _tick_ms := 50.0
var _sent_tick := 0

@onready var _socket: PhoenixSocket = %Socket
@onready var _channel: PhoenixChannel = %Channel
@onready var _presence: PhoenixPresence = %Presence
@onready var _status: Label = %Status


func _ready() -> void:
	_socket.on_close.connect(_on_close)
	_channel.on_join_result.connect(_on_join_result)
	_channel.on("positions", _on_positions)
	_presence.on_sync.connect(_forget_those_who_left)


func _process(delta: float) -> void:
	var direction := Input.get_vector("ui_left", "ui_right", "ui_up", "ui_down")
	_place = (_place + direction * SPEED * delta).clamp(Vector2.ZERO, FIELD)
	var tick := int(Time.get_ticks_msec() / _tick_ms)
	if tick != _sent_tick and _channel.is_joined():
		_sent_tick = tick
		_channel.push("pos", _encode(_place, tick), NO_REPLY_MS)
	queue_redraw()


func _draw() -> void:
	var zoom := minf(size.x / FIELD.x, size.y / FIELD.y)
	draw_set_transform((size - FIELD * zoom) / 2.0, 0.0, Vector2.ONE * zoom)
	draw_rect(Rect2(Vector2.ZERO, FIELD), Color("#1b1e2c"))
	for id: int in _others:
		var other := _others[id] as RemotePlayer
		_draw_dot(other.place_at(Time.get_ticks_msec()), id, Color.SKY_BLUE)
	_draw_dot(_place, _me, Color.ORANGE if _channel.is_joined() else Color.GRAY)


func _draw_dot(place: Vector2, id: int, color: Color) -> void:
	draw_circle(place, RADIUS, color)
	draw_string(
		get_theme_default_font(),
		place + Vector2(-100, 60),
		"player %d" % id,
		HORIZONTAL_ALIGNMENT_CENTER,
		200.0,
		28
	)


func _on_join_result(status: String, result: Variant) -> void:
	if status != "ok":
		_status.text = "Cannot join: %s" % result
		return
	_me = result.id  # another one after each join
	_tick_ms = result.tick_ms
	_others.clear()
	_status.text = "Connected. Move with the arrow keys."


func _on_positions(bytes: PackedByteArray) -> void:
	for at: int in range(0, bytes.size() - ENTRY_BYTES + 1, ENTRY_BYTES):
		var id := bytes.decode_u32(at)
		if id == _me:
			continue
		if not _others.has(id):
			_others[id] = RemotePlayer.new()
		var share := Vector2(bytes.decode_u16(at + 6), bytes.decode_u16(at + 8)) / U16_MAX
		(_others[id] as RemotePlayer).add(share * FIELD, Time.get_ticks_msec())


func _encode(place: Vector2, tick: int) -> PackedByteArray:
	var bytes := PackedByteArray()
	bytes.resize(POSITION_BYTES)
	bytes.encode_u16(0, tick & 0xffff)
	bytes.encode_u16(2, roundi(place.x / FIELD.x * U16_MAX))
	bytes.encode_u16(4, roundi(place.y / FIELD.y * U16_MAX))
	return bytes


func _forget_those_who_left() -> void:
	var present := []
	for entry: Dictionary in _presence.get_state().values():
		for meta: Dictionary in entry.metas:
			present.append(meta.id)
	for id: int in _others.keys():
		if id not in present:
			_others.erase(id)


func _on_close(params: Dictionary) -> void:
	_others.clear()
	if params.will_reconnect:
		_status.text = "No connection. Trying again …"
