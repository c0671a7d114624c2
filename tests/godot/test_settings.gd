# gdlint: disable=max-public-methods
## The properties of PhoenixSocket: what each one does, when it takes effect, and what is refused.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_compression_makes_the_traffic_smaller": "a browser compresses as it likes",
	"test_falls_back_to_long_poll_when_no_websocket_gets_through":
	"needs a server that refuses WebSockets, and lets long polls in",
}


## A server for long polling only, as far as a session needs it that never receives a message: it
## refuses WebSockets, opens a session, and lets polls wait.
class PollServer:
	extends Node

	var url := ""
	var _tcp := TCPServer.new()
	var _clients: Array[StreamPeerTCP] = []

	func _ready() -> void:
		_tcp.listen(0, "127.0.0.1")
		url = "ws://127.0.0.1:%d/socket" % _tcp.get_local_port()

	func _process(_delta: float) -> void:
		while _tcp.is_connection_available():
			_clients.append(_tcp.take_connection())
		for client: StreamPeerTCP in _clients:
			client.poll()
			if (
				client.get_status() == StreamPeerTCP.STATUS_CONNECTED
				and client.get_available_bytes()
			):
				_answer(client, client.get_string(client.get_available_bytes()))

	func _answer(client: StreamPeerTCP, request: String) -> void:
		var body := '{"messages":[],"status":410,"token":"t"}'
		if "/websocket" in request.get_slice("\r\n", 0):
			_send(client, "400 Bad Request", "")
		elif request.begins_with("GET") and not "token=" in request.get_slice("\r\n", 0):
			_send(client, "200 OK", body)

	func _send(client: StreamPeerTCP, status: String, body: String) -> void:
		var head := "HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n" % [status, body.length()]
		client.put_data((head + body).to_utf8_buffer())


func test_create_takes_every_property_as_an_option() -> void:
	var options := {
		"endpoint": "ws://127.0.0.1:1/elsewhere",
		"params": {"user_id": "ada"},
		"auth_token": "secret",
		"headers": {"X-Build": "7", &"X-Name": &"ada"},
		"auto_connect": false,
		"heartbeat_interval": 1_001,
		"timeout": 1_002,
		"reconnect_after": PackedInt32Array([1, 2]),
		"rejoin_after": PackedInt32Array([3]),
		"reconnect_jitter": 0.5,
		"transport": PhoenixSocket.LONGPOLL,
		"longpoll_fallback_after": 1_003,
		"compression": true,
		"proxy": "none",
		"tls_options": TLSOptions.client_unsafe(),
		"max_message_size": 1_004,
		"max_queued_bytes": 1_005,
		"max_messages_per_frame": 1_006,
		"report_sent": true,
		"debug_log": true,
	}
	var socket := PhoenixSocket.create("", options)
	add_child(socket)
	for option: String in options:
		equal(socket.get(option), options[option], option)
	if not OS.has_feature("web"):
		expect_error("not verified")
	# The log has a thread of its own, and nothing else signals that the line was written.
	await get_tree().create_timer(0.3).timeout
	socket.debug_log = false


func test_endpoint_given_twice_is_the_argument() -> void:
	var socket := PhoenixSocket.create(server_url, {"endpoint": "ws://127.0.0.1:1/elsewhere"})
	equal(socket.endpoint, server_url, "endpoint")
	socket.free()


func test_without_an_endpoint_create_takes_the_default() -> void:
	var socket := PhoenixSocket.create("")
	equal(socket.endpoint, "ws://localhost:4000/socket", "endpoint")
	socket.free()


func test_options_are_converted_where_the_engine_can() -> void:
	var options := {"reconnect_after": [1000, 2000.0], "timeout": 1500.0, &"tls_options": null}
	var socket := PhoenixSocket.create(server_url, options)
	equal(socket.reconnect_after, PackedInt32Array([1000, 2000]), "an Array")
	equal(socket.timeout, 1500, "a float")
	socket.free()


