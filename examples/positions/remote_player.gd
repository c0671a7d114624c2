## Another player's dot. Positions arrive some twenty times a second; the dot is shown a little in
## the past, on the line between the two positions before and after that moment.
extends RefCounted

## Two of the server's ticks, so that mostly the next position is known already.
const DELAY_MS := 100.0
## Without a position for so long, the dot jumps to the next one.
const GAP_MS := 300.0

var _times_ms: Array[float] = []
var _places: Array[Vector2] = []


func add(place: Vector2, now_ms: float) -> void:
	if not _times_ms.is_empty() and now_ms - _times_ms[-1] > GAP_MS:
		_times_ms.clear()
		_places.clear()
	_times_ms.append(now_ms)
	_places.append(place)


func place_at(now_ms: float) -> Vector2:
	var shown_ms := now_ms - DELAY_MS
	while _times_ms.size() > 1 and _times_ms[1] <= shown_ms:
		_times_ms.remove_at(0)
		_places.remove_at(0)
	if _times_ms.size() == 1 or shown_ms <= _times_ms[0]:
		return _places[0]
	var share := (shown_ms - _times_ms[0]) / (_times_ms[1] - _times_ms[0])
	return _places[0].lerp(_places[1], share)
