## A box that is a row in a wide window and a column in a narrow one, such as a phone's; or, with
## [member reverse], the other way round.
extends BoxContainer

## The window's width, in pixels, from which it counts as wide.
@export var wide_from := 760
@export var reverse := false


func _ready() -> void:
	get_viewport().size_changed.connect(_reflow)
	_reflow()


func _reflow() -> void:
	vertical = (get_viewport_rect().size.x >= wide_from) == reverse
