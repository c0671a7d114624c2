## Whom a shot may hit and a bot may see: all ships that fly without a shield, gathered once a frame
## for the player's shots and for all bots. Packed arrays, as there are many to compare.
extends RefCounted

var ids := PackedInt64Array()
var places := PackedVector2Array()
var velocities := PackedVector2Array()


func clear() -> void:
	ids.clear()
	places.clear()
	velocities.clear()


func add(id: int, place: Vector2, velocity: Vector2) -> void:
	ids.append(id)
	places.append(place)
	velocities.append(velocity)


## The index of the ship nearest to [param place], other than [param own_id]'s; -1 when there is
## none.
func nearest(place: Vector2, own_id: int) -> int:
	var best := -1
	var best_distance := INF
	for i: int in places.size():
		var distance := place.distance_squared_to(places[i])
		if distance < best_distance and ids[i] != own_id:
			best = i
			best_distance = distance
	return best


## A place to start from: of a few chosen at random, the one farthest from everybody.
func quiet_place(field: Vector2) -> Vector2:
	var best := field / 2.0
	var best_distance := -1.0
	for i: int in 6:
		var place := Vector2(randf_range(0.08, 0.92), randf_range(0.08, 0.92)) * field
		var near := nearest(place, 0)
		var distance := INF if near < 0 else place.distance_squared_to(places[near])
		if distance > best_distance:
			best = place
			best_distance = distance
	return best