func test_option_that_cannot_be_is_an_error_that_names_it() -> void:
	for option: Array in [
		["params", 3, "params"],
		["timeout", "soon", "timeout"],
		["timeout", 0, "timeout"],
		["heartbeat_interval", -1, "heartbeat_interval"],
		["transport", 2, "transport"],
		["reconnect_after", [], "reconnect_after"],
		["rejoin_after", PackedInt32Array([100, -1]), "rejoin_after"],
		["reconnect_jitter", 1.5, "reconnect_jitter"],
		["reconnect_jitter", NAN, "reconnect_jitter"],
		["tls_options", self, "tls_options"],
		[
			"tls_options",
			TLSOptions.server(CryptoKey.new(), X509Certificate.new()),
			"tls_options",
		],
		["headers", {"X-Build": 7}, "headers"],
		["headers", {"No Name": "value"}, 'header name "No Name"'],
		["headers", {"Upgrade": "value"}, 'header "Upgrade"'],
		["auth_token", "two\nlines", "auth token"],
		["params", {"callable": fail}, "params"],
	]:
		expect_error(option[2] as String)
		var made := PhoenixSocket.create(server_url, {option[0]: option[1]})
		check(made == null, "create() with %s is null" % [option])
		if made != null:
			made.free()
	expect_error("whose key is not a String")
	check(PhoenixSocket.create(server_url, {1: 2}) == null, "create() is null")


func test_misspelt_option_is_an_error_that_names_the_right_one() -> void:
	for row: Array in [
		["heartbeat_intervall", "heartbeat_interval"],
		["hearbeat_interval", "heartbeat_interval"],
		["Timeout", "timeout"],
		["auth_tokn", "auth_token"],
		["param", "params"],
		["max_mesage_size", "max_message_size"],
	]:
		expect_error('there is no option "%s" (did you mean "%s"?); the options are' % row)
		check(PhoenixSocket.create(server_url, {row[0]: 1}) == null, "create() with %s" % [row])
	expect_error('there is no option "colour"; the options are')
	check(PhoenixSocket.create(server_url, {"colour": 1}) == null, "create() with nothing like it")


func test_option_of_the_wrong_type_names_both_types() -> void:
	var list := "an Array of whole numbers, or a PackedInt32Array"
	for row: Array in [
		["timeout", "soon", "an int; this is a String"],
		["timeout", null, "an int; this is null"],
		["timeout", true, "an int; this is a bool"],
		["params", 3, "a Dictionary, or a Callable that returns one; this is an int"],
		["auth_token", 1.5, "a String, or a Callable that returns one; this is a float"],
		["reconnect_jitter", [], "a float; this is an Array"],
		["tls_options", "none", "TLSOptions or null; this is a String"],
		["reconnect_after", 1_000, list + "; this is an int"],
		["rejoin_after", PackedInt64Array([1]), list + "; this is a PackedInt64Array"],
	]:
		_refuses(row[0] as String, row[1], " must be %s." % row[2])


## The engine would make other numbers of them.
func test_option_that_is_no_whole_number_is_an_error() -> void:
	_refuses("timeout", 1500.5, ": this is 1500.5; it takes whole numbers")
	_refuses("heartbeat_interval", INF, ": this is +Inf; it takes whole numbers")
	_refuses("max_message_size", NAN, ": this is NaN; it takes whole numbers")
	_refuses("max_queued_bytes", 1e30, ": this is 1e+30; it takes whole numbers")
	var times := "; it takes whole numbers of milliseconds, from 0 to 2147483647"
	_refuses("reconnect_after", [4294967296], ": [0] is 4294967296" + times)
	_refuses("reconnect_after", [10, 10.5], ": [1] is 10.5" + times)
	_refuses("rejoin_after", [10, 2_147_483_648.0], ": [1] is 2147483648" + times)
	_refuses("rejoin_after", [1, 2, "x"], ": [2] is a String" + times)
	_refuses("rejoin_after", [null], ": [0] is null" + times)
	_refuses("rejoin_after", [[]], ": [0] is an Array" + times)
	_refuses("rejoin_after", [true], ": [0] is a bool" + times)
	_refuses("rejoin_after", [-1], ": [0] is -1" + times)
	var itself := []
	itself.append(itself)
	_refuses("rejoin_after", itself, ": [0] is no number" + times)
	itself.clear()
	var typed: Array[int] = [2_147_483_647, 0]
	var socket := PhoenixSocket.create(server_url, {"reconnect_after": typed})
	equal(socket.reconnect_after, PackedInt32Array(typed), "the least and the greatest")
	socket.free()


