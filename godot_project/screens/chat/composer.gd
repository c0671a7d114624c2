## Where the player writes: Enter sends, Shift and Enter begin a new line.
extends VBoxContainer

## The player sends this text.
signal submitted(text: String)
## The player began to write, or has stopped.
signal typing_changed(typing: bool)
## The player wants to read on, or back, without leaving the keyboard.
signal pages_asked(pages: float)

const Palette := preload("res://ui/palette.gd")

const TYPING_IDLE_S := 3.0
const MAX_CHARACTERS := 500  # the server's limit; it refuses more, this only counts
const COUNT_FROM := 400
const MAX_LINES := 5

var _idle := Timer.new()

@onready var _text: TextEdit = %Write
@onready var _send: Button = %Send
@onready var _count: Label = %Count


func _ready() -> void:
	_idle.one_shot = true
	_idle.wait_time = TYPING_IDLE_S
	_idle.timeout.connect(typing_changed.emit.bind(false))
	add_child(_idle)
	# Prose, not code, which the theme's TextEdit is for.
	_text.add_theme_font_override("font", get_theme_default_font())
	_text.add_theme_font_size_override("font_size", get_theme_default_font_size())
	_text.text_changed.connect(_on_text_changed)
	_text.gui_input.connect(_on_text_input)
	_text.resized.connect(_fit)
	_send.pressed.connect(_submit)
	_show()


func focus() -> void:
	_text.grab_focus()


func get_draft() -> String:
	return _text.text


func set_draft(text: String, hint: String) -> void:
	_text.text = text
	_text.placeholder_text = hint
	_text.set_caret_line(_text.get_line_count() - 1)
	_text.set_caret_column(_text.get_line(_text.get_line_count() - 1).length())
	_idle.stop()
	_show()


func _on_text_input(event: InputEvent) -> void:
	var key := event as InputEventKey
	if key == null or not key.pressed:
		return
	if key.keycode in [KEY_ENTER, KEY_KP_ENTER]:
		if key.shift_pressed:
			_text.insert_text_at_caret("\n")
		else:
			_submit()
	elif key.keycode == KEY_TAB:  # to the next control, as everywhere; nobody indents here
		var next := (
			_text.find_prev_valid_focus() if key.shift_pressed else _text.find_next_valid_focus()
		)
		next.grab_focus()
	elif key.keycode == KEY_PAGEUP:
		pages_asked.emit(-1.0)
	elif key.keycode == KEY_PAGEDOWN:
		pages_asked.emit(1.0)
	else:
		return
	_text.accept_event()


func _submit() -> void:
	var text := _text.text.strip_edges()
	_text.clear()
	_idle.stop()
	_show()
	if text != "":
		submitted.emit(text)
	focus()


func _on_text_changed() -> void:
	_show()
	var is_typing := _text.text.strip_edges() != ""
	if is_typing:
		_idle.start()
	else:
		_idle.stop()
	typing_changed.emit(is_typing)


func _show() -> void:
	var count := _text.text.strip_edges().length()
	_send.disabled = count == 0
	_count.visible = count >= COUNT_FROM
	_count.text = "%d of %d" % [count, MAX_CHARACTERS]
	_count.self_modulate = Palette.BAD if count > MAX_CHARACTERS else Palette.CALM
	_fit()


## As high as the text, up to a few lines; then it scrolls.
func _fit() -> void:
	var lines := clampi(_text.get_total_visible_line_count(), 1, MAX_LINES)
	var frame := _text.get_theme_stylebox("normal").get_minimum_size().y
	_text.custom_minimum_size.y = lines * _text.get_line_height() + frame
