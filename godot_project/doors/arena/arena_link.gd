## One player's line to the arena: its channel, and what travels on it, checked and typed.
## The player and each bot have one.
##
## Both kinds of payload are used: places are bytes, many and small; the rest is JSON, rare and easy
## to read in the control room.
extends RefCounted

## Joined, or joined again after the connection came back.
signal joined
## The server said no, or did not answer; the channel goes on trying.
signal refused(reason: String)
signal positions(bytes: PackedByteArray)
## Somebody else has fired.
signal shot(shooter: int, number: int, place: Vector2, heading: float)
## The server has counted a hit; [param score] is the shooter's new one.
signal hit(shooter: int, target: int, number: int, score: int)

const PositionCodec := preload("res://doors/arena/position_codec.gd")

## Nobody answers a position, so its push need not wait for an answer any longer than this.
const _UNANSWERED_MS := 1000

var id := 0  # the player's number in the arena, 0 before the join
var score := 0
var field := Vector2(1600.0, 900.0)
var tick_ms := 50.0
var channel: PhoenixChannel

var _is_in := false  # the reply to the join is here, and with it the id


## Joins [param new_channel], and stays joined. Who is not interested in [param everything] hears of
## hits only.
func open(new_channel: PhoenixChannel, everything: bool = true) -> void:
	channel = new_channel
	channel.on_join_result.connect(_on_join_result)
	channel.on_error.connect(func(_error: Variant) -> void: _is_in = false)
	channel.on("hit", _on_hit)
	if everything:
		channel.on("positions", _on_positions)
		channel.on("shot", _on_shot)
	channel.join()


func is_joined() -> bool:
	return _is_in and is_instance_valid(channel) and channel.is_joined()


func send_position(bytes: PackedByteArray) -> void:
	if is_joined() and not bytes.is_empty():
		channel.push("pos", bytes, _UNANSWERED_MS)


## The reply has the number of the shot. Without a connection there is none, and no shot.
func fire(place: Vector2, heading: int) -> PhoenixPush:
	if not is_joined():
		return null
	var inside := place.clamp(Vector2.ZERO, field)  # by a hair, or the server refuses it
	return channel.push("fire", {"x": inside.x, "y": inside.y, "heading": heading})


func claim_hit(number: int, target: int) -> void:
	if is_joined():
		channel.push("hit", {"shot": number, "target": target})


func _on_join_result(status: String, result: Variant) -> void:
	var reply := result as Dictionary if result is Dictionary else {}
	if status != "ok":
		refused.emit(str(reply.get("reason", status)))
		return
	id = whole(reply, "id")
	score = whole(reply, "score")
	tick_ms = maxf(number(reply, "tick_ms", tick_ms), 10.0)
	field.x = maxf(number(reply, "width", field.x), 100.0)
	field.y = maxf(number(reply, "height", field.y), 100.0)
	_is_in = true
	joined.emit()


func _on_positions(payload: Variant) -> void:
	if payload is PackedByteArray:
		positions.emit(payload as PackedByteArray)


func _on_shot(payload: Variant) -> void:
	if payload is Dictionary:
		var place := Vector2(number(payload, "x"), number(payload, "y"))
		var heading := PositionCodec.byte_to_heading(whole(payload, "heading"))
		shot.emit(whole(payload, "by"), whole(payload, "shot"), place, heading)


func _on_hit(payload: Variant) -> void:
	if not payload is Dictionary:
		return
	var shooter := whole(payload, "by")
	if shooter == id:
		score = whole(payload, "score")
	hit.emit(shooter, whole(payload, "target"), whole(payload, "shot"), whole(payload, "score"))


## What other players send may be anything, whatever this game's server checks.
static func number(payload: Dictionary, key: String, otherwise: float = 0.0) -> float:
	var value: Variant = payload.get(key)
	return float(value) if value is int or value is float else otherwise


static func whole(payload: Dictionary, key: String) -> int:
	return int(number(payload, key))