func test_value_out_of_range_leaves_the_old_one() -> void:
	var socket := new_socket({"timeout": 1234})
	for value: Array in [["timeout", 0], ["max_message_size", -5], ["max_messages_per_frame", -1]]:
		expect_error("PhoenixSocket.%s" % value[0])
		socket.set(value[0] as String, value[1])
	equal(socket.timeout, 1234, "timeout")
	equal(socket.max_message_size, 16_777_216, "max_message_size")
	equal(socket.max_messages_per_frame, 1000, "max_messages_per_frame")
	expect_error("reconnect_jitter")
	socket.reconnect_jitter = -0.1
	expect_error("rejoin_after")
	socket.rejoin_after = PackedInt32Array()
	equal(socket.rejoin_after, PackedInt32Array([20]), "rejoin_after")
	expect_error("tls_options")
	socket.tls_options = TLSOptions.server(CryptoKey.new(), X509Certificate.new())
	check(socket.tls_options == null, "tls_options")


func test_get_settings_gives_all_properties() -> void:
	var tls := TLSOptions.client()
	var socket := new_socket(
		{"params": {"at": Vector2(1, 2)}, "timeout": 1234, "debug_log": false, "tls_options": tls}
	)
	var settings := socket.get_settings()
	for property: Dictionary in ClassDB.class_get_property_list("PhoenixSocket", true):
		if (property.usage as int) & (PROPERTY_USAGE_GROUP | PROPERTY_USAGE_READ_ONLY) == 0:
			equal(settings.get(property.name), socket.get(property.name as String), property.name)
	equal(settings.size(), 21, "settings")
	settings.params.at = Vector2.ZERO
	equal(socket.params, {"at": Vector2(1, 2)}, "params, which get_settings() copies")


func test_get_settings_are_the_options_of_another_socket() -> void:
	var one := new_socket({"params": {"user_id": "ada"}, "timeout": 1234})
	var other := PhoenixSocket.create("", one.get_settings())
	add_child(other)
	equal(other.get_settings(), one.get_settings(), "settings")


func test_endpoint_holds_from_the_next_connection() -> void:
	var server := own_server()
	var socket := await open_socket()
	socket.endpoint = server.url
	check(socket.get_is_connected(), "stays connected")
	socket.disconnect_socket()
	socket.connect_socket()
	var opened := await await_signal(socket.on_open)
	check(str(opened[0].endpoint).begins_with(server.url), "the endpoint in %s" % [opened])


func test_endpoint_that_is_no_url_is_refused_by_a_socket_in_use() -> void:
	var socket := new_socket()
	for endpoint: String in ["", "localhost:4000/socket", "ftp://localhost/socket", "ws://"]:
		expect_error("PhoenixSocket.endpoint")
		socket.endpoint = endpoint
	equal(socket.endpoint, server_url, "endpoint")


func test_endpoint_that_is_no_url_is_told_when_a_new_socket_connects() -> void:
	for endpoint: String in ["", "localhost:4000/socket"]:
		var socket := PhoenixSocket.new()
		add_child(socket)
		socket.endpoint = endpoint
		equal(socket.endpoint, endpoint, "endpoint")
		expect_error("PhoenixSocket.connect_socket")
		equal(socket.connect_socket(), ERR_INVALID_PARAMETER, "connect_socket() to '%s'" % endpoint)
		check(not socket.get_is_connecting(), "connects")
		socket.endpoint = server_url
		equal(socket.connect_socket(), OK, "connect_socket()")
		await await_signal(socket.on_open)


