## A player without a person: its own socket, its own user id, and a pilot of little wit. It flies
## and fires over the network like everybody. Only its eyes are the arena's: 50 bots that each
## followed 50 ships would do the same work 50 times.
extends Node

const ArenaLink := preload("res://screens/arena/arena_link.gd")
const PositionSender := preload("res://screens/arena/position_sender.gd")
const Radar := preload("res://screens/arena/radar.gd")
const Ship := preload("res://screens/arena/ship.gd")
const Shots := preload("res://screens/arena/shots.gd")

const SIGHT := 650.0  # units
const NEAR := 200.0  # too near
const FAR := 380.0  # too far
const WALL := 120.0  # units from it, where it turns away
const AIM_ERROR := 0.16  # radians, the standard deviation: few shots hit

var link := ArenaLink.new()
var ship := Ship.new()

var _channel: PhoenixChannel
var _radar: Radar
var _shots := Shots.new(link)
var _sender := PositionSender.new()

var _thinks_in_s := randf() * 0.2
var _fires_in_s := randf_range(0.5, 2.0)
var _direction := Vector2.ZERO
var _wander := randf() * TAU
var _side := 1.0 if randf() < 0.5 else -1.0
var _aim := 0.0
var _sees := false


func _init(url: String, user_id: String, title: String, topic: String, radar: Radar) -> void:
	_radar = radar
	var socket := PhoenixSocket.create(url, {"params": {"user_id": user_id}})
	add_child(socket)
	socket.connect_socket()
	_channel = socket.channel(topic, {"name": title, "bot": true})
	link.hit.connect(_on_hit)


func _ready() -> void:
	link.open(_channel, false)


func _process(delta: float) -> void:
	if not link.is_joined():
		return
	if ship.is_ready():
		ship.start(_radar.quiet_place(link.field))
	_thinks_in_s -= delta
	_fires_in_s -= delta
	if _thinks_in_s <= 0.0:
		_thinks_in_s = randf_range(0.1, 0.25)
		_think()
	ship.fly(_direction, _aim, link.field, delta)
	_shots.advance(_radar, link.id, delta)
	if _sees and _fires_in_s <= 0.0 and absf(angle_difference(ship.heading, _aim)) < 0.15:
		# The more there are, the calmer each is: else nobody would live long in a crowd.
		_fires_in_s = randf_range(0.5, 2.0) * (1.0 + _radar.ids.size() / 20.0)
		_shots.fire(ship)
	_sender.tick_ms = link.tick_ms
	link.send_position(_sender.next(ship, link.field, Time.get_ticks_usec() / 1000.0))


func _think() -> void:
	if randf() < 0.1:
		_side = -_side
	var target := _radar.nearest(ship.place, link.id)
	_sees = target >= 0 and _radar.places[target].distance_to(ship.place) < SIGHT
	if _sees:
		_fight(_radar.places[target], _radar.velocities[target])
	else:
		_wander += randf_range(-0.4, 0.4)
		_direction = Vector2.from_angle(_wander)
		_aim = _wander
	_direction = (_direction + _away_from_walls()).limit_length(1.0)


## Aims ahead of the target, not too well; keeps its distance and circles.
func _fight(place: Vector2, velocity: Vector2) -> void:
	var distance := ship.place.distance_to(place)
	var meeting := place + velocity * distance / Shots.SPEED
	_aim = ship.place.angle_to_point(meeting) + randfn(0.0, AIM_ERROR)
	var towards := ship.place.direction_to(place)
	_direction = towards.orthogonal() * _side * 0.8
	if distance > FAR:
		_direction += towards
	elif distance < NEAR:
		_direction -= towards


func _away_from_walls() -> Vector2:
	var push := Vector2.ZERO
	for axis: int in 2:
		if ship.place[axis] < WALL:
			push[axis] = 1.5
		elif ship.place[axis] > link.field[axis] - WALL:
			push[axis] = -1.5
	if push != Vector2.ZERO:
		_wander = ship.place.angle_to_point(link.field / 2.0)
	return push


func _on_hit(_shooter: int, target: int, _number: int, _score: int) -> void:
	if target == link.id and ship.flies:
		ship.fall()
