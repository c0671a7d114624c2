@tool
extends HBoxContainer
## Saves and opens logs; while one is open, the bar says so.

## The user has chosen where to save.
signal save_requested(path: String)
## A log has been read.
signal opened(store: Store)
## The opened log shall not be shown any more.
signal closed

const Look := preload("../look.gd")
const Reader := preload("log_reader.gd")
const StatusLabel := preload("../status_label.gd")
const Store := preload("message_store.gd")
const Writer := preload("log_writer.gd")

const DIALOG_SIZE := Vector2(800, 500)
## How long reading or writing may take of a frame: nothing else goes on meanwhile.
const STEP_US := 20_000

var _words := StatusLabel.new()
var _close := Button.new()
var _dialog: EditorFileDialog
var _writer: Writer
var _reader: Reader
var _path := ""
# What is said of the opened log; empty when none is open.
var _of_log := ""
# What is said until the user has read it.
var _message := ""
var _is_error := false


func _init() -> void:
	visible = false
	_words.clip_text = true
	_words.mouse_filter = MOUSE_FILTER_STOP
	_words.size_flags_horizontal = SIZE_EXPAND_FILL
	add_child(_words)
	_close.pressed.connect(_dismiss)
	add_child(_close)


## A log is shown instead of the game.
func is_open() -> bool:
	return not _of_log.is_empty()


func is_busy() -> bool:
	return _writer != null or _reader != null


func ask_where_to_save() -> void:
	_ask(EditorFileDialog.FILE_MODE_SAVE_FILE, save_requested.emit)


func ask_what_to_open() -> void:
	_ask(EditorFileDialog.FILE_MODE_OPEN_FILE, open)


## Begins to save; [param game] describes the game.
func save(path: String, store: Store, game: Dictionary) -> void:
	if not is_busy():
		_path = path
		_writer = Writer.new(path, store, game)


## Begins to read a log.
func open(path: String) -> void:
	if not is_busy():
		_path = path
		_reader = Reader.new(path)


## Goes on with what was begun; to be called in each frame.
func work() -> void:
	if _writer != null and _writer.step(STEP_US):
		_say(
			(
				_writer.problem
				if _writer.problem
				else "%d rows saved to %s." % [_writer.written, _path]
			),
			not _writer.problem.is_empty()
		)
		_writer = null
	if _reader != null and _reader.step(STEP_US):
		_finish_reading()


func _finish_reading() -> void:
	var reader := _reader
	_reader = null
	if reader.problem:
		_say(reader.problem, true)
		return
	var game := reader.game
	_of_log = (
		"Log %s, saved %s (addon %s, %s). It is not the running game."
		% [_path, game.get("saved", "?"), game.get("addon", "?"), game.get("platform", "?")]
	)
	_say("", false)
	opened.emit(reader.store)


func _ask(mode: EditorFileDialog.FileMode, chosen: Callable) -> void:
	if _dialog != null:
		_dialog.queue_free()
	_dialog = EditorFileDialog.new()
	_dialog.access = EditorFileDialog.ACCESS_FILESYSTEM
	_dialog.file_mode = mode
	_dialog.add_filter("*.jsonl", "Phoenix log")
	_dialog.current_file = "phoenix.jsonl" if mode == EditorFileDialog.FILE_MODE_SAVE_FILE else ""
	_dialog.file_selected.connect(chosen)
	add_child(_dialog)
	_dialog.popup_centered(DIALOG_SIZE * Look.scale())


func _say(words: String, is_error: bool) -> void:
	_message = words
	_is_error = is_error
	_update()


func _update() -> void:
	visible = not _message.is_empty() or is_open()
	var color := &"error_color" if _is_error else &"warning_color"
	_words.say(_message if _message else _of_log, color)
	_close.text = "OK" if _message else "Back to the Game"


func _dismiss() -> void:
	if _message.is_empty():
		_of_log = ""
		closed.emit()
	_say("", false)
