@tool
## What the tests in the editor share: a scene that is open, and what the editor shows of it.
extends "res://case.gd"

## Written by a test, and removed after it; in a folder that the engine does not import.
const SCENE := "res://.godot/opened.tscn"

const WARNING := "Node configuration warning:"


func _exit_tree() -> void:
	EditorInterface.close_scene()
	if FileAccess.file_exists(SCENE):
		DirAccess.remove_absolute(SCENE)


## Opens a scene with [param root], which is freed, and returns the scene's root in the editor.
func open(root: Node) -> Node:
	if root.name.is_empty():
		root.name = "Root"
	for child: Node in root.find_children("*", "", true, false):
		child.owner = root
	var scene := PackedScene.new()
	equal(scene.pack(root), OK, "pack()")
	root.free()
	equal(ResourceSaver.save(scene, SCENE), OK, "save()")
	EditorInterface.open_scene_from_path(SCENE)
	await wait_until(
		func() -> bool:
			var opened := EditorInterface.get_edited_scene_root()
			return opened != null and opened.scene_file_path == SCENE and tree_item(opened) != null,
		"the open scene"
	)
	return EditorInterface.get_edited_scene_root()


## A socket of the server that the test has, as the root of a scene that is open.
func open_socket(properties: Dictionary = {}) -> PhoenixSocket:
	var socket := PhoenixSocket.new()
	socket.name = "Socket"
	for property: String in properties:
		socket.set(property, properties[property])
	return await open(socket) as PhoenixSocket


## The node's line in the dock that shows the scene; null when there is none.
func tree_item(node: Node) -> TreeItem:
	for editor: Node in _descendants(EditorInterface.get_base_control(), "SceneTreeEditor"):
		for tree: Node in _descendants(editor, "Tree"):
			var found := _item_of((tree as Tree).get_root(), node)
			if found != null:
				return found
	return null


## The text of the warning sign beside the node, without its heading; empty when it has none.
func warning_of(node: Node) -> String:
	var item := tree_item(node)
	for i: int in item.get_button_count(0):
		var text := item.get_button_tooltip_text(0, i)
		if text.begins_with(WARNING):
			return text.trim_prefix(WARNING).strip_edges()
	return ""


## Waits until the node has a warning with [param text] in it, or none if that is empty.
func wait_for_warning(node: Node, text: String) -> void:
	var is_there := func() -> bool:
		return warning_of(node).is_empty() if text.is_empty() else text in warning_of(node)
	if not await wait_until(is_there, "the warning '%s'" % text):
		fail("it is '%s'" % warning_of(node))


## The inspector's lines for the properties of [param node], by name and in order.
func inspect(node: Node) -> Dictionary[StringName, EditorProperty]:
	EditorInterface.inspect_object(node)
	var inspector := EditorInterface.get_inspector()
	await wait_until(
		func() -> bool:
			return (
				inspector.get_edited_object() == node
				and not _descendants(inspector, "EditorProperty").is_empty()
			),
		"the inspector"
	)
	var lines: Dictionary[StringName, EditorProperty] = {}
	for line: EditorProperty in _descendants(inspector, "EditorProperty"):
		lines[line.get_edited_property()] = line
	return lines


## The first control of a type in [param of].
func control(of: Node, type: String) -> Node:
	var found := _descendants(of, type)
	check(not found.is_empty(), "a %s in %s" % [type, of])
	return found[0] if not found.is_empty() else null


func _descendants(of: Node, type: String) -> Array[Node]:
	return of.find_children("*", type, true, false)


func _item_of(item: TreeItem, node: Node) -> TreeItem:
	if item == null:
		return null
	if item.get_metadata(0) is NodePath and get_node_or_null(item.get_metadata(0)) == node:
		return item
	for child: TreeItem in item.get_children():
		var found := _item_of(child, node)
		if found != null:
			return found
	return null
