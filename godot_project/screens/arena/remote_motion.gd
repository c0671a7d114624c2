## Where to draw somebody else's ship: 20 places a second come in, 60 and more are shown.
##
## The ship is shown a little in the past ([member delay_ms]), where mostly the next place is known
## as well, and the way between the two is interpolated. When the next place is late, the ship flies
## straight on for a moment, then waits; after a gap it appears where it is, and races nowhere.
extends RefCounted

const PositionCodec := preload("res://screens/arena/position_codec.gd")

const MIN_DELAY_MS := 100.0  # a tick of the sender's, and one of the server's
const MAX_DELAY_MS := 150.0
const EXTRAPOLATE_MS := 120.0
const GAP_MS := 600.0  # longer than a ship at rest is silent
const JUMP := 200.0  # units between two samples; nobody flies that far
const SAMPLES := 16  # kept; about twice of what the longest delay needs

## How fast the estimate of the sender's clock follows a message that came sooner, or later, than
## expected. A late one is mostly the network's fault, unless it is later than any delay covers.
const _FOLLOW := 0.2
const _FOLLOW_LATE := 0.02
const _FORGET_LATENESS := 0.98


class Point:
	var time_ms := 0.0  # the sender's clock, made continuous
	var place := Vector2.ZERO
	var heading := 0.0
	var follows := false  # the ship flew here from the point before

	func _init(sample: PositionCodec.Sample) -> void:
		place = sample.place
		heading = sample.heading


## What is shown; set by [method show_at].
var place := Vector2.ZERO
var velocity := Vector2.ZERO  # units a second
var heading := 0.0
## What the newest sample said.
var thrusts := false
var shielded := false
## How far in the past the ship is shown; grows with the network's jitter.
var delay_ms := MIN_DELAY_MS

var _tick_ms: float
var _points: Array[Point] = []  # oldest first
var _sequence := 0  # of the newest
var _arrived_ms := 0.0  # the newest
var _offset_ms := 0.0  # from the sender's clock to ours, with the way of a fast message
var _lateness_ms := 0.0  # of late


func _init(tick_ms: float) -> void:
	_tick_ms = tick_ms


func is_empty() -> bool:
	return _points.is_empty()


func clear() -> void:
	_points.clear()


## How long nothing has come.
func silence_ms(now_ms: float) -> float:
	return now_ms - _arrived_ms


## Takes a sample that arrived at [param now_ms]. One that is not newer than the newest is dropped.
func add(sample: PositionCodec.Sample, now_ms: float) -> void:
	var steps := PositionCodec.newer_by(sample.sequence, _sequence)
	if _points.is_empty() or silence_ms(now_ms) > GAP_MS:
		_begin(sample, now_ms)
	elif steps > 0:
		_append(sample, steps, now_ms)
	else:
		return
	_sequence = sample.sequence
	_arrived_ms = now_ms
	thrusts = sample.thrusts
	shielded = sample.shielded


## Moves [member place], [member velocity] and [member heading] to where the ship is to be seen now.
func show_at(now_ms: float) -> void:
	if _points.is_empty():
		return
	var time_ms := now_ms - _offset_ms - delay_ms
	while _points.size() > 2 and _points[1].time_ms <= time_ms:
		_points.remove_at(0)
	var from := _points[0]
	if _points.size() == 1 or time_ms <= from.time_ms:
		_rest_at(from)
		return
	var to := _points[1]
	if not to.follows:
		_rest_at(from if time_ms < to.time_ms else to)
		return
	var span_ms := to.time_ms - from.time_ms
	var share := minf(time_ms - from.time_ms, span_ms + EXTRAPOLATE_MS) / span_ms
	place = from.place.lerp(to.place, share)
	heading = lerp_angle(from.heading, to.heading, minf(share, 1.0))
	velocity = (to.place - from.place) / span_ms * 1000.0


func _begin(sample: PositionCodec.Sample, now_ms: float) -> void:
	_points = [Point.new(sample)]
	_offset_ms = now_ms
	_lateness_ms = 0.0
	delay_ms = MIN_DELAY_MS
	_rest_at(_points[0])


func _append(sample: PositionCodec.Sample, steps: int, now_ms: float) -> void:
	var last := _points[-1]
	var point := Point.new(sample)
	point.time_ms = last.time_ms + steps * _tick_ms
	point.follows = last.place.distance_to(point.place) < JUMP
	var late_ms := now_ms - point.time_ms - _offset_ms
	if absf(late_ms) > GAP_MS:  # the sender's clock has stood still, or leapt
		_begin(sample, now_ms)
		return
	_points.append(point)
	if _points.size() > SAMPLES:
		_points.remove_at(0)
	var is_usual := late_ms > 0.0 and late_ms < MAX_DELAY_MS
	_offset_ms += late_ms * (_FOLLOW_LATE if is_usual else _FOLLOW)
	_lateness_ms = maxf(late_ms, _lateness_ms * _FORGET_LATENESS)
	var wanted_ms := clampf(_tick_ms + _lateness_ms, MIN_DELAY_MS, MAX_DELAY_MS)
	delay_ms = lerpf(delay_ms, wanted_ms, 0.1)


func _rest_at(point: Point) -> void:
	place = point.place
	heading = point.heading
	velocity = Vector2.ZERO
