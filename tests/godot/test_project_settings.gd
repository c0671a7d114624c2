extends "res://phoenix_case.gd"
## The project's settings, which are the defaults of a game's sockets.

const PREFIX := "phoenix_channels/"
const VARIABLE := "PHOENIX_CHANNELS_ENDPOINT"

const NOT_ON_WEB := {
	"test_editors_test_server_is_the_default": "a page has no environment",
	"test_editors_test_server_comes_after_what_is_set": "a page has no environment",
}

var _set: Array[String] = []


func _exit_tree() -> void:
	for title: String in _set:
		ProjectSettings.set_setting(title, null)
	OS.unset_environment(VARIABLE)


func test_new_socket_has_the_projects_values() -> void:
	_project("endpoint", "ws://127.0.0.1:1/of_project")
	_project("timeout", 1_234)
	_project("heartbeat_interval", 5_678)
	_project("debug_log", true)
	for socket: PhoenixSocket in [PhoenixSocket.new(), PhoenixSocket.create("")]:
		add_child(socket)
		equal(socket.endpoint, "ws://127.0.0.1:1/of_project", "endpoint")
		equal(socket.timeout, 1_234, "timeout")
		equal(socket.heartbeat_interval, 5_678, "heartbeat_interval")
		equal(socket.debug_log, true, "debug_log")


func test_what_a_socket_names_itself_is_not_the_projects() -> void:
	_project("endpoint", "ws://127.0.0.1:1/of_project")
	_project("timeout", 1_234)
	var socket := await open_socket({"timeout": 5_000})
	equal(socket.timeout, 5_000, "timeout")


func test_empty_endpoint_is_the_projects() -> void:
	_project("endpoint", server_url)
	var socket := PhoenixSocket.new()
	socket.endpoint = ""
	add_child(socket)
	equal(socket.connect_socket(), OK, "connect_socket()")
	await await_signal(socket.on_open)
	equal(socket.endpoint, "", "the property")


func test_editors_test_server_is_the_default() -> void:
	OS.set_environment(VARIABLE, server_url)
	var socket := PhoenixSocket.new()
	add_child(socket)
	equal(socket.endpoint, server_url, "endpoint")
	socket.endpoint = ""
	equal(socket.connect_socket(), OK, "connect_socket() with an empty endpoint")
	await await_signal(socket.on_open)


func test_editors_test_server_comes_after_what_is_set() -> void:
	OS.set_environment(VARIABLE, "ws://127.0.0.1:1/of_the_editor")
	equal((await open_socket()).endpoint, server_url, "endpoint of the socket")
	_project("endpoint", server_url)
	var socket := PhoenixSocket.new()
	add_child(socket)
	equal(socket.endpoint, server_url, "endpoint of the project")


func test_empty_endpoint_without_a_projects_is_an_error() -> void:
	var socket := PhoenixSocket.new()
	socket.endpoint = ""
	add_child(socket)
	expect_error("has no scheme")
	equal(socket.connect_socket(), ERR_INVALID_PARAMETER, "connect_socket()")


func test_override_for_a_feature_counts() -> void:
	_project("endpoint", "ws://127.0.0.1:1/of_project")
	_project("endpoint." + ("web" if OS.has_feature("web") else "editor_runtime"), server_url)
	_project("endpoint.no_such_feature", "ws://127.0.0.1:1/of_another")
	var socket := PhoenixSocket.new()
	add_child(socket)
	var expected := server_url
	if not (OS.has_feature("web") or OS.has_feature("editor_runtime")):
		expected = "ws://127.0.0.1:1/of_project"
	equal(socket.endpoint, expected, "endpoint")


func test_value_that_cannot_be_is_an_error_and_leaves_the_default() -> void:
	for value: Variant in [-1, "long", 2.5]:
		_project("timeout", value)
		expect_error("the project setting phoenix_channels/timeout")
		var socket := PhoenixSocket.new()
		add_child(socket)
		equal(socket.timeout, 10_000, "timeout with %s" % value)


func _project(title: String, value: Variant) -> void:
	_set.append(PREFIX + title)
	ProjectSettings.set_setting(PREFIX + title, value)
