## The exported game: runs a test file, as runner.gd does where an engine takes a script.
extends Node

const Session := preload("res://session.gd")


func _ready() -> void:
	var session := Session.new(get_tree(), _arguments())
	session.ended.connect(get_tree().quit)
	session.start.call_deferred()
	get_tree().set_meta("session", session)  # as tests change the scene


## In a browser they are in the page's query, see tests/web/shell/start.js.
func _arguments() -> PackedStringArray:
	if not OS.has_feature("web"):
		return OS.get_cmdline_user_args()
	var found := PackedStringArray()
	var query := JavaScriptBridge.get_interface("location").search as String
	for part: String in query.get_slice("&--&", 1).split("&"):
		for text: String in part.split("=", true, 1):
			found.append(text.replace("+", " ").uri_decode())
	return found
