## What the engine makes of the classes beside their API, which test_docs.gd compares with its help.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := "is about classes of the engine; in a browser they are scripts"

const CLASSES: Array[StringName] = [
	&"PhoenixSocket",
	&"PhoenixChannel",
	&"PhoenixPush",
	&"PhoenixPresence",
	&"PhoenixMultiplayerPeer",
]

## In the order of the inspector. Hints have the names of the engine's constants.
const INSPECTOR := {
	&"PhoenixSocket":
	[
		"endpoint: String PLACEHOLDER_TEXT ws://localhost:4000/socket",
		"params: Dictionary",
		"auth_token: String PASSWORD",
		"headers: Dictionary",
		"auto_connect: bool",
		"group Timing",
		"heartbeat_interval: int RANGE 1,120000,1,or_greater,suffix:ms",
		"timeout: int RANGE 1,120000,1,or_greater,suffix:ms",
		"reconnect_after: PackedInt32Array TYPE_STRING 2/1:0,60000,1,or_greater,suffix:ms",
		"rejoin_after: PackedInt32Array TYPE_STRING 2/1:0,60000,1,or_greater,suffix:ms",
		"reconnect_jitter: float RANGE 0,1,0.01",
		"group Transport",
		"transport: PhoenixSocket.Transport ENUM WebSocket,Long Poll",
		"longpoll_fallback_after: int RANGE 0,60000,1,or_greater,suffix:ms",
		"compression: bool",
		"proxy: String PLACEHOLDER_TEXT http://proxy.example:3128",
		"tls_options: TLSOptions hidden",
		"group Limits",
		"max_message_size: int RANGE 1,134217728,1,or_greater,suffix:B",
		"max_queued_bytes: int RANGE 1,1073741824,1,or_greater,suffix:B",
		"max_messages_per_frame: int RANGE 0,10000,1,or_greater",
		"group Debug",
		"simulation: Dictionary",
		"report_sent: bool",
		"debug_log: bool",
		"group Status",
		"state: PhoenixSocket.State ENUM Closed,Connecting,Open,Closing read-only",
		"round_trip_ms: float read-only",
	],
	&"PhoenixChannel":
	[
		"topic: String PLACEHOLDER_TEXT room:lobby",
		"params: Dictionary",
		"presence: PhoenixPresence NODE_TYPE PhoenixPresence",
		"auto_join: bool",
		"state: PhoenixChannel.ChannelStates ENUM Closed,Errored,Joined,Joining,Leaving read-only",
	],
	&"PhoenixPush": [],
	&"PhoenixPresence": ["auto_sync: bool"],
	&"PhoenixMultiplayerPeer":
	[
		"channel: PhoenixChannel hidden read-only",
		"host_id: int read-only",
		"shape: PhoenixMultiplayerPeer.Shape ENUM Host,Mesh read-only",
	],
}

const HINTS := {
	PROPERTY_HINT_RANGE: "RANGE",
	PROPERTY_HINT_ENUM: "ENUM",
	PROPERTY_HINT_PLACEHOLDER_TEXT: "PLACEHOLDER_TEXT",
	PROPERTY_HINT_TYPE_STRING: "TYPE_STRING",
	PROPERTY_HINT_NODE_TYPE: "NODE_TYPE",
	PROPERTY_HINT_PASSWORD: "PASSWORD",
}


func test_properties_have_getters_and_setters_that_methods_can_call() -> void:
	for type: StringName in CLASSES:
		for property: Dictionary in ClassDB.class_get_property_list(type, true):
			if (property.usage as int) & PROPERTY_USAGE_GROUP:
				continue
			var key := property.name as String
			check(ClassDB.class_has_method(type, "get_" + key), "%s.get_%s" % [type, key])
			var is_read_only := bool((property.usage as int) & PROPERTY_USAGE_READ_ONLY)
			var has_setter := ClassDB.class_has_method(type, "set_" + key)
			check(has_setter != is_read_only, "%s.set_%s" % [type, key])


func test_inspector() -> void:
	for type: StringName in CLASSES:
		var found := ClassDB.class_get_property_list(type, true).map(_property)
		equal(found, INSPECTOR[type], "the inspector of a %s" % type)


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
		"channel": ["room:a", {}, "presence"],
		"disconnect_socket": ["1000 reasons"],
		"push": ["a message"],
	}
	for method: String in calls:
		# As untyped code calls it: the engine says where and what, and nothing is done.
		expect_error("Cannot convert argument")
		socket.callv(method, calls[method] as Array)
	equal(socket.get_channels().size(), 0, "channels")


func _property(property: Dictionary) -> String:
	var usage := property.usage as int
	if usage & PROPERTY_USAGE_GROUP:
		return "group %s" % property.name
	var type_class := property["class_name"] as StringName
	var line := (
		"%s: %s"
		% [
			property.name,
			type_string(property.type as int) if type_class.is_empty() else type_class
		]
	)
	if property.hint != PROPERTY_HINT_NONE:
		line += " %s %s" % [HINTS.get(property.hint, property.hint), property.hint_string]
	if usage & PROPERTY_USAGE_EDITOR == 0:
		line += " hidden"
	if usage & PROPERTY_USAGE_READ_ONLY:
		line += " read-only"
	return line.strip_edges()
