## The shots that this game fires, for the player or for a bot: it flies them, and says whom they
## hit. The server learns of each when it is fired, and of a hit once the shooter has seen it;
## only the server's broadcast counts.
extends RefCounted

## The shot met the ship [param target], as the shooter sees it; the server has yet to agree.
signal met(shot: Shot, target: int)

const ArenaLink := preload("res://screens/arena/arena_link.gd")
const Payload := preload("res://screens/arena/payload.gd")
const PositionCodec := preload("res://screens/arena/position_codec.gd")
const Radar := preload("res://screens/arena/radar.gd")
const Ship := preload("res://screens/arena/ship.gd")

const SPEED := 720.0  # units a second
const FLIGHT_S := 1.1
const PAUSE_S := 0.3  # between two; the server refuses less than 0.25


class Shot:
	var number := 0  # the server's, once it has answered
	var place := Vector2.ZERO
	var velocity := Vector2.ZERO
	var left_s := FLIGHT_S
	var target := 0  # whom it met


var flying: Array[Shot] = []

var _link: ArenaLink
var _pause_s := 0.0


func _init(link: ArenaLink) -> void:
	_link = link


func clear() -> void:
	flying.clear()


func can_fire(ship: Ship) -> bool:
	return ship.flies and _pause_s <= 0.0 and _link.is_joined()


func fire(ship: Ship) -> void:
	if not can_fire(ship):
		return
	_pause_s = PAUSE_S
	ship.shield_s = 0.0  # who attacks can be attacked
	var heading := PositionCodec.heading_to_byte(ship.heading)
	var shot := Shot.new()
	shot.place = ship.nose()
	shot.velocity = Vector2.from_angle(PositionCodec.byte_to_heading(heading)) * SPEED
	flying.append(shot)
	# It flies at once; its number comes a round trip later, maybe after it has met somebody.
	var push := _link.fire(shot.place, heading)
	if push:
		push.receive("ok", _number.bind(shot)).receive("error", _withdraw.bind(shot))


func advance(radar: Radar, own_id: int, delta: float) -> void:
	_pause_s = maxf(_pause_s - delta, 0.0)
	for i: int in range(flying.size() - 1, -1, -1):
		var shot := flying[i]
		var from := shot.place
		shot.place += shot.velocity * delta
		shot.left_s -= delta
		var target := _met_between(from, shot.place, radar, own_id)
		if target != 0:
			shot.target = target
			_claim(shot)
			met.emit(shot, target)
		if target != 0 or shot.left_s <= 0.0:
			flying.remove_at(i)


func _number(reply: Variant, shot: Shot) -> void:
	if reply is Dictionary:
		shot.number = Payload.whole(reply as Dictionary, "shot")
		_claim(shot)


func _withdraw(_reply: Variant, shot: Shot) -> void:
	flying.erase(shot)


func _claim(shot: Shot) -> void:
	if shot.number != 0 and shot.target != 0:
		_link.claim_hit(shot.number, shot.target)


func _met_between(from: Vector2, to: Vector2, radar: Radar, own_id: int) -> int:
	# In a slow frame a shot goes farther than a ship is long: the whole way counts. Most ships are
	# nowhere near, which the first comparison finds.
	var reach := Ship.RADIUS + from.distance_to(to)
	var near := reach * reach
	for i: int in radar.places.size():
		var place := radar.places[i]
		if from.distance_squared_to(place) > near or radar.ids[i] == own_id:
			continue
		var closest := Geometry2D.get_closest_point_to_segment(place, from, to)
		if closest.distance_to(place) < Ship.RADIUS:
			return radar.ids[i]
	return 0
