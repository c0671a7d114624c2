## Counts the ticks of a channel's floods, which number them from 1 to their n, and reports
## lost, repeated and reordered ones.
extends RefCounted

## Ticks that came.
var count := 0
## Each came right after the one before it.
var in_order := true
## What a game does with each, in microseconds of the main thread.
var busy_us := 0

# The sizes of the floods that were asked for, from the one that comes now on.
var _sizes: Array[int] = []
var _came_of_first := 0


func _init(channel: PhoenixChannel) -> void:
	channel.on("tick", _on_tick)


## Says that a flood of so many ticks was asked for, after those before.
func expect(size: int) -> void:
	_sizes.append(size)


func _on_tick(payload: Dictionary) -> void:
	count += 1
	_came_of_first += 1
	in_order = in_order and not _sizes.is_empty() and payload.n == _came_of_first
	if not _sizes.is_empty() and _came_of_first == _sizes[0]:
		_sizes.pop_front()
		_came_of_first = 0
	if busy_us > 0:
		_work(busy_us)


## No delay, which is a millisecond at least on some systems.
func _work(duration_us: int) -> void:
	var until_us := Time.get_ticks_usec() + duration_us
	while Time.get_ticks_usec() < until_us:
		pass
