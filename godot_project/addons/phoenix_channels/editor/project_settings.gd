@tool
extends RefCounted
## The addon's part of the project's settings. A default is not saved, so a project that uses none
## of them stays as it is.

const PREFIX := "phoenix_channels/"

const _MILLISECONDS := "1,120000,1,or_greater,suffix:ms"


static func register() -> void:
	_add("endpoint", "", PROPERTY_HINT_PLACEHOLDER_TEXT, "wss://example.com/socket")
	_add("timeout", 10_000, PROPERTY_HINT_RANGE, _MILLISECONDS)
	_add("heartbeat_interval", 30_000, PROPERTY_HINT_RANGE, _MILLISECONDS)
	_add("debug_log", false, PROPERTY_HINT_NONE, "")


## The endpoint that a game with these features has, where its nodes name none: of the overrides
## whose feature it has, the last in the project's list.
static func endpoint_for(features: PackedStringArray) -> String:
	var endpoint := str(ProjectSettings.get_setting(PREFIX + "endpoint", ""))
	for property: Dictionary in ProjectSettings.get_property_list():
		var title: String = property.name
		if title.begins_with(PREFIX + "endpoint."):
			if title.trim_prefix(PREFIX + "endpoint.") in features:
				endpoint = str(ProjectSettings.get_setting(title))
	return endpoint


static func _add(title: String, value: Variant, hint: PropertyHint, hint_string: String) -> void:
	var path := PREFIX + title
	if not ProjectSettings.has_setting(path):
		ProjectSettings.set_setting(path, value)
	ProjectSettings.set_initial_value(path, value)
	ProjectSettings.set_as_basic(path, true)
	(
		ProjectSettings
		. add_property_info(
			{
				"name": path,
				"type": typeof(value),
				"hint": hint,
				"hint_string": hint_string,
			}
		)
	)
