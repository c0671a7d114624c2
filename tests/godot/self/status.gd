## The runner's own test: the engine's exit status counts.
extends "res://case.gd"


func test_quits_with_status() -> void:
	# The runner quits with 0; this comes after it.
	tree_exiting.connect(_quit_later.bind(get_tree()))


func _quit_later(tree: SceneTree) -> void:
	tree.root.tree_exiting.connect(func() -> void: tree.quit(3))