func test_params_are_read_when_the_connection_begins() -> void:
	var socket := new_socket({"params": {"user_id": "before"}})
	socket.params.user_id = "after"
	socket.connect_socket()
	await await_signal(socket.on_open)
	equal((await _whoami(socket)).user_id, "after", "user_id")


func test_params_changed_in_place_reach_a_reconnect_once_they_are_set() -> void:
	var socket := await open_socket({"params": {"user_id": "before"}})
	socket.params.user_id = "after"
	await _reconnect(socket)
	equal((await _whoami(socket)).user_id, "before", "user_id")
	socket.params = socket.params
	await _reconnect(socket)
	equal((await _whoami(socket)).user_id, "after", "user_id once they were set")


func test_params_that_json_cannot_carry_are_told() -> void:
	var socket := new_socket()
	expect_error("PhoenixSocket.params")
	socket.params = {"nan": NAN}
	equal(socket.params, {}, "params")
	socket.params.callable = fail
	expect_error("params")
	equal(socket.connect_socket(), ERR_INVALID_PARAMETER, "connect_socket()")
	socket.params.clear()
	equal(socket.connect_socket(), OK, "connect_socket() once they are good")


func test_params_that_a_url_cannot_carry_are_named() -> void:
	var socket := PhoenixSocket.new()
	socket.endpoint = server_url
	socket.params = {"squad": [{"hp": 1}, {"items": []}]}
	add_child(socket)
	expect_error("params.squad[1].items is an empty list, which a URL cannot carry")
	equal(socket.connect_socket(), ERR_INVALID_PARAMETER, "connect_socket()")
	socket.params = {"squad": [{"hp": 1}]}
	equal(socket.connect_socket(), OK, "connect_socket() without it")
	await await_signal(socket.on_open)
	expect_error("params.team is an empty map")
	socket.params = {"team": {}}
	equal(socket.params, {"squad": [{"hp": 1}]}, "the params of a socket in use")


func test_auth_token_holds_from_the_next_connection() -> void:
	var socket := await open_socket({"auth_token": "before"})
	equal((await _whoami(socket)).auth_token, "before", "auth_token")
	socket.auth_token = "after"
	socket.disconnect_socket()
	socket.connect_socket()
	await await_signal(socket.on_open)
	equal((await _whoami(socket)).auth_token, "after", "auth_token")


func test_reconnect_after_and_jitter_hold_at_once() -> void:
	var socket := await open_socket()
	socket.reconnect_after = PackedInt32Array([123, 45_000])
	socket.reconnect_jitter = 0.0
	var closed := record(socket.on_close)
	(await joined(socket)).push("kill_transport")
	if await wait_for(closed):
		equal(closed.calls[0][0].retry_in_ms, 123, "retry_in_ms, with no jitter")


func test_jitter_spreads_the_waits() -> void:
	var socket := new_socket({"reconnect_jitter": 1.0}, "ws://127.0.0.1:1/socket")
	record(socket.on_error)
	var closed := record(socket.on_close)
	socket.connect_socket()
	if await wait_for(closed, 5):
		var waits := closed.calls.map(func(call: Array) -> int: return call[0].retry_in_ms)
		check(waits.all(func(ms: int) -> bool: return ms >= 0 and ms <= 40), "0–40: %s" % [waits])
		check(waits.any(func(ms: int) -> bool: return ms != waits[0]), "they differ: %s" % [waits])


func test_rejoin_after_holds_at_once() -> void:
	var socket := await open_socket({"rejoin_after": PackedInt32Array([60_000])})
	socket.rejoin_after = PackedInt32Array([20])
	var channel := socket.channel(new_topic(), {"reject": true})
	var results := record(channel.on_join_result)
	channel.join()
	await wait_for(results, 3)


