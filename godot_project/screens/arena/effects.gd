## What flashes and fades: splinters of a hit, a ring where a ship starts, sparks. All in one node
## and few drawing calls; with 50 ships there are rarely more than a hundred splinters.
extends Node2D

const MOST := 400

const _SPLINTERS := 16
const _RING_S := 0.5


class Splinter:
	var place := Vector2.ZERO
	var velocity := Vector2.ZERO
	var color := Color.WHITE
	var age_s := 0.0
	var life_s := 1.0


class Ring:
	var place := Vector2.ZERO
	var color := Color.WHITE
	var from := 0.0  # radius, units
	var to := 0.0
	var age_s := 0.0


var _splinters: Array[Splinter] = []
var _rings: Array[Ring] = []


## A ship falls apart.
func burst(place: Vector2, color: Color) -> void:
	_scatter(place, color, _SPLINTERS, 320.0, 0.9)
	_scatter(place, Color.WHITE, 5, 120.0, 0.4)
	_ring(place, color, 6.0, 60.0)


## A shot meets a ship; whether that counts is not yet known.
func spark(place: Vector2, color: Color) -> void:
	_scatter(place, color, 5, 160.0, 0.3)


## A ship appears.
func start(place: Vector2, color: Color) -> void:
	_ring(place, color, 80.0, 24.0)


func _process(delta: float) -> void:
	if _splinters.is_empty() and _rings.is_empty():
		return
	var slowed := exp(-3.0 * delta)
	for i: int in range(_splinters.size() - 1, -1, -1):
		var splinter := _splinters[i]
		splinter.age_s += delta
		splinter.place += splinter.velocity * delta
		splinter.velocity *= slowed
		if splinter.age_s >= splinter.life_s:
			_splinters.remove_at(i)
	for i: int in range(_rings.size() - 1, -1, -1):
		_rings[i].age_s += delta
		if _rings[i].age_s >= _RING_S:
			_rings.remove_at(i)
	queue_redraw()


func _draw() -> void:
	var lines := PackedVector2Array()
	var colors := PackedColorArray()
	for splinter: Splinter in _splinters:
		lines.append(splinter.place)
		lines.append(splinter.place - splinter.velocity * 0.05)
		colors.append(Color(splinter.color, 1.0 - splinter.age_s / splinter.life_s))
	if not lines.is_empty():
		draw_multiline_colors(lines, colors, 2.5)
	for ring: Ring in _rings:
		var share := ring.age_s / _RING_S
		var radius := lerpf(ring.from, ring.to, ease(share, 0.4))
		draw_arc(ring.place, radius, 0.0, TAU, 32, Color(ring.color, 1.0 - share), 3.0, true)


func _scatter(place: Vector2, color: Color, count: int, speed: float, life_s: float) -> void:
	for i: int in mini(count, MOST - _splinters.size()):
		var splinter := Splinter.new()
		splinter.velocity = Vector2.from_angle(randf() * TAU) * speed * randf_range(0.25, 1.0)
		splinter.place = place + splinter.velocity * 0.03
		splinter.color = color
		splinter.life_s = life_s * randf_range(0.5, 1.0)
		_splinters.append(splinter)


func _ring(place: Vector2, color: Color, from: float, to: float) -> void:
	var ring := Ring.new()
	ring.place = place
	ring.color = color
	ring.from = from
	ring.to = to
	_rings.append(ring)
