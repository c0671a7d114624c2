## What scenarios with spawned nodes share.
extends "res://scenario.gd"

const Board := preload("res://scenes/board.gd")
const Token := preload("res://scenes/token.gd")

var board: Board


func _ready() -> void:
	board = (load("res://scenes/board.tscn") as PackedScene).instantiate() as Board
	add_child(board)
	for spawner: MultiplayerSpawner in board.find_children("*", "MultiplayerSpawner"):
		spawner.spawned.connect(_say_spawned)
		spawner.despawned.connect(func(node: Node) -> void: say("despawned %s" % shown(node), 1))


func _say_spawned(node: Node) -> void:
	if node is Token:
		var token := node as Token
		say(
			(
				"spawned %s of #%d at %s, energy %d, score %d, '%s'"
				% [
					shown(node),
					token.get_multiplayer_authority(),
					token.position,
					token.energy,
					token.score,
					token.title
				]
			),
			1
		)
	else:
		say("spawned %s with %s" % [shown(node), node.get_meta("data")], 1)


## A node's name, with an id as say() knows it.
func shown(node: Node) -> String:
	return (node.name as String).replace("_", " #")
