# gdlint: disable=private-method-call,max-public-methods
extends MultiplayerPeerExtension
## Godot's own multiplayer over a channel of a Phoenix server.

signal host_changed(id: int)
signal connection_lost
signal connection_resumed(gap_ms: int)
signal ended(reason: String)

enum Role { ROLE_AUTO, ROLE_HOST, ROLE_CLIENT }
enum Shape { SHAPE_HOST, SHAPE_MESH }

const ROLE_AUTO := Role.ROLE_AUTO
const ROLE_HOST := Role.ROLE_HOST
const ROLE_CLIENT := Role.ROLE_CLIENT
const SHAPE_HOST := Shape.SHAPE_HOST
const SHAPE_MESH := Shape.SHAPE_MESH

const _PHX_CORE := preload("core.gd")
const _PHX_COMMAND := _PHX_CORE.Protocol.Command
const _PHX_OPTIONS := preload("peer_options.gd")
const _PHX_ROOM := preload("room.gd")
const _PHX_KIND := _PHX_ROOM.Kind
const _PHX_TEXT := preload("text.gd")

const _PHX_NO_CHANNEL := (
	'it needs a PhoenixChannel: create one with socket.channel("relay:" + code), with the same'
	+ " code for all players"
)
# Until the relay has said what its own limit is.
const _PHX_MAX_PACKET := 4 << 20
const _PHX_MAX_CHANNEL := 65535
# The host's id where the engine takes it for a server.
const _PHX_SERVER := 1
# Those that are not taken for each other when they are read out or typed.
const _PHX_LETTERS := "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
const _PHX_LONGEST_CODE := 64
const _PHX_NO_STATISTICS := {
	"round_trip_ms": 0.0,
	"packets_in": 0,
	"packets_out": 0,
	"dropped_in": 0,
	"dropped_out": 0,
	"frames_in": 0,
	"frames_out": 0,
	"buffered_bytes": 0,
	"connections_lost": 0,
	"connections_resumed": 0,
	"is_slow": false,
}

var channel: PhoenixChannel:
	get = get_channel
var host_id: int:
	get = get_host_id
var shape: Shape:
	get = get_shape

var _phx_channel: Variant
var _phx_room := _PHX_ROOM.new(0)
var _phx_waits := false  # what is next, for the next poll
# What the engine has been told, which is behind what the relay has said.
var _phx_status := CONNECTION_DISCONNECTED
var _phx_unique_id := 0
var _phx_host := 0
var _phx_shape := SHAPE_HOST
var _phx_max_packet := 0
var _phx_announced: Dictionary[int, bool] = {}
var _phx_refuses := false
# Of the next packet.
var _phx_target := 0
var _phx_mode := TRANSFER_MODE_RELIABLE
var _phx_transfer_channel := 0


static func create(on: PhoenixChannel, options: Dictionary = {}) -> PhoenixMultiplayerPeer:
	if on == null:
		_PHX_CORE.mistake("PhoenixMultiplayerPeer.create", "", _PHX_NO_CHANNEL)
		return null
	var problem := _PHX_OPTIONS.problem_of(options)
	if problem:
		_PHX_CORE.mistake("PhoenixMultiplayerPeer.create", "", problem)
		return null
	var peer := PhoenixMultiplayerPeer.new()
	problem = peer._phx_enter(on, options.merged(_PHX_OPTIONS.DEFAULTS))
	if problem:
		var about := _PHX_TEXT.about("the channel", on.topic)
		_PHX_CORE.mistake("PhoenixMultiplayerPeer.create", about, problem)
		return null
	return peer


static func make_code(length: int = 6) -> String:
	if length < 1 or length > _PHX_LONGEST_CODE:
		var problem := "the length must be from 1 to %d; this is %d" % [_PHX_LONGEST_CODE, length]
		_PHX_CORE.mistake("PhoenixMultiplayerPeer.make_code", "", problem)
		return ""
	var evenly := 256 - 256 % _PHX_LETTERS.length()  # beyond it some would be more likely
	var crypto := Crypto.new()
	var code := ""
	while code.length() < length:
		for byte: int in crypto.generate_random_bytes(length):
			if byte < evenly and code.length() < length:
				code += _PHX_LETTERS[byte % _PHX_LETTERS.length()]
	return code


func get_channel() -> PhoenixChannel:
	return _phx_channel if is_instance_valid(_phx_channel) else null


func get_host_id() -> int:
	return _phx_host


func get_shape() -> Shape:
	return _phx_shape


