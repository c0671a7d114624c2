## The ships of the others: their places come by [code]positions[/code], their names and colours by
## Presence. A ship is shown once both are known.
extends Node2D

## A ship starts, or starts again after it was hit.
signal started(place: Vector2, color: Color)

const PositionCodec := preload("res://screens/arena/position_codec.gd")
const Radar := preload("res://screens/arena/radar.gd")
const RemoteMotion := preload("res://screens/arena/remote_motion.gd")
const Roster := preload("res://screens/arena/roster.gd")
const ShipView := preload("res://screens/arena/ship_view.gd")

const SILENT_MS := 3000.0  # a ship of which nothing has come for so long is not shown
const DOWN_MS := 3000.0  # at most; else until it starts again, which its shield tells

var own_id := 0
var field := Vector2.ONE
var tick_ms := 50.0
## The visible part of the field.
var seen := Rect2()

var _motions := {}  # id -> RemoteMotion
var _views := {}  # id -> ShipView
var _down_until_ms := {}  # id -> time
var _zoom := 1.0


func take(bytes: PackedByteArray, now_ms: float) -> void:
	for sample: PositionCodec.Sample in PositionCodec.decode_batch(bytes, field):
		if sample.id == own_id or _is_down(sample, now_ms):
			continue
		if not _motions.has(sample.id):
			_motions[sample.id] = RemoteMotion.new(tick_ms)
		(_motions[sample.id] as RemoteMotion).add(sample, now_ms)


## Somebody was hit. Their messages until they start again were sent before they knew it.
func fell(id: int, now_ms: float) -> void:
	_down_until_ms[id] = now_ms + DOWN_MS
	if _motions.has(id):
		(_motions[id] as RemoteMotion).clear()


## Where a ship is seen; the arena's middle for one that is not.
func place_of(id: int) -> Vector2:
	var motion := motion_of(id)
	return motion.place if motion else field / 2.0


func motion_of(id: int) -> RemoteMotion:
	return _motions.get(id)


func view_of(id: int) -> ShipView:
	return _views.get(id)


func shown() -> Array[ShipView]:
	var views: Array[ShipView] = []
	for id: int in _views:
		if (_views[id] as ShipView).visible:
			views.append(_views[id])
	return views


## New names and colours; who is no longer there is no longer shown.
func follow(roster: Roster) -> void:
	for id: int in _views.keys():
		if roster.player(id) == null:
			(_views[id] as ShipView).queue_free()
			_views.erase(id)
	for id: int in _motions.keys():
		if roster.player(id) == null:
			_motions.erase(id)
			_down_until_ms.erase(id)
	for id: int in roster.players:
		if id != own_id:
			_name(roster.player(id))


func clear() -> void:
	for id: int in _views:
		(_views[id] as ShipView).queue_free()
	_views.clear()
	_motions.clear()
	_down_until_ms.clear()


func set_zoom(zoom: float) -> void:
	_zoom = zoom
	for id: int in _views:
		(_views[id] as ShipView).set_zoom(zoom)


## Once a frame: everybody to where they are to be seen now.
func show_at(now_ms: float, radar: Radar) -> void:
	for id: int in _views:
		var view := _views[id] as ShipView
		var motion := _motions.get(id) as RemoteMotion
		view.visible = (
			motion != null and not motion.is_empty() and motion.silence_ms(now_ms) < SILENT_MS
		)
		if not view.visible:
			continue
		motion.show_at(now_ms)
		view.put(motion.place, motion.heading, motion.thrusts, motion.shielded, now_ms / 1000.0)
		view.keep_tag_in(seen)
		if not motion.shielded:
			radar.add(id, motion.place, motion.velocity)


func _is_down(sample: PositionCodec.Sample, now_ms: float) -> bool:
	if not _down_until_ms.has(sample.id):
		return false
	if not sample.shielded and now_ms < (_down_until_ms[sample.id] as float):
		return true
	_down_until_ms.erase(sample.id)
	var view := view_of(sample.id)
	started.emit(sample.place, view.color if view else Color.WHITE)
	return false


func _name(player: Roster.Player) -> void:
	var view := view_of(player.id)
	if view == null:
		view = ShipView.new()
		view.visible = false
		add_child(view)
		view.set_zoom(_zoom)
		_views[player.id] = view
	view.color = player.color
	view.title = player.name
