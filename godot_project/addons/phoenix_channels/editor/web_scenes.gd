@tool
extends RefCounted
## Converts scenes: nodes of the addon's native classes become nodes with a script. A scene is data
## here: no node is instantiated, and nothing is loaded that the scene itself does not need.

const Classes := preload("web_classes.gd")
const EXTENSIONS: PackedStringArray = ["tscn", "scn", "tres", "res"]
# Where the exporter puts resources it has converted itself.
const EXPORTED := "res://.godot/exported/phoenix_channels/"
const WRONG_BASE := "The script %s of the node %s in %s has to extend %s to work on the web."
const NAME_INDEX := (1 << 18) - 1  # above are bits of a node's position among its siblings

## Whether the file has nodes of the addon, or names its classes.
var found := false
## What the game would not do as the native one does.
var problems: PackedStringArray = []

var _path := ""
var _classes: Classes
var _converted := false
var _visited: Dictionary = {}


func _init(classes: Classes) -> void:
	_classes = classes


## The file's path within the exported game.
static func exported_path(path: String, type: String) -> String:
	var extension := "scn" if type == "PackedScene" else "res"
	return "%s%s-%s.%s" % [EXPORTED, path.md5_text(), path.get_file().get_basename(), extension]


## The content of the converted file; empty if it has no node of the addon.
func convert_file(path: String) -> PackedByteArray:
	if not _may_have_nodes(path):
		return []
	_path = path
	var resource := ResourceLoader.load(path, "", ResourceLoader.CACHE_MODE_IGNORE)
	if resource == null:
		return []  # the engine has reported it
	_visit(resource)
	return _saved(resource) if _converted else PackedByteArray()


# Text is searched for names, as is what is not compressed; all else has to be loaded.
func _may_have_nodes(path: String) -> bool:
	var content := FileAccess.get_file_as_bytes(path)
	if content.slice(0, 4).get_string_from_ascii() == "RSCC":
		return true
	found = _classes.are_named_in_bytes(content)
	return found


func _visit(value: Variant) -> void:
	match typeof(value):
		TYPE_ARRAY:
			for element: Variant in value:
				_visit(element)
		TYPE_DICTIONARY:
			for key: Variant in value:
				_visit(key)
				_visit(value[key])
		TYPE_OBJECT:
			var resource := value as Resource
			if resource != null and not _visited.has(resource):
				_visited[resource] = true
				_visit_resource(resource)


func _visit_resource(resource: Resource) -> void:
	var path := resource.resource_path
	if _visited.size() > 1 and not path.is_empty() and not "::" in path:
		return  # a file of its own
	var script := resource as GDScript
	if script != null:
		found = found or _classes.are_named_in(script.source_code)
		return
	var scene := resource as PackedScene
	if scene != null:
		var bundle: Dictionary = scene.get("_bundled")
		if _convert(bundle):
			_converted = true
			found = true
			scene.set("_bundled", bundle)
		_visit(bundle.variants)
		return
	for property: Dictionary in resource.get_property_list():
		if property.usage & PROPERTY_USAGE_STORAGE:
			_visit(resource.get(property.name as String))


# A scene's nodes are one array: of each node its parent, owner, type, name and instance, then its
# properties and its groups, both after their number. All are indices of names and of variants.
func _convert(bundle: Dictionary) -> bool:
	var names: PackedStringArray = bundle.names
	var nodes: PackedInt32Array = bundle.nodes
	var variants: Array = bundle.variants
	var converted: PackedInt32Array = []
	var changed := false
	var at := 0
	for _node in bundle.node_count as int:
		var head := nodes.slice(at, at + 5)
		var properties := nodes.slice(at + 6, at + 6 + 2 * nodes[at + 5])
		at += 6 + properties.size()
		var groups := nodes.slice(at, at + 1 + nodes[at])
		at += groups.size()
		var type := names[head[2]] if head[2] >= 0 and head[2] < names.size() else ""
		if Classes.SCRIPTS.has(type):
			changed = true
			head[2] = _index(names, Classes.BASES[type] as String)
			var script := _index(names, "script")
			properties = _script_first(properties, script)
			if properties.is_empty() or properties[0] != script:
				variants.append(_classes.script_of(type))
				properties = PackedInt32Array([script, variants.size() - 1]) + properties
			else:
				var node := names[head[3] & NAME_INDEX]
				_check(variants[properties[1]] as Script, type, node)
		converted += head
		converted.append(properties.size() >> 1)
		converted += properties
		converted += groups
	bundle.names = names
	bundle.nodes = converted
	bundle.variants = variants
	return changed


# A script of the game replaces the addon's, which therefore has to be its base.
func _check(script: Script, type: String, node: String) -> void:
	if script == null or ClassDB.is_parent_class(script.get_instance_base_type(), type):
		return
	problems.append(WRONG_BASE % [script.resource_path, node, _path, type])


# The other properties are the script's, so it has to be set before them.
static func _script_first(properties: PackedInt32Array, script: int) -> PackedInt32Array:
	for i in range(0, properties.size(), 2):
		if properties[i] == script:
			return properties.slice(i, i + 2) + properties.slice(0, i) + properties.slice(i + 2)
	return properties


static func _index(names: PackedStringArray, text: String) -> int:
	if not names.has(text):
		names.append(text)
	return names.find(text)


# Saved outside of the project, where nobody takes notice of it.
static func _saved(resource: Resource) -> PackedByteArray:
	var extension := "scn" if resource is PackedScene else "res"
	var path: String = EditorInterface.get_editor_paths().get_cache_dir().path_join(
		"phoenix_channels_%d.%s" % [OS.get_process_id(), extension]
	)
	var error := ResourceSaver.save(resource, path)
	if error != OK:
		push_error("%s could not be saved: %s" % [path, error_string(error)])
		return []
	var content := FileAccess.get_file_as_bytes(path)
	DirAccess.remove_absolute(path)
	return content
