## The host changes the scene for all, twice: RPCs and spawners of the new one, and of the first
## again.
extends "res://scenario.gd"

const Board := preload("res://scenes/board.gd")


func host() -> void:
	await open(3)
	for round_of_play: int in 3:
		change_to.rpc(
			"res://scenes/board.tscn" if round_of_play != 1 else "res://scenes/lobby.tscn"
		)
		await _changed(round_of_play)
		if round_of_play != 1:
			_board().add(1, Vector2(round_of_play, 0), "of round %d" % round_of_play)
		else:
			get_tree().current_scene.call("greet")
		await settle("played-%d" % round_of_play, _look)
	get_tree().unload_current_scene()


func client() -> void:
	await open(3)
	# The host frees its nodes when the scene of others has freed theirs.
	allow_error("pinfo.recv_nodes.has(net_id)")
	for round_of_play: int in 3:
		await _changed(round_of_play)
		await settle("played-%d" % round_of_play, _look)
	get_tree().unload_current_scene()


func _changed(round_of_play: int) -> void:
	await until(
		func() -> bool: return get_meta("changes", 0) == round_of_play + 1, "the scene changes"
	)
	await until(func() -> bool: return get_tree().current_scene != null, "it is there")
	await frames(2)
	await settle("changed-%d" % round_of_play)


@rpc("authority", "call_local", "reliable")
func change_to(scene: String) -> void:
	get_tree().change_scene_to_file(scene)
	set_meta("changes", get_meta("changes", 0) + 1)


func _board() -> Board:
	return get_tree().current_scene as Board


func _look() -> void:
	var scene := get_tree().current_scene
	if scene is Board:
		var titles := (scene as Board).token(1).title
		say("%s: %s" % [scene.name, titles])
	else:
		say("%s: %s" % [scene.name, scene.get("greetings")])
