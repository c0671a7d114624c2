## A game's own presence.
extends PhoenixPresence

var users: Array[String] = []


func _init() -> void:
	on_join.connect(_on_join)


func _on_join(joins: Array) -> void:
	for join: Dictionary in joins:
		users.append(join.key as String)
