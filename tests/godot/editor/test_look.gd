@tool
## The look of the debugger's tab and the test server's panel: readable in the dark and the light
## theme, also after a change of the theme, and sized by the editor's scale.
extends "res://editor/tab_case.gd"

const EDITOR := "res://addons/phoenix_channels/editor/"
const Batch := preload(DEBUGGER + "batch.gd")
const Columns := preload(DEBUGGER + "message_columns.gd")
const FakeGame := preload("res://editor/fake_game.gd")
const Look := preload(EDITOR + "look.gd")
const MessageHeader := preload(DEBUGGER + "message_header.gd")
const Painter := preload(DEBUGGER + "row_painter.gd")
const ServerPanel := preload(EDITOR + "test_server_panel.gd")

const LIMIT_MS := 120_000
const PRESET := "interface/theme/color_preset"
const STYLE := "interface/theme/style"  # from 4.6 on
const PRESETS: Array[String] = ["Default", "Light"]
const STYLES: Array[String] = ["Modern", "Classic"]
const SCALES: Array[int] = [1, 2]
## Custom, in the list of interface/editor/display_scale.
const CUSTOM_SCALE := 7
const CONFIG := "user://test_look"
## Run by a second editor, at another scale.
const AT_ANY_SCALE := "test_sizes_follow_the_font"
const ICON_SIZE := 16.0
## Room for the tab beside the docks of a small screen.
const NARROW := Vector2(580, 320)
## The widest usual texts of the columns.
const TEXTS := {
	Columns.TIME: "00:00:00.000",
	Columns.EVENT: "presence_diff",
	Columns.STATUS: "timeout",
	Columns.SIZE: "1000 KB",
	Columns.TOOK: "999.9 ms",
}
## What a script sets a size with, and with a number of its own.
const SIZES := (
	"(\\bcustom_minimum_size(\\.[xy])?|\\bsplit_offset|\\bsize)\\s*=[^=].*"
	+ "|(add_theme_(constant|font_size)_override|popup|popup_centered)\\(.*"
)
const NUMBERS := "(?<![.\\w])([1-9]\\d*|0\\.\\d+|[A-Z][A-Z_]{2,})\\b"
const COLORS := "\\bColor\\(\\s*[\\d\"'&#.]|\\bColor8\\(|\\bColor\\.[A-Z_]{2,}\\b"

var _game := FakeGame.new()
var _panel: ServerPanel
var _before := {}


func _ready() -> void:
	tab = Tab.new(_game.session)
	_panel = ServerPanel.new()
	for control: Control in [tab, _panel]:
		EditorInterface.get_base_control().add_child(control)
		control.size = NARROW * Look.scale()
	_show_everything()


func _exit_tree() -> void:
	var settings := EditorInterface.get_editor_settings()
	for title: String in _before:
		settings.set_setting(title, _before[title])
	if not _before.is_empty():
		_notify_of_settings()
	tab.free()
	_panel.free()
	super()


func test_texts_can_be_read_and_icons_fit_in_each_theme() -> void:
	for style: String in STYLES:
		for preset: String in PRESETS:
			_set_theme(style, preset)
			await frames(2)
			_check_contrasts("%s %s" % [style, preset])
			_check_icons("%s %s" % [style, preset])


