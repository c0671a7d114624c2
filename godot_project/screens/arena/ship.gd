## A ship that this game steers, the player's own or a bot's: how it flies, falls and comes back.
## Its moves are visible immediately; the server and the others receive them 20 times a second.
extends RefCounted

const RADIUS := 18.0  # units, for hits and walls
const TOP_SPEED := 320.0  # units a second
const DOWN_S := 1.2  # from a hit to the next start
const SHIELD_S := 2.0  # after a start

const _ACCELERATION := 1000.0  # units a second, a second
const _DRAG := 2.4  # of the speed, a second
const _TURN := 14.0  # of what is left to turn, a second
const _BOUNCE := -0.4

var place := Vector2.ZERO
var velocity := Vector2.ZERO  # units a second
var heading := 0.0
var thrusts := false
var down_s := 0.0  # until it may start again
var shield_s := 0.0
var flies := false


func start(at: Vector2) -> void:
	place = at
	velocity = Vector2.ZERO
	thrusts = false
	flies = true
	down_s = 0.0
	shield_s = SHIELD_S


func fall() -> void:
	flies = false
	thrusts = false
	down_s = DOWN_S


## It may start again; where, is for the pilot to say.
func is_ready() -> bool:
	return not flies and down_s <= 0.0


func is_shielded() -> bool:
	return shield_s > 0.0


func nose() -> Vector2:
	return place + Vector2.from_angle(heading) * RADIUS


## One frame of flight: [param direction] is where to go, at most 1 long, [param aim] the heading to
## turn to.
func fly(direction: Vector2, aim: float, field: Vector2, delta: float) -> void:
	down_s = maxf(down_s - delta, 0.0)
	shield_s = maxf(shield_s - delta, 0.0)
	if not flies:
		return
	thrusts = direction.length_squared() > 0.01
	velocity += direction * _ACCELERATION * delta
	velocity *= exp(-_DRAG * delta)
	velocity = velocity.limit_length(TOP_SPEED)
	heading = lerp_angle(heading, aim, 1.0 - exp(-_TURN * delta))
	place += velocity * delta
	_stay_inside(field)


func _stay_inside(field: Vector2) -> void:
	var inside := place.clamp(Vector2.ONE * RADIUS, field - Vector2.ONE * RADIUS)
	if inside.x != place.x:
		velocity.x *= _BOUNCE
	if inside.y != place.y:
		velocity.y *= _BOUNCE
	place = inside
