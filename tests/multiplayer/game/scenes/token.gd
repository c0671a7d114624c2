## A player's piece, as the engine's documentation teaches it: the host spawns it, the player whose
## id is its name moves it.
extends Node2D

## Always synchronized.
var energy := 0
## Synchronized when it changes.
var score := 0
## Set where it is spawned.
var title := ""


func _enter_tree() -> void:
	var owner_id := (name as String).get_slice("_", 1)
	if owner_id.is_valid_int():
		set_multiplayer_authority(owner_id.to_int())


@rpc("authority", "call_local", "reliable")
func rename_to(new_title: String) -> void:
	title = new_title
