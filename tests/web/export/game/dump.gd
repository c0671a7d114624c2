## A tree of nodes as lines: of each node its class, properties, groups, metadata and connections.

const Documented := preload("res://documented.gd")
const NODE_PROPERTIES: PackedStringArray = [
	"process_mode",
	"process_priority",
	"process_physics_priority",
	"unique_name_in_owner",
	"editor_description",
	"scene_file_path"
]


static func lines_of(root: Node) -> PackedStringArray:
	var lines: PackedStringArray = []
	_add(root, root, lines)
	return lines


## The class as the game sees it.
static func class_of(object: Object) -> String:
	if object is PhoenixSocket:
		return "PhoenixSocket"
	if object is PhoenixChannel:
		return "PhoenixChannel"
	if object is PhoenixPresence:
		return "PhoenixPresence"
	if object is PhoenixPush:
		return "PhoenixPush"
	return object.get_class()


static func _add(node: Node, root: Node, lines: PackedStringArray) -> void:
	var type := class_of(node)
	var place := "%s %s" % [root.get_path_to(node), type]
	lines.append("%s owner %s" % [place, _text(node.owner, root)])
	for property: String in _properties(node, type):
		lines.append("%s %s %s" % [place, property, _text(node.get(property), root)])
	var groups := node.get_groups().map(func(group: StringName) -> String: return group)
	groups = groups.filter(func(group: String) -> bool: return not group.begins_with("_"))
	groups.sort()
	lines.append("%s groups %s" % [place, groups])
	for meta: StringName in node.get_meta_list():
		lines.append("%s meta %s %s" % [place, meta, _text(node.get_meta(meta), root)])
	for line: String in _connections(node, type, root):
		lines.append("%s %s" % [place, line])
	for child: Node in node.get_children():
		_add(child, root, lines)


# Those of every node, those of the help, and those of the game's own scripts.
static func _properties(node: Node, type: String) -> PackedStringArray:
	var properties := NODE_PROPERTIES.duplicate()
	properties.append_array(Documented.PROPERTIES.get(type, []) as Array)
	var script: Script = node.get_script()
	while script != null and not script.resource_path.begins_with("res://addons/phoenix_channels/"):
		var base := script.get_base_script()
		var inherited: Array = base.get_script_property_list() if base != null else []
		for property: Dictionary in script.get_script_property_list():
			if property.usage & PROPERTY_USAGE_SCRIPT_VARIABLE and not property in inherited:
				properties.append(property.name as String)
		script = base
	return properties


static func _connections(node: Node, type: String, root: Node) -> PackedStringArray:
	var lines: PackedStringArray = []
	var signals: Array = ["ready", "tree_exited", "renamed"]
	signals.append_array(Documented.SIGNALS.get(type, []) as Array)
	for name: String in signals:
		for connection: Dictionary in node.get_signal_connection_list(name):
			var to: Callable = connection.callable
			if not connection.flags & CONNECT_PERSIST:
				continue
			var details := [
				_text(to.get_object(), root),
				to.get_method(),
				connection.flags,
				_text(to.get_bound_arguments(), root),
				to.get_unbound_arguments_count()
			]
			lines.append("signal %s to %s" % [name, details])
	return lines


static func _text(value: Variant, root: Node) -> String:
	match typeof(value):
		TYPE_NIL:
			return "<null>"
		TYPE_OBJECT:
			return _text_of_object(value as Object, root)
		TYPE_ARRAY:
			return str(
				(value as Array).map(func(element: Variant) -> String: return _text(element, root))
			)
		TYPE_DICTIONARY:
			var entries: PackedStringArray = []
			for key: Variant in value:
				entries.append("%s: %s" % [_text(key, root), _text(value[key], root)])
			return str(entries)
	return var_to_str(value)


static func _text_of_object(object: Object, root: Node) -> String:
	var node := object as Node
	if node != null:
		var path := (
			root.get_path_to(node) if root == node or root.is_ancestor_of(node) else node.get_path()
		)
		return "<%s %s>" % [class_of(node), path]
	var resource := object as Resource
	if resource != null and not "::" in resource.resource_path:
		return "<%s %s>" % [resource.get_class(), resource.resource_path]
	return "<%s>" % ("null" if object == null else class_of(object))
