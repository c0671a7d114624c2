extends RefCounted
## A node's way out of the tree. A node that leaves it may be on the way to another place, as in
## reparent(), so it has left only if it is not back before the frame ends, or is freed. Until then
## its messages wait.

const Core := preload("core.gd")

## The node is outside, and the frame has not ended.
var pending := false
## The node is being freed.
var freeing := false

var _left: Callable


## [param left] is called when the node has left for good.
func _init(left: Callable) -> void:
	_left = left


func exited() -> void:
	if freeing:
		_left.call()
		return
	if not pending:
		pending = true
		Core.departing += 1
	Core.defer_twice(_look)


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