func test_sizes_follow_the_font() -> void:
	await frames(2)
	note("scale %s, row height %s" % [Look.scale(), _painter().row_height])
	var list := part(List) as List
	var font := list.get_theme_font(&"font", &"Tree")
	var font_size := list.get_theme_font_size(&"font_size", &"Tree")
	var columns := Columns.new()
	for column: int in TEXTS:
		var text: String = TEXTS[column]
		var width := font.get_string_size(text, HORIZONTAL_ALIGNMENT_LEFT, -1, font_size).x
		var room := columns.width(column) - 2.0 * Look.px(Painter.PADDING)
		check(room >= width, "'%s' (%s) fits into %s" % [text, width, room])
		check(room <= width * 2.0, "a column for '%s' (%s) of %s" % [text, width, room])
	var row_height := _painter().row_height
	check(row_height >= font.get_height(font_size), "a row is as high as its text: %s" % row_height)
	check(row_height <= font.get_height(font_size) * 1.5, "a row is no higher: %s" % row_height)
	var icon := ICON_SIZE * Look.scale()
	for button: Button in _descendants(tab, "Button"):
		if button.icon != null and button.is_visible_in_tree():
			equal(button.icon.get_width(), int(icon), "icon of '%s'" % button.tooltip_text)
	equal(_tree_item(0).get_icon(0).get_width(), int(icon), "icon of the tree")
	for control: Control in [tab, _panel]:
		var least := control.get_combined_minimum_size()
		check(least.x <= NARROW.x * Look.scale(), "%s is narrow: %s" % [control, least])
		check(least.y <= NARROW.y * Look.scale(), "%s is low: %s" % [control, least])
	var header := part(MessageHeader) as Control
	check(header.size.y >= font.get_height(font_size), "the header: %s" % header.size)


# The editor reads its scale at its start only.
func test_editor_at_twice_the_scale() -> void:
	if not OS.get_name() in ["Linux", "FreeBSD"]:
		note("not tried: where the editor's settings are is not known here")
		return
	var folder := ProjectSettings.globalize_path(CONFIG)
	for scale: int in SCALES:
		if scale == roundi(Look.scale()):
			continue
		var output := _run_editor_at(scale, folder)
		check("[test] note scale %d.0" % scale in output, "it had the scale %d" % scale)
		check("[test] end-of %s" % AT_ANY_SCALE in output, "the test ran at scale %d" % scale)
		for line: String in output.split("\n"):
			if line.begins_with("[test] failure"):
				fail("at scale %d: %s" % [scale, line.trim_prefix("[test] failure ")])
	OS.execute("rm", ["-rf", folder])


func test_source_has_neither_colors_nor_pixels() -> void:
	for path: String in _scripts(EDITOR):
		if path == EDITOR + "look.gd" or path.begins_with(EDITOR + "script_templates"):
			continue
		var lines := FileAccess.get_file_as_string(path).split("\n")
		for i: int in lines.size():
			var problem := _problem_of_line(lines[i])
			check(problem.is_empty(), "%s:%d: %s" % [path, i + 1, problem])
	for line: String in [
		"var a := Color(0.5, 1, 0)",
		'var a := Color("#ff0000")',
		"draw_rect(rect, Color.RED)",
		"_box.custom_minimum_size.x = 320",
		"_box.custom_minimum_size = Vector2(WIDTH, 0)",
		'add_theme_constant_override(&"separation", 4)',
		"popup_centered(SIZE)",
	]:
		check(not _problem_of_line(line).is_empty(), "'%s' is a mistake" % line)
	for line: String in [
		"var a := Color(color, OPACITY)",
		"_box.custom_minimum_size.x = Look.px(WIDTH)",
		'add_theme_constant_override(&"separation", 0)',
		"popup_centered(SIZE * Look.scale())",
		"# Color(1, 1, 1)",
	]:
		equal(_problem_of_line(line), "", "'%s'" % line)


func _problem_of_line(line: String) -> String:
	if line.strip_edges().begins_with("#"):
		return ""
	if RegEx.create_from_string(COLORS).search(line) != null:
		return "a colour that is not the theme's: %s" % line.strip_edges()
	var sets := RegEx.create_from_string(SIZES).search(line)
	if sets == null or "Look." in line:
		return ""
	if RegEx.create_from_string(NUMBERS).search(sets.get_string()) != null:
		return "a length without the editor's scale: %s" % line.strip_edges()
	return ""


func _scripts(folder: String) -> PackedStringArray:
	var found := PackedStringArray()
	for file: String in DirAccess.get_files_at(folder):
		if file.get_extension() == "gd":
			found.append(folder.path_join(file))
	for inner: String in DirAccess.get_directories_at(folder):
		found.append_array(_scripts(folder.path_join(inner)))
	return found


