## The demo's entry: the lobby in a window, or the scripted session where there is no display.
## [br]
## Arguments after [code]--[/code]: [code]--server URL[/code], [code]--quit-after SECONDS[/code].
extends Node

const DEFAULT_SERVER := "ws://127.0.0.1:4000/socket"

const Lobby := preload("res://lobby/lobby.gd")
const Session := preload("res://session/session.gd")


func _ready() -> void:
	var server := _argument("--server", DEFAULT_SERVER)
	if DisplayServer.get_name() == "headless":
		var session := Session.new()
		add_child(session)
		get_tree().quit(0 if await session.play(server) else 1)
		return

	var quit_after_s := _argument("--quit-after", "").to_int()
	if quit_after_s > 0:
		get_tree().create_timer(quit_after_s).timeout.connect(get_tree().quit)
	var lobby := (load("res://lobby/lobby.tscn") as PackedScene).instantiate() as Lobby
	lobby.server_url = server
	add_child(lobby)


func _argument(argument_name: String, default: String) -> String:
	var arguments := OS.get_cmdline_user_args()
	var index := arguments.find(argument_name)
	return arguments[index + 1] if index >= 0 and index + 1 < arguments.size() else default
