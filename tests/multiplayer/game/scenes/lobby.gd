## A scene without a spawner, in the place of the board.
extends Node

var greetings := PackedStringArray()


func greet() -> void:
	hello.rpc("to all")


@rpc("any_peer", "call_local", "reliable")
func hello(text: String) -> void:
	greetings.append(text)