## A second editor, of the same project: this one waits for it, and so writes no file meanwhile.
func _run_editor_at(scale: int, folder: String) -> String:
	var version := Engine.get_version_info()
	var path := folder.path_join(
		"godot/editor_settings-%d.%d.tres" % [version.major, version.minor]
	)
	DirAccess.make_dir_recursive_absolute(path.get_base_dir())
	var file := FileAccess.open(path, FileAccess.WRITE)
	var lines := PackedStringArray(['[gd_resource type="EditorSettings" format=3]', "[resource]"])
	lines.append("interface/editor/display_scale = %d" % CUSTOM_SCALE)
	lines.append("interface/editor/custom_display_scale = %d.0" % scale)
	lines.append('%s = "%s"' % [PRESET, PRESETS[1]])
	file.store_string("\n".join(lines))
	file.close()
	var before := OS.get_environment("XDG_CONFIG_HOME")
	OS.set_environment("XDG_CONFIG_HOME", folder)
	var arguments := PackedStringArray(["--headless", "--path"])
	arguments.append(ProjectSettings.globalize_path("res://"))
	arguments.append_array(["--editor", "--", "--file", "editor/test_look.gd"])
	arguments.append_array(["--exactly", AT_ANY_SCALE])
	var output: Array = []
	OS.execute(engine_program, arguments, output, true)
	if before.is_empty():
		OS.unset_environment("XDG_CONFIG_HOME")
	else:
		OS.set_environment("XDG_CONFIG_HOME", before)
	return "".join(output)


## Rows of all kinds, a tree with all kinds of lines, a selected push, and words in all labels.
func _show_everything() -> void:
	_game.start()
	var sockets: Array[Dictionary] = [FakeGame.socket()]
	sockets.append(FakeGame.socket({"id": 102, "state": PhoenixSocket.CLOSED, "peers": []}))
	sockets.append(FakeGame.socket({"id": 103, "simulation": {"cut": true}, "peers": []}))
	_game.session.take("state", [sockets])
	var push := _game.add({"kind": Batch.Kind.SENT, "payload": '{"a": [1, true, "b"]}'})
	_game.add({"link": push, "took": 5_000, "status": "error", "flags": Batch.Flag.ERROR})
	_game.add({"kind": Batch.Kind.HAPPENING, "event": "open", "payload": "it is open"})
	_game.send()
	(part(List) as List).select(0)
	filter_box().text_changed.emit("size>nothing")
	for node: Node in _descendants(tab, "Label"):
		var label := node as Label
		if label.text.is_empty():
			label.text = "a text"


func _set_theme(style: String, preset: String) -> void:
	var settings := EditorInterface.get_editor_settings()
	for change: Array in [[STYLE, style], [PRESET, preset]]:
		var title: String = change[0]
		if settings.has_setting(title):
			if not _before.has(title):
				_before[title] = settings.get_setting(title)
			settings.set_setting(title, change[1])
	_notify_of_settings()


func _notify_of_settings() -> void:
	get_tree().root.propagate_notification(EditorSettings.NOTIFICATION_EDITOR_SETTINGS_CHANGED)


func _check_contrasts(theme: String) -> void:
	for of: Control in [tab, _panel]:
		for node: Node in _descendants(of, "Control"):
			for pair: Array in _texts_of(node as Control):
				_check_contrast(pair[0] as Color, pair[1] as Color, "%s: %s" % [theme, node])
	var list := part(List) as List
	var panel := Look.filled(list.get_theme_stylebox(&"panel", &"Tree"), Look.panel_color(list))
	var selected := Look.filled(list.get_theme_stylebox(&"selected", &"Tree"), panel)
	for palette: Painter.Palette in [_painter().get("_unselected"), _painter().get("_of_selected")]:
		var below := panel if palette == _painter().get("_unselected") else selected
		for background: Color in [
			below, below.blend(palette.tint), below.blend(palette.error_tint)
		]:
			for title: String in ["text", "dimmed", "error", "warning", "success"]:
				_check_contrast(
					palette.get(title) as Color, background, "%s: rows' %s" % [theme, title]
				)


