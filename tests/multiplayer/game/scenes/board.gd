## Where tokens are spawned, and nodes that a function makes.
extends Node2D

const Token := preload("res://scenes/token.gd")
const TOKEN := preload("res://scenes/token.tscn")


func _ready() -> void:
	($Maker as MultiplayerSpawner).spawn_function = _make


## Adds a token of the peer with this id, for the host.
func add(id: int, at: Vector2 = Vector2.ZERO, title: String = "") -> Token:
	return add_as("Token_%d" % id, at, title)


## Adds a token with this name, which is the host's.
func add_as(token_name: String, at: Vector2, title: String) -> Token:
	var added := TOKEN.instantiate() as Token
	added.name = token_name
	added.position = at
	added.title = title
	$Tokens.add_child(added, true)
	return added


## The token of this peer, null when there is none.
func token(id: int) -> Token:
	return $Tokens.get_node_or_null("Token_%d" % id) as Token


func make(data: Variant) -> Node:
	return ($Maker as MultiplayerSpawner).spawn(data)


func made(node: String) -> Node:
	return $Made.get_node_or_null(node)


func _make(data: Variant) -> Node:
	var node := Node.new()
	node.name = (data as Dictionary).name
	node.set_meta("data", data)
	return node