func get_peers() -> PackedInt32Array:
	_PHX_CORE.collect()
	var ids := PackedInt32Array()
	for id: int in _phx_room.known:
		if _phx_room.known[id].has("info"):
			ids.append(id)
	ids.sort()
	return ids


func get_peer_info(id: int) -> Dictionary:
	_PHX_CORE.collect()
	var known: Dictionary = _phx_room.known.get(id, {})
	if not known.has("info"):
		return {}
	return {
		"id": id,
		"info": (known.info as Dictionary).duplicate(true),
		"round_trip_ms": known.round_trip_ms,
		"is_away": known.is_away,
		"is_host": id == _phx_host,
	}


func get_statistics() -> Dictionary:
	_PHX_CORE.collect()
	if _phx_room.statistics is PackedByteArray:
		_phx_room.statistics = bytes_to_var(_phx_room.statistics as PackedByteArray)
	return (_phx_room.statistics as Dictionary).duplicate()


func is_locked() -> bool:
	_PHX_CORE.collect()
	return _phx_room.is_locked


func _poll() -> void:
	_PHX_CORE.collect()
	var event := _phx_room.next_event()
	while event != null:
		_phx_handle(event)
		if event.kind == _PHX_KIND.PEER_DISCONNECTED:
			# Later events wait for the next poll: the engine frees that peer's spawned nodes only
			# at the end of the frame, and the next host may spawn the same again.
			_phx_waits = true
			return
		event = _phx_room.next_event()
	_phx_waits = false


func _get_available_packet_count() -> int:
	return 0 if _phx_waits else _phx_room.count()


func _get_packet_peer() -> int:
	return _phx_room.peek().peer


func _get_packet_mode() -> TransferMode:
	return _phx_room.peek().mode as TransferMode


func _get_packet_channel() -> int:
	return _phx_room.peek().channel


func _get_packet_script() -> PackedByteArray:
	return _phx_room.next()


func _put_packet_script(data: PackedByteArray) -> Error:
	if _phx_status != CONNECTION_CONNECTED:
		return ERR_UNCONFIGURED
	if data.size() > _phx_max_packet:
		var problem := (
			"the packet has %d bytes; the relay's limit is %d: send it in parts"
			% [data.size(), _phx_max_packet]
		)
		_PHX_CORE.mistake("PhoenixMultiplayerPeer.put_packet", "", problem)
		return ERR_INVALID_PARAMETER
	_phx_room.put(_phx_target, _phx_mode, _phx_transfer_channel, data)
	return OK


func _get_max_packet_size() -> int:
	return _phx_max_packet


func _set_transfer_channel(value: int) -> void:
	if value < 0 or value > _PHX_MAX_CHANNEL:
		var problem := "the channels are 0 to %d; this is %d" % [_PHX_MAX_CHANNEL, value]
		_PHX_CORE.mistake("PhoenixMultiplayerPeer.set_transfer_channel", "", problem)
		return
	_phx_transfer_channel = value


func _get_transfer_channel() -> int:
	return _phx_transfer_channel


func _set_transfer_mode(value: TransferMode) -> void:
	_phx_mode = value


func _get_transfer_mode() -> TransferMode:
	return _phx_mode


func _set_target_peer(value: int) -> void:
	_phx_target = value


func _get_unique_id() -> int:
	return _phx_unique_id


func _get_connection_status() -> ConnectionStatus:
	return _phx_status


func _is_server() -> bool:
	return _phx_unique_id == _PHX_SERVER


func _is_server_relay_supported() -> bool:
	return _phx_status == CONNECTION_CONNECTED and _phx_shape == SHAPE_HOST


func _is_refusing_new_connections() -> bool:
	return _phx_refuses


# Locks the room, or unlocks it, if this peer is the host. Otherwise the room is locked when it
# becomes the host.
func _set_refuse_new_connections(value: bool) -> void:
	_phx_refuses = value
	if _phx_is_host():
		_PHX_CORE.send([_PHX_COMMAND.LOCK, _phx_room.id, value])


func _close() -> void:
	_phx_status = CONNECTION_DISCONNECTED
	_phx_unique_id = 0
	_phx_host = 0
	_phx_announced.clear()
	_phx_room.leave()


# Removes another peer from the room, which the host may. In a mesh others stop listening to it.
func _disconnect_peer(id: int, _force: bool) -> void:
	if _phx_room.is_over:
		return
	var problem := ""
	if _phx_announced.has(id):
		if not _phx_is_host() and _phx_shape == SHAPE_HOST:  # without the host there is no session
			_close()
			return
		_phx_room.mute(id)
		if _phx_is_host():
			_PHX_CORE.send([_PHX_COMMAND.KICK, _phx_room.id, id])
	elif _phx_is_host() or _phx_shape == SHAPE_MESH:
		problem = "the room has no other peer %d" % id
	else:
		problem = "only the host may remove others from the room; call close() to leave it"
	if problem:
		_PHX_CORE.mistake("PhoenixMultiplayerPeer.disconnect_peer", "", problem)