func _check_icons(theme: String) -> void:
	equal(find_button("Clear").icon, Look.icon(tab, &"Clear"), "%s: a button" % theme)
	for i: int in 2:
		var icons: Array = GameTree.ICONS[[GameTree.Kind.SOCKET, GameTree.Kind.CHANNEL][i]]
		var title: StringName = icons[0] if Look.has_icon(tab, icons[0]) else icons[1]
		equal(_tree_item(i).get_icon(0), Look.icon(tab, title), "%s: %s" % [theme, title])


func _check_contrast(text: Color, background: Color, what: String) -> void:
	var found := Look.contrast(text, background)
	if found < Look.READABLE_CONTRAST:
		fail("%s: %s on %s is %.2f" % [what, text.to_html(), background.to_html(), found])


## The colours of the control's texts and their backgrounds.
func _texts_of(control: Control) -> Array[Array]:
	var panel := Look.panel_color(control)
	var normal := Look.filled(control.get_theme_stylebox(&"normal"), panel)
	var read_only := Look.filled(control.get_theme_stylebox(&"read_only"), panel)
	var pairs: Array[Array] = []
	if control is Label:
		pairs.append([control.get_theme_color(&"font_color"), panel])
	elif control is Button and not (control as Button).disabled:
		pairs.append([control.get_theme_color(&"font_color"), normal])
	elif control is LineEdit and (control as LineEdit).editable:
		pairs.append([control.get_theme_color(&"font_color"), normal])
	elif control is LineEdit:
		pairs.append([control.get_theme_color(&"font_uneditable_color"), read_only])
	elif control is TextEdit:
		pairs = _texts_of_editor(control as TextEdit, normal, read_only)
	elif control is GameTree:
		pairs = _texts_of_tree(control as Tree, panel)
	elif control is MessageHeader:
		var title := Look.filled(control.get_theme_stylebox(&"title_button_normal", &"Tree"), panel)
		pairs.append([control.get_theme_color(&"title_button_color", &"Tree"), title])
	return pairs


func _texts_of_editor(editor: TextEdit, normal: Color, read_only: Color) -> Array[Array]:
	if editor.editable:
		return [[editor.get_theme_color(&"font_color"), normal]]
	var plain := editor.get_theme_color(&"font_readonly_color")
	var pairs: Array[Array] = [[plain, read_only]]
	var highlighter := editor.syntax_highlighter as CodeHighlighter
	if highlighter != null:
		var colors: Array[Color] = [highlighter.number_color, highlighter.symbol_color]
		for of: Dictionary in [highlighter.color_regions, highlighter.keyword_colors]:
			for color: Color in of.values():
				colors.append(color)
		for color: Color in colors:
			pairs.append([Color(color, color.a * plain.a), read_only])
	return pairs


func _texts_of_tree(tree: Tree, panel: Color) -> Array[Array]:
	var below := Look.filled(tree.get_theme_stylebox(&"panel"), panel)
	var selected := Look.filled(tree.get_theme_stylebox(&"selected"), below)
	var pairs: Array[Array] = [[tree.get_theme_color(&"font_color"), below]]
	pairs.append([tree.get_theme_color(&"font_selected_color"), selected])
	for item: TreeItem in tree.get_root().get_children():
		for background: Color in [below, selected]:
			pairs.append([item.get_custom_color(GameTree.FACTS), background])
	return pairs


func _painter() -> Painter:
	return (part(List) as List).get("_painter") as Painter


## The first socket's line, or its first channel's.
func _tree_item(i: int) -> TreeItem:
	var socket := (part(GameTree) as GameTree).get_root().get_child(0)
	return socket if i == 0 else socket.get_child(0)