func test_long_poll_is_a_transport() -> void:
	var socket := new_socket({"transport": PhoenixSocket.LONGPOLL})
	socket.connect_socket()
	var opened := await await_signal(socket.on_open)
	equal(opened[0].transport, "longpoll", "transport in on_open")
	var channel := await joined(socket)
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "an echo")

	socket.transport = PhoenixSocket.WEBSOCKET
	check(socket.get_is_connected(), "stays connected")
	socket.disconnect_socket()
	socket.connect_socket()
	opened = await await_signal(socket.on_open)
	equal(opened[0].transport, "websocket", "transport in on_open")


func test_falls_back_to_long_poll_when_no_websocket_gets_through() -> void:
	var server := PollServer.new()
	add_child(server)
	var socket := new_socket({"longpoll_fallback_after": 2_000}, server.url)
	socket.connect_socket()
	var opened := await await_signal(socket.on_open)
	if not opened.is_empty():
		equal(opened[0].transport, "longpoll", "transport in on_open")
	socket.free()


func test_compression_makes_the_traffic_smaller() -> void:
	var received := {}
	for compression: bool in [false, true]:
		var socket := await open_socket(
			{"compression": compression}, server_url.replace("/socket", "/zip")
		)
		var channel := await joined(socket)
		await reply_to(channel.push("big", {"size": 100_000}))
		received[compression] = socket.get_statistics().bytes_in
	check(received[false] > 100_000, "bytes without: %s" % received)
	check(received[true] < 50_000, "bytes with: %s" % received)


func test_message_over_the_size_limit_ends_the_connection() -> void:
	var socket := await open_socket({"max_message_size": 10_000})
	var channel := await joined(socket)
	var errors := record(socket.on_error)
	var opened := record(socket.on_open)
	channel.push("big", {"size": 20_000})
	if await wait_for(errors):
		check("size limit" in str(errors.calls[0][0].message), "the message of %s" % [errors.calls])
	await wait_for(opened)


func test_queue_limit_holds_the_server_back_and_loses_nothing() -> void:
	var socket := await open_socket({"max_messages_per_frame": 10})
	socket.max_queued_bytes = 20_000
	var channel := await joined(socket)
	var events := record(channel.on_event)
	var most := 0
	channel.push("flood", {"n": 1_000, "reply": true})
	while events.calls_with("flood").is_empty():
		most = maxi(most, socket.get_statistics().queued_events as int)
		await get_tree().process_frame
		if not check(events.calls.size() <= 1_100, "not more events than were sent"):
			return
	equal(events.calls_with("tick").size(), 1_000, "ticks")
	check(most > 0 and most < 500, "events that waited at most: %d" % most)


func test_messages_of_one_frame_are_limited_at_once() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	var events := record(channel.on_event)
	channel.push("flood", {"n": 50})
	socket.max_messages_per_frame = 1
	await wait_until(
		func() -> bool: return socket.get_statistics().messages_in >= 50, "the server's flood"
	)
	var before := events.calls.size()
	await frames(3)
	check(events.calls.size() - before <= 3, "events in three frames")
	socket.max_messages_per_frame = 0
	await wait_until(
		func() -> bool: return events.calls_with("tick").size() == 50, "all of the flood"
	)


func _refuses(option: String, value: Variant, error: String) -> void:
	expect_error('PhoenixSocket.create(): the option "%s"%s' % [option, error])
	var made := PhoenixSocket.create(server_url, {option: value})
	check(made == null, "create() is null where the error is: %s" % error)
	if made != null:
		made.free()


## The connection is lost, and the socket reconnects automatically.
func _reconnect(socket: PhoenixSocket) -> void:
	var opened := record(socket.on_open)
	(await joined(socket)).push("kill_transport")
	await wait_for(opened)


func _whoami(socket: PhoenixSocket) -> Dictionary:
	return (await reply_to((await joined(socket)).push("whoami")))[1] as Dictionary
