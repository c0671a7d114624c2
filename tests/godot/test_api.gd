## Each line of the API tables, as the engine knows it: names, arguments, types, defaults, hints.
extends "res://phoenix_case.gd"

const CLASSES: Array[StringName] = [
	&"PhoenixSocket", &"PhoenixChannel", &"PhoenixPush", &"PhoenixPresence"
]

const METHODS := {
	&"PhoenixSocket":
	[
		"static create(endpoint: String, options: Dictionary = {}) -> PhoenixSocket",
		"connect_socket() -> Error",
		'disconnect_socket(code: int = 1000, reason: String = "") -> Error',
		(
			"channel(topic: String, params: Dictionary = {}, presence: PhoenixPresence = null)"
			+ " -> PhoenixChannel"
		),
		"get_channels() -> Array[PhoenixChannel] const",
		"get_is_connected() -> bool const",
		"get_is_connecting() -> bool const",
		"get_state() -> PhoenixSocket.State const",
		"get_settings() -> Dictionary const",
		'can_push(event: String = "") -> bool const',
		"push(message: Dictionary) -> Error",
		"make_ref() -> String",
		"ping() -> PhoenixPush",
		"get_statistics() -> Dictionary const",
	],
	&"PhoenixChannel":
	[
		"join(timeout: int = -1) -> PhoenixPush",
		"leave(timeout: int = -1) -> PhoenixPush",
		"push(event: String, payload: Variant = {}, timeout: int = -1) -> PhoenixPush",
		"on(event: String, callable: Callable) -> void",
		"off(event: String, callable: Callable = Callable()) -> void",
		"close(params: Dictionary = {}, should_rejoin: bool = false) -> void",
		'can_push(event: String = "") -> bool const',
		"get_state() -> PhoenixChannel.ChannelStates const",
		"is_closed() -> bool const",
		"is_errored() -> bool const",
		"is_joined() -> bool const",
		"is_joining() -> bool const",
		"is_leaving() -> bool const",
	],
	&"PhoenixPush":
	[
		"receive(status: String, callable: Callable) -> PhoenixPush",
		"get_status() -> String const",
		"get_response() -> Variant const",
		"get_event() -> String const",
		"is_completed() -> bool const",
	],
	&"PhoenixPresence":
	[
		"sync_state(state: Dictionary) -> Dictionary",
		"sync_diff(diff: Dictionary) -> Dictionary",
		"list(chooser: Callable = Callable()) -> Array",
		"clear() -> void",
		"get_state() -> Dictionary const",
	],
}

## In the order of the inspector. Hints stand as the engine's constants name them.
const PROPERTIES := {
	&"PhoenixSocket":
	[
		'endpoint: String = "ws://localhost:4000/socket" PLACEHOLDER_TEXT ws://localhost:4000/socket',
		"params: Dictionary = {}",
		'auth_token: String = "" PASSWORD',
		"headers: Dictionary = {}",
		"auto_connect: bool = false",
		"group Timing",
		"heartbeat_interval: int = 30000 RANGE 1,120000,1,or_greater,suffix:ms",
		"timeout: int = 10000 RANGE 1,120000,1,or_greater,suffix:ms",
		(
			"reconnect_after: PackedInt32Array"
			+ " = PackedInt32Array(10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000)"
			+ " TYPE_STRING 2/1:0,60000,1,or_greater,suffix:ms"
		),
		(
			"rejoin_after: PackedInt32Array = PackedInt32Array(1000, 2000, 5000, 10000)"
			+ " TYPE_STRING 2/1:0,60000,1,or_greater,suffix:ms"
		),
		"reconnect_jitter: float = 0.25 RANGE 0,1,0.01",
		"group Transport",
		"transport: PhoenixSocket.Transport = 0 ENUM WebSocket,Long Poll",
		"longpoll_fallback_after: int = 0 RANGE 0,60000,1,or_greater,suffix:ms",
		"compression: bool = false",
		"proxy: String = \"\" PLACEHOLDER_TEXT http://proxy.example:3128",
		"tls_options: TLSOptions = null hidden",
		"group Limits",
		"max_message_size: int = 16777216 RANGE 1,134217728,1,or_greater,suffix:B",
		"max_queued_bytes: int = 67108864 RANGE 1,1073741824,1,or_greater,suffix:B",
		"max_messages_per_frame: int = 1000 RANGE 0,10000,1,or_greater",
		"group Debug",
		"report_sent: bool = false",
		"debug_log: bool = false",
	],
	&"PhoenixChannel":
	[
		'topic: String = "" PLACEHOLDER_TEXT room:lobby',
		"params: Dictionary = {}",
		"presence: PhoenixPresence = null NODE_TYPE PhoenixPresence",
	],
	&"PhoenixPush": [],
	&"PhoenixPresence": ["auto_sync: bool = true"],
}

