## Under a message that is not sent: why, and what the player can do about it.
extends MarginContainer

signal retry_asked
signal discard_asked

const Palette := preload("res://ui/palette.gd")

@onready var _why: Label = %Why
@onready var _retry: Button = %Retry
@onready var _discard: Button = %Discard


func _ready() -> void:
	_retry.pressed.connect(retry_asked.emit)
	_discard.pressed.connect(discard_asked.emit)


## An empty [param why] means no problem. [param failed] means that there is no automatic retry.
func show_trouble(why: String, failed: bool) -> void:
	visible = why != ""
	_why.text = why
	_why.self_modulate = Palette.BAD if failed else Palette.BUSY
	_retry.visible = failed
	_discard.visible = failed
