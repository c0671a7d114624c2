## What was said and what happened, newest last.
extends RichTextLabel

const Palette := preload("res://lobby/palette.gd")

const MAX_LINES := 200


func say(player: String, text: String) -> void:
	_begin()
	push_color(Palette.of_player(player))
	add_text(player)
	pop()
	add_text("  %s" % text)


func tell(text: String, color: Color = Palette.CALM) -> void:
	_begin()
	push_color(color)
	add_text(text)
	pop()


func _begin() -> void:
	if get_parsed_text() != "":
		newline()
	while get_paragraph_count() > MAX_LINES:
		remove_paragraph(0)