const SIGNALS := {
	&"PhoenixSocket":
	[
		"on_open(params: Dictionary)",
		"on_close(params: Dictionary)",
		"on_error(data: Dictionary)",
		"on_connecting(is_connecting: bool)",
		"on_message(topic: String, event: String, payload: Variant, ref: String, join_ref: String)",
		"on_sent(topic: String, event: String, payload: Variant, ref: String, join_ref: String)",
	],
	&"PhoenixChannel":
	[
		"on_event(event: String, payload: Variant, status: String)",
		"on_join_result(status: String, result: Variant)",
		"on_error(error: Variant)",
		"on_close(params: Dictionary)",
	],
	&"PhoenixPush": ["completed(status: String, response: Variant)"],
	&"PhoenixPresence":
	["on_join(joins: Array[Dictionary])", "on_leave(leaves: Array[Dictionary])", "on_sync()"],
}

const ENUMS := {
	&"PhoenixSocket":
	{
		"State": {"CLOSED": 0, "CONNECTING": 1, "OPEN": 2, "CLOSING": 3},
		"Transport": {"WEBSOCKET": 0, "LONGPOLL": 1},
	},
	&"PhoenixChannel":
	{"ChannelStates": {"CLOSED": 0, "ERRORED": 1, "JOINED": 2, "JOINING": 3, "LEAVING": 4}},
	&"PhoenixPush": {},
	&"PhoenixPresence": {},
}

const HINTS := {
	PROPERTY_HINT_RANGE: "RANGE",
	PROPERTY_HINT_ENUM: "ENUM",
	PROPERTY_HINT_PLACEHOLDER_TEXT: "PLACEHOLDER_TEXT",
	PROPERTY_HINT_TYPE_STRING: "TYPE_STRING",
	PROPERTY_HINT_NODE_TYPE: "NODE_TYPE",
	PROPERTY_HINT_PASSWORD: "PASSWORD",
}


func test_classes_are_what_they_inherit() -> void:
	for type: StringName in CLASSES:
		var parent := &"RefCounted" if type == &"PhoenixPush" else &"Node"
		equal(ClassDB.get_parent_class(type), parent, "the parent of %s" % type)
		check(ClassDB.can_instantiate(type), "%s.new()" % type)


func test_methods() -> void:
	for type: StringName in CLASSES:
		var accessors := {}
		for property: Dictionary in ClassDB.class_get_property_list(type, true):
			accessors["get_%s" % property.name] = true
			accessors["set_%s" % property.name] = true
		var found: Array[String] = []
		for method: Dictionary in ClassDB.class_get_method_list(type, true):
			if not accessors.has(method.name):
				found.append(_signature(method))
		_same_lines(found, METHODS[type] as Array, "the methods of %s" % type)


func test_properties_have_getters_and_setters_that_methods_can_call() -> void:
	for type: StringName in CLASSES:
		for property: Dictionary in ClassDB.class_get_property_list(type, true):
			if (property.usage as int) & PROPERTY_USAGE_GROUP:
				continue
			var key := property.name as String
			for accessor: String in ["get_" + key, "set_" + key]:
				check(ClassDB.class_has_method(type, accessor), "%s.%s" % [type, accessor])


func test_properties() -> void:
	for type: StringName in CLASSES:
		var found: Array[String] = []
		for property: Dictionary in ClassDB.class_get_property_list(type, true):
			found.append(_property(type, property))
		_same_lines(found, PROPERTIES[type] as Array, "the properties of %s" % type)
		equal(found, Array(PROPERTIES[type] as Array, TYPE_STRING, &"", null), "%s" % type)


