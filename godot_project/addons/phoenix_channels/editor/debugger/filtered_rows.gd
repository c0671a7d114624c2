@tool
extends RefCounted
## The rows of a store that a filter shows, in order. They are found a little in each frame, so that
## neither a new filter over all rows nor many new rows make the editor stutter.

const Filter := preload("message_filter.gd")
const Store := preload("message_store.gd")

var store: Store
var filter := Filter.new()
## How many rows have left at the front, over the life of this object.
var gone := 0

var _places := PackedInt64Array()
var _head := 0
var _next := 0
var _first := 0


func _init(of: Store) -> void:
	show(of)


## Begins with another store.
func show(of: Store) -> void:
	store = of
	set_filter(filter)


func set_filter(to: Filter) -> void:
	filter = to
	_places.clear()
	_head = 0
	_first = store.first
	_next = store.first


func size() -> int:
	_forget_dropped()
	return store.end - _first if filter.is_empty() else _places.size() - _head


## The place in the store of the shown row [param i].
func place(i: int) -> int:
	return _first + i if filter.is_empty() else _places[_head + i]


## Which shown row the one at a place of the store is; -1 when it is not shown.
func index_of(wanted: int) -> int:
	var i := nearest(wanted)
	return i if i < size() and place(i) == wanted else -1


## The shown row at a place of the store, or the first one after it.
func nearest(wanted: int) -> int:
	_forget_dropped()
	if filter.is_empty():
		return clampi(wanted - _first, 0, size())
	return maxi(0, _places.bsearch(wanted) - _head)


## All rows have been looked at.
func is_complete() -> bool:
	return filter.is_empty() or _next >= store.end


## Looks at rows for about so long. Returns whether all have been looked at.
func advance(microseconds: int) -> bool:
	var until := Time.get_ticks_usec() + microseconds
	while not is_complete():
		_advance_in_chunk()
		if Time.get_ticks_usec() >= until:
			break
	return is_complete()


# Some rows of a chunk, as one with large payloads takes a while.
func _advance_in_chunk() -> void:
	const AT_ONCE := 256
	_next = maxi(_next, store.first)
	var chunk := store.chunk_at(_next)
	var from := _next - chunk.start
	var to := mini(chunk.size(), from + AT_ONCE)
	for i: int in filter.rows_of(chunk, from, to):
		_places.append(chunk.start + i)
	_next = chunk.start + to


# Before anything is read: the store drops rows at any time.
func _forget_dropped() -> void:
	if _first == store.first:
		return
	if filter.is_empty():
		gone += store.first - _first
	else:
		var head := _places.bsearch(store.first)
		gone += head - _head
		_head = head
		if _head > Store.MAX_ROWS:
			_places = _places.slice(_head)
			_head = 0
	_first = store.first
