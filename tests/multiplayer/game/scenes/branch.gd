## The root of a branch with a multiplayer of its own.
extends Node

const Scenario := preload("res://scenario.gd")

var scenario: Scenario


func _ready() -> void:
	multiplayer.server_disconnected.connect(
		func() -> void: scenario.say("%s: server_disconnected" % name)
	)
	multiplayer.peer_disconnected.connect(
		func(_id: int) -> void:
			scenario.say("%s: peers: %d" % [name, multiplayer.get_peers().size()])
	)


@rpc("any_peer", "reliable")
func hello(text: String) -> void:
	scenario.say("hello " + text)
