## Another player of the arena, as a test plays it: a bare channel, bytes by hand.
extends Node

const ENTRY_BYTES := 12
const FIELD := Vector2(1600.0, 900.0)

var id := 0
var channel: PhoenixChannel
var presence := PhoenixPresence.new()
## Of each player, by id: the newest 8 bytes of [code]positions[/code].
var positions := {}
## The payloads of these events, in order.
var shots: Array[Dictionary] = []
var hits: Array[Dictionary] = []
## Where this player is; sent once set, until [member is_silent].
var place := Vector2.INF
var is_silent := false
var flags := 0

var _sequence := 65_530
var _since_s := 0.0


func _init(socket: PhoenixSocket, topic: String, title: String) -> void:
	add_child(presence)
	channel = socket.channel(topic, {"name": title}, presence)
	channel.on_join_result.connect(_on_join_result)
	channel.on("positions", _on_positions)
	channel.on("shot", func(shot: Dictionary) -> void: shots.append(shot))
	channel.on("hit", func(hit: Dictionary) -> void: hits.append(hit))
	channel.join()


## The only meta of the player with this name; empty when there is none.
func meta_of(title: String) -> Dictionary:
	for user: String in presence.get_state():
		for meta: Dictionary in presence.get_state()[user].metas:
			if meta.name == title:
				return meta
	return {}


func place_of(player: int) -> Vector2:
	var bytes := positions.get(player, PackedByteArray()) as PackedByteArray
	if bytes.is_empty():
		return Vector2.INF
	return Vector2(bytes.decode_u16(2), bytes.decode_u16(4)) / 65535.0 * FIELD


func is_shielded(player: int) -> bool:
	return (positions[player] as PackedByteArray)[7] & 2 != 0


func _process(delta: float) -> void:
	_since_s += delta
	if _since_s < 0.05 or place == Vector2.INF or is_silent or not channel.is_joined():
		return
	_since_s = 0.0
	_sequence = (_sequence + 1) & 0xffff
	var bytes := PackedByteArray()
	bytes.resize(8)
	bytes.encode_u16(0, _sequence)
	bytes.encode_u16(2, roundi(place.x / FIELD.x * 65535.0))
	bytes.encode_u16(4, roundi(place.y / FIELD.y * 65535.0))
	bytes[7] = flags
	channel.push("pos", bytes, 1000)


func _on_join_result(status: String, reply: Variant) -> void:
	if status == "ok":
		id = reply.id
		positions.clear()


func _on_positions(bytes: PackedByteArray) -> void:
	for at: int in range(0, bytes.size(), ENTRY_BYTES):
		positions[bytes.decode_u32(at)] = bytes.slice(at + 4, at + ENTRY_BYTES)
