extends RefCounted
## A node's way out of the tree. A node that leaves it may be on the way to another place, as in
## reparent(), so it has left only if it is not back before the frame ends, or is freed. Until then
## its messages wait.

const Core := preload("core.gd")

var in_tree := false
## The node is outside, and the frame has not ended.
var pending := false
## The node is being freed.
var freeing := false

var _left: Callable
var _freed: Callable


## [param left] is called when the node has left for good, and after it [param freed] if the node is
## freed.
func _init(left: Callable, freed: Callable) -> void:
	_left = left
	_freed = freed


## Ends the departure when the node enters the tree, and returns whether one was pending.
func entered() -> bool:
	in_tree = true
	return cancel()


func exited() -> void:
	in_tree = false
	if freeing:
		_end()
		return
	if not pending:
		pending = true
		Core.departing += 1
	Core.defer_twice(_look)


## Ends a node that is freed: at once, or when it leaves the tree.
func begin_freeing() -> void:
	freeing = true
	cancel()
	if not in_tree:
		_end()


func _end() -> void:
	_left.call()
	_freed.call()


func _look() -> void:
	if cancel():
		_left.call()


## Cancels a pending departure, and returns whether there was one.
func cancel() -> bool:
	var was := pending
	pending = false
	if was:
		Core.departing -= 1
	return was
