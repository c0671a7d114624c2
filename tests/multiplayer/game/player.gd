## An engine that plays a role in scenarios:
## [code]godot --headless --path GAME -s player.gd -- --role host --control 127.0.0.1:4001
## --transport enet --server ws://127.0.0.1:4000/socket[/code].
extends SceneTree

const Stage := preload("res://stage.gd")

var _stage: Stage


func _initialize() -> void:
	# Nothing is drawn. More frames than usual make a shorter test.
	Engine.max_fps = 120
	_stage = Stage.new(OS.get_cmdline_user_args())
	root.add_child(_stage)