func test_signals() -> void:
	for type: StringName in CLASSES:
		var found: Array[String] = []
		for description: Dictionary in ClassDB.class_get_signal_list(type, true):
			var arguments := (description.args as Array).map(_argument)
			found.append("%s(%s)" % [description.name, ", ".join(PackedStringArray(arguments))])
		_same_lines(found, SIGNALS[type] as Array, "the signals of %s" % type)


func test_enums() -> void:
	for type: StringName in CLASSES:
		var found := {}
		for name_of: String in ClassDB.class_get_enum_list(type, true):
			var values := {}
			for constant: String in ClassDB.class_get_enum_constants(type, name_of, true):
				values[constant] = ClassDB.class_get_integer_constant(type, constant)
			found[name_of] = values
		equal(found, ENUMS[type], "the enums of %s" % type)
	equal(PhoenixSocket.State.OPEN, PhoenixSocket.OPEN, "an enum's constant is the class's too")


func test_defaults_are_what_a_new_node_has() -> void:
	for type: StringName in CLASSES:
		var made: Variant = ClassDB.instantiate(type)
		for property: Dictionary in ClassDB.class_get_property_list(type, true):
			if (property.usage as int) & PROPERTY_USAGE_GROUP == 0:
				var key := property.name as StringName
				var fallback: Variant = ClassDB.class_get_property_default_value(type, key)
				var value: Variant = (made as Object).get(key)
				if fallback == null:
					check(value == null, "%s.%s is null" % [type, key])
				else:
					equal(value, fallback, "%s.%s" % [type, key])
		if made is Node:
			(made as Node).free()


func test_arguments_of_another_type_are_refused() -> void:
	var socket := new_socket()
	var calls := {
		"channel": ["room:a", "params"],
		"disconnect_socket": ["1000 reasons"],
		"push": ["a message"],
	}
	for method: String in calls:
		# As untyped code calls it: the engine says where and what, and nothing is done.
		expect_error("Cannot convert argument")
		socket.callv(method, calls[method] as Array)
	equal(socket.get_channels().size(), 0, "channels")


func _same_lines(found: Array[String], expected: Array, what: String) -> void:
	for line: String in expected:
		check(found.has(line), "%s have %s" % [what, line])
	for line: String in found:
		check(expected.has(line), "%s should not have %s" % [what, line])


func _signature(method: Dictionary) -> String:
	var arguments := PackedStringArray()
	var defaults := method.default_args as Array
	var count := (method.args as Array).size()
	for i: int in count:
		var text := _argument(method.args[i] as Dictionary)
		var nth := i - (count - defaults.size())
		if nth >= 0:
			text += " = %s" % _literal(defaults[nth])
		arguments.append(text)
	var flags := method.flags as int
	return (
		"%s%s(%s) -> %s%s"
		% [
			"static " if flags & METHOD_FLAG_STATIC else "",
			method.name,
			", ".join(arguments),
			_type(method.return as Dictionary, "void"),
			" const" if flags & METHOD_FLAG_CONST else "",
		]
	)


func _argument(argument: Dictionary) -> String:
	return "%s: %s" % [argument.name, _type(argument)]


func _type(value: Dictionary, nothing: String = "Variant") -> String:
	var type := value.type as int
	var type_class := value["class_name"] as StringName
	match type:
		TYPE_NIL:
			return "Variant" if (value.usage as int) & PROPERTY_USAGE_NIL_IS_VARIANT else nothing
		TYPE_ARRAY when value.hint == PROPERTY_HINT_ARRAY_TYPE:
			return "Array[%s]" % value.hint_string
	return type_class if not type_class.is_empty() else type_string(type)


func _property(type: StringName, property: Dictionary) -> String:
	var usage := property.usage as int
	if usage & PROPERTY_USAGE_GROUP:
		return "group %s" % property.name
	var key := property.name as StringName
	var line := (
		"%s: %s = %s"
		% [
			key,
			_type(property),
			_literal(ClassDB.class_get_property_default_value(type, key)),
		]
	)
	if property.hint != PROPERTY_HINT_NONE:
		line += " %s %s" % [HINTS.get(property.hint, property.hint), property.hint_string]
	if usage & PROPERTY_USAGE_EDITOR == 0:
		line += " hidden"
	return line.strip_edges()


func _literal(value: Variant) -> String:
	if value is Callable:
		return "Callable()"
	return var_to_str(value).replace("\n", "")
