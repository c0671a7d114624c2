## The demo's entry: reads the command line and shows the first screen under the status bar; where
## there is no display, plays the scripted session.
extends Control

const Options := preload("res://command_line/options.gd")
const Page := preload("res://command_line/page.gd")
const Recorder := preload("res://command_line/recorder.gd")
const Screenshots := preload("res://command_line/screenshots.gd")
const ScriptedSession := preload("res://command_line/scripted_session.gd")
const ScreenScale := preload("res://ui/screen_scale.gd")
const Settings := preload("res://start/settings.gd")

## The arguments after [code]--[/code] on the command line, or in the page's query.
var arguments := Page.arguments() if OS.has_feature("web") else OS.get_cmdline_user_args()

@onready var _host: Control = %Host


func _ready() -> void:
	var options := Options.read(arguments)
	if options.problem != "":
		printerr("demo: %s" % options.problem)
		get_tree().quit(2)
		return
	if options.quit_after_s > 0:
		get_tree().create_timer(options.quit_after_s).timeout.connect(get_tree().quit)
	Settings.begin(options)
	if options.session:
		await _play_session()
		return
	ScreenScale.apply(get_window())
	Net.opened.connect(_on_opened)
	Net.lost.connect(_tell_lost)
	Screens.host = _host
	Screens.bots = options.bots
	Screens.over_enet = options.enet
	if options.screenshot_folder != "":
		await _take_pictures(options.screenshot_folder)
		return
	if options.screen == "":
		Screens.back()
	else:
		Net.start(Settings.server_url(), Settings.player_name())
		Screens.open(options.screen)
	if options.recording_folder != "":
		_record(options.recording_folder)


func _exit_tree() -> void:
	Screens.host = null
	Screens.scene = null
	Screens.current = ""


func _play_session() -> void:
	var session := ScriptedSession.new()
	add_child(session)
	get_tree().quit(0 if await session.play(Settings.server_url()) else 1)


func _take_pictures(folder: String) -> void:
	var screenshots := Screenshots.new()
	add_child(screenshots)
	get_tree().quit(0 if await screenshots.take(folder) else 1)


func _record(folder: String) -> void:
	var recorder := Recorder.new()
	add_child(recorder)
	recorder.record(folder)


## Prints it too, so that a run without a window can be followed.
func _on_opened() -> void:
	Settings.was_reached(Net.server_url)
	print("demo: connected to %s as %s (%s)" % [Net.server_url, Net.player_name, Net.user_id])


## Prints only the first of several failed attempts.
func _tell_lost(_retry_in_s: float) -> void:
	if Net.attempts == 1:
		print("demo: no connection to %s (%s), trying again" % [Net.server_url, Net.reason])
