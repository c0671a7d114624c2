## One player's line to the arena: its channel and its messages, checked and typed.
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

const Payload := preload("res://screens/arena/payload.gd")
const PositionCodec := preload("res://screens/arena/position_codec.gd")

## Nobody answers a position, so its push need not wait for an answer any longer than this.
const _UNANSWERED_MS := 1000

var id := 0  # the player's number in the arena, 0 before the join
var score := 0
var field := Vector2(1600.0, 900.0)
var tick_ms := 50.0
var channel: PhoenixChannel

var _is_in := false  # the reply to the join is here, and with it the id


## Joins [param new_channel], and stays joined. Without [param everything] it receives
## only hits.
func open(new_channel: PhoenixChannel, everything: bool = true) -> void:
	channel = new_channel
	channel.on_join_result.connect(_on_join_result)
	channel.on_error.connect(func(_error: Variant) -> void: _is_in = false)
	for event: String in ["hit", "shot", "positions"] if everything else ["hit"]:
		channel.on(event, hear.bind(event))
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


## Takes what the server broadcasts. It may be anything: other players are behind it, whatever the
## server checks.
func hear(payload: Variant, event: String) -> void:
	if event == "positions" and payload is PackedByteArray:
		positions.emit(payload as PackedByteArray)
	elif event == "shot" and payload is Dictionary:
		_hear_shot(payload as Dictionary)
	elif event == "hit" and payload is Dictionary:
		_hear_hit(payload as Dictionary)


func _on_join_result(status: String, result: Variant) -> void:
	var reply := result as Dictionary if result is Dictionary else {}
	if status != "ok":
		refused.emit(str(reply.get("reason", status)))
		return
	id = Payload.whole(reply, "id")
	score = Payload.whole(reply, "score")
	tick_ms = maxf(Payload.number(reply, "tick_ms", tick_ms), 10.0)
	field.x = maxf(Payload.number(reply, "width", field.x), 100.0)
	field.y = maxf(Payload.number(reply, "height", field.y), 100.0)
	_is_in = true
	joined.emit()


func _hear_shot(payload: Dictionary) -> void:
	var place := Vector2(Payload.number(payload, "x"), Payload.number(payload, "y"))
	var heading := PositionCodec.byte_to_heading(Payload.whole(payload, "heading"))
	shot.emit(Payload.whole(payload, "by"), Payload.whole(payload, "shot"), place, heading)


func _hear_hit(payload: Dictionary) -> void:
	var shooter := Payload.whole(payload, "by")
	var target := Payload.whole(payload, "target")
	var new_score := Payload.whole(payload, "score")
	if shooter == id:
		score = new_score
	if target > 0:
		hit.emit(shooter, target, Payload.whole(payload, "shot"), new_score)
