## The exported game: runs a test file, as runner.gd does where an engine takes a script.
extends Node

const Session := preload("res://session.gd")


func _ready() -> void:
	var session := Session.new(get_tree(), OS.get_cmdline_user_args())
	session.ended.connect(get_tree().quit)
	session.start.call_deferred()
	get_tree().set_meta("session", session)  # as tests change the scene
