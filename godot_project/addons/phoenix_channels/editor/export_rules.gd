@tool
extends RefCounted
## What a game should not be exported with. Scenes are read, not instantiated; what a script sets is
## not known here.

const Classes := preload("web_classes.gd")
const Settings := preload("project_settings.gd")

const DEFAULT_ENDPOINT := "ws://localhost:4000/socket"
const SETTING := "The project setting phoenix_channels/endpoint"

const LOCAL := (
	'%s is "%s", which leads to the player\'s own machine. Set the URL of your server, for instance'
	+ " in the project setting phoenix_channels/endpoint with an override for release."
)
const PLAIN := (
	'%s is "%s", which has no TLS: everyone on the way reads and changes what players send. Use'
	+ " wss://."
)
const TOKEN := (
	"%s is saved in the scene: everyone who has the game can read it. Set it from a script, from"
	+ " what a login returned."
)
const SIMULATION := "%s is saved in the scene, and a release refuses it with an error. Remove it."
const NOT_ON_WEB := "%s has no effect in a browser, which makes the connection by its own rules."
const INTERNET := (
	"The export preset for Android does not have the permission Internet, without which the game"
	+ " cannot connect. Tick it in the export dialog, under Permissions."
)
const IOS := (
	"This copy of the addon has no library for iOS. Unzip phoenix_channels-VERSION.ios.zip of the same"
	+ " release into the project."
)

## Properties that a browser handles itself, or not at all, and that a scene can have.
const WITHOUT_EFFECT_ON_WEB: Array[String] = ["headers", "compression", "proxy"]
const SECRETS: Array[String] = ["token", "password", "secret", "api_key", "apikey"]
const SCRIPTS: Array[String] = ["gd", "cs"]
const LOCAL_HOSTS: Array[String] = ["localhost", "[::1]", "0.0.0.0", "10.0.2.2"]

const DEBUG_FLAG_DUMB_CLIENT := 1  # of EditorExportPlatform, which names them from 4.4 on
const DEBUG_FLAG_REMOTE_DEBUG := 2


## Whether a file of the game may use the addon.
static func may_use_addon(path: String) -> bool:
	return path.get_extension() in SCRIPTS and may_have_sockets(path)


## Whether a scene file may have a PhoenixSocket. One that is compressed has to be loaded.
static func may_have_sockets(path: String) -> bool:
	var content := FileAccess.get_file_as_bytes(path)
	if content.slice(0, 4).get_string_from_ascii() == "RSCC":
		return true
	return Classes.new().are_named_in_bytes(content)


static func problems_of_scene(
	state: SceneState, path: String, features: PackedStringArray
) -> PackedStringArray:
	var problems := PackedStringArray()
	var has_scripts := _has_scripts(state)
	for i: int in state.get_node_count():
		if state.get_node_type(i) != &"PhoenixSocket":
			continue
		var properties := {}
		for at: int in state.get_node_property_count(i):
			properties[str(state.get_node_property_name(i, at))] = state.get_node_property_value(
				i, at
			)
		if has_scripts:  # of which one may set the endpoint
			properties.erase("auto_connect")
		var node := "of the node %s in %s" % [state.get_node_name(i), path]
		problems.append_array(_problems_of_socket(properties, node, features))
	return problems


static func problems_of_project(features: PackedStringArray) -> PackedStringArray:
	var endpoint := Settings.endpoint_for(features)
	var problems := PackedStringArray()
	if endpoint and "release" in features:
		_check_endpoint(SETTING, endpoint, problems)
	return problems


## [param flags] are those of the export: the engine itself adds the permission for its debugger.
static func problems_of_permissions(
	has_internet: bool, features: PackedStringArray, flags: int
) -> PackedStringArray:
	var for_debugger := flags & (DEBUG_FLAG_DUMB_CLIENT | DEBUG_FLAG_REMOTE_DEBUG) != 0
	if "android" in features and not has_internet and not for_debugger:
		return [INTERNET]
	return []


## [param manifest] is the path of the addon's.
static func problems_of_libraries(
	manifest: String, features: PackedStringArray
) -> PackedStringArray:
	var libraries := ConfigFile.new()
	if not "ios" in features or libraries.load(manifest) != OK:
		return []
	return [] if libraries.has_section_key("libraries", "ios") else [IOS]


static func _has_scripts(state: SceneState) -> bool:
	for i: int in state.get_node_count():
		for at: int in state.get_node_property_count(i):
			if state.get_node_property_name(i, at) == &"script":
				return true
	return false


static func _problems_of_socket(
	properties: Dictionary, node: String, features: PackedStringArray
) -> PackedStringArray:
	var problems := PackedStringArray()
	if "release" in features:
		var endpoint := str(properties.get("endpoint", ""))
		if endpoint.is_empty() and properties.get("auto_connect", false):
			# The project's endpoint has a warning of its own.
			endpoint = "" if Settings.endpoint_for(features) else DEFAULT_ENDPOINT
		if endpoint:
			_check_endpoint("The endpoint " + node, endpoint, problems)
		if properties.get("simulation"):
			problems.append(SIMULATION % ("The simulation " + node))
	if properties.get("auth_token"):
		problems.append(TOKEN % ("The auth_token " + node))
	var params: Variant = properties.get("params")
	if params is Dictionary:
		for key: Variant in params:
			if (
				params[key]
				and SECRETS.any(func(part: String) -> bool: return part in str(key).to_lower())
			):
				problems.append(TOKEN % ('"%s" among the params %s' % [key, node]))
	if "web" in features:
		for title: String in WITHOUT_EFFECT_ON_WEB:
			if properties.get(title):
				problems.append(NOT_ON_WEB % ("The property %s %s" % [title, node]))
	return problems


static func _check_endpoint(what: String, endpoint: String, problems: PackedStringArray) -> void:
	var shown := endpoint.get_slice("?", 0)
	var host := _host_of(endpoint)
	if "@" in shown:
		shown = shown.get_slice("://", 0) + "://" + shown.substr(shown.rfind("@") + 1)
	if host in LOCAL_HOSTS or host.begins_with("127.") or host.ends_with(".localhost"):
		problems.append(LOCAL % [what, shown])
	elif not endpoint.get_slice("://", 0).to_lower() in ["wss", "https"]:
		problems.append(PLAIN % [what, shown])


static func _host_of(endpoint: String) -> String:
	var authority := endpoint.get_slice("://", 1).get_slice("/", 0).get_slice("?", 0)
	var host := authority.substr(authority.rfind("@") + 1).to_lower()
	return host.get_slice("]", 0) + "]" if host.begins_with("[") else host.get_slice(":", 0)
