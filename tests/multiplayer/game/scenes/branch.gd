## The root of a branch with a multiplayer of its own.
extends Node

const Scenario := preload("res://scenario.gd")

var scenario: Scenario
## In place of the id of a peer, as each of the branches has such a one.
var number := 0


func _ready() -> void:
	multiplayer.server_disconnected.connect(
		func() -> void: scenario.say("%s: server_disconnected" % name, number)
	)
	multiplayer.peer_disconnected.connect(
		func(_id: int) -> void:
			scenario.say("%s: peers: %d" % [name, multiplayer.get_peers().size()], number)
	)


@rpc("any_peer", "reliable")
func hello(text: String) -> void:
	scenario.say("hello " + text, number)