func _notification(what: int) -> void:
	if what == NOTIFICATION_PREDELETE:  # when the engine calls no functions of the peer any more
		_phx_room.leave()
		_PHX_CORE.nodes.erase(_phx_room.id)


# Makes the peer a client of the relay. Says why it cannot.
func _phx_enter(on: PhoenixChannel, options: Dictionary) -> String:
	var id := _PHX_CORE.new_id()
	var room := _PHX_ROOM.new(id)
	_PHX_CORE.nodes[id] = room
	var problem := on._phx_join_for(
		id,
		[
			options.role as int,
			options.shape as int,
			options.max_peers as int,
			options.listed,
			options.seat_timeout as int,
			options.max_buffered_bytes as int,
			options.info
		]
	)
	if problem:
		_PHX_CORE.nodes.erase(id)
		return problem
	_phx_room = room
	_phx_room.statistics = _PHX_NO_STATISTICS
	_phx_channel = on
	_phx_shape = options.shape as Shape
	_phx_status = CONNECTION_CONNECTING
	_phx_max_packet = _PHX_MAX_PACKET
	room.is_over = false
	if _PHX_CORE.failure:
		room._phx_fail()
	return ""


func _phx_is_host() -> bool:
	return _phx_status == CONNECTION_CONNECTED and _phx_host == _phx_unique_id


func _phx_handle(event: _PHX_ROOM.Record) -> void:
	match event.kind:
		_PHX_KIND.CONNECTED:
			_phx_connected(event)
		_PHX_KIND.INFO when event.data.is_empty():
			_phx_room.known.erase(event.peer)
		_PHX_KIND.INFO:
			_phx_room.peer(event.peer).info = bytes_to_var(event.data)
		_PHX_KIND.PEER_CONNECTED:
			_phx_introduce(event.peer)
		_PHX_KIND.PEER_DISCONNECTED:
			_phx_announce_gone(event.peer)
		_PHX_KIND.HOST_CHANGED:
			_phx_host = event.peer
			_phx_lock_as_host()
			host_changed.emit(event.peer)
		_PHX_KIND.LOST:
			connection_lost.emit()
		_PHX_KIND.RESUMED:
			connection_resumed.emit(event.data.decode_u32(0))
		_PHX_KIND.ENDED:
			var end: Array = bytes_to_var(event.data)
			_phx_end(end[0] as String, end[1] as String)


func _phx_connected(event: _PHX_ROOM.Record) -> void:
	_phx_status = CONNECTION_CONNECTED
	_phx_unique_id = event.peer
	_phx_shape = event.data[0] as Shape
	_phx_host = _PHX_SERVER if _phx_shape == SHAPE_HOST else event.data.decode_s32(1)
	_phx_max_packet = event.data.decode_u32(5)
	if _phx_is_host():
		_phx_lock_as_host()
		if _phx_shape == SHAPE_MESH:
			host_changed.emit(_phx_host)


# Reports another peer to the engine. If this peer is the host, the others are notified then.
func _phx_introduce(id: int) -> void:
	_phx_announced[id] = true
	var is_host := _phx_is_host()
	if is_host and _phx_shape == SHAPE_HOST:
		_phx_admit(id)  # before the engine's own introduction is sent
	peer_connected.emit(id)
	if is_host and _phx_shape == SHAPE_MESH:
		_phx_room.flush()  # what the engine spawns there, before the others can send to it
		_phx_admit(id)


func _phx_admit(id: int) -> void:
	if not _phx_room.is_over:
		_PHX_CORE.send([_PHX_COMMAND.ADMIT, _phx_room.id, id])


func _phx_announce_gone(id: int) -> void:
	_phx_room.muted.erase(id)
	if _phx_announced.erase(id):
		peer_disconnected.emit(id)
	_phx_room.known.erase(id)  # handlers may ask who it was


# A room that the former host has locked stays locked.
func _phx_lock_as_host() -> void:
	if _phx_refuses:
		_set_refuse_new_connections(true)


# The room is gone, or this peer has no place in it.
func _phx_end(reason: String, text: String) -> void:
	if _phx_status == CONNECTION_DISCONNECTED:
		return
	var others := _phx_announced.keys()
	others.sort()
	for id: int in others:
		_phx_announce_gone(id)
	_close()
	if text:
		push_error(text)
	ended.emit(reason)
