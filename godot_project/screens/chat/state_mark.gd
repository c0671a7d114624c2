## How an own message fares, as a small sign: on its way, arrived, or in trouble.
extends Control

const Message := preload("res://screens/chat/message.gd")
const Palette := preload("res://ui/palette.gd")

const WORDS: Array[String] = ["waiting", "sending", "sent", "no answer", "refused"]

var _state := Message.State.WAITING


func _init() -> void:
	custom_minimum_size = Vector2(16, 16)
	size_flags_vertical = Control.SIZE_SHRINK_END


func show_state(state: Message.State) -> void:
	_state = state
	tooltip_text = WORDS[state]
	queue_redraw()


func _draw() -> void:
	match _state:
		Message.State.WAITING, Message.State.SENDING:  # a clock
			draw_arc(Vector2(8, 8), 6.0, 0.0, TAU, 24, Palette.CALM, 1.0, true)
			draw_polyline([Vector2(8, 4), Vector2(8, 8), Vector2(11, 8)], Palette.CALM, 1.0, true)
		Message.State.SENT:
			draw_polyline([Vector2(4, 8), Vector2(7, 11), Vector2(12, 5)], Palette.CALM, 1.5, true)
		Message.State.UNANSWERED, Message.State.REFUSED:
			draw_circle(Vector2(8, 8), 6.0, Palette.BAD, true, -1.0, true)
			draw_line(Vector2(8, 5), Vector2(8, 9), Palette.PANEL, 2.0)
			draw_line(Vector2(8, 10.5), Vector2(8, 12), Palette.PANEL, 2.0)
