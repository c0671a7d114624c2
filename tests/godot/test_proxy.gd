## The way to the server: proxies, by the property and by the environment, and networks that drop
## what TLS says first.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := "a browser chooses its proxy itself"

const Relay := preload("res://relay.gd")

const TRANSPORTS: Array[PhoenixSocket.Transport] = [PhoenixSocket.WEBSOCKET, PhoenixSocket.LONGPOLL]
const VARIABLES: Array[String] = [
	"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"
]

var _environment := {}


## Tests run one after another, and each begins with no proxy in the environment.
func run(test_name: String) -> void:
	for variable: String in VARIABLES:
		_environment[variable] = OS.get_environment(variable)
		OS.unset_environment(variable)
	await super(test_name)
	for variable: String in VARIABLES:
		OS.set_environment(variable, str(_environment[variable]))


func test_proxy_carries_each_kind_of_connection() -> void:
	var secure := _secure_server()
	for url: String in [server_url, secure.url]:
		for transport: PhoenixSocket.Transport in TRANSPORTS:
			var relay := _relay(url)
			var socket := await open_socket(
				{
					"proxy": "http://ada:s3cret@%s" % relay.address,
					"transport": transport,
					"tls_options": _trusting(),
				},
				url
			)
			var channel := await joined(socket)
			equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push")
			check(relay.requests.size() > 0, "requests to the proxy for %s" % url)
			var tunnels := url.begins_with("wss") or transport == PhoenixSocket.WEBSOCKET
			var expected := "CONNECT " if tunnels else "GET http://"
			expected += url.get_slice("/", 2)
			check(relay.requests[0].begins_with(expected), "%s: %s" % [expected, relay.requests[0]])
			equal(relay.logins[0], "Basic " + Marshalls.utf8_to_base64("ada:s3cret"), "the login")
			socket.free()


func test_environment_counts_as_the_game_sets_it() -> void:
	var secure := _secure_server()
	# Twice: it is not what the process, or the first connection, began with.
	for i: int in 2:
		for transport: PhoenixSocket.Transport in TRANSPORTS:
			var relay := _relay(secure.url)
			OS.set_environment("HTTPS_PROXY", "http://" + relay.address)
			var socket := await open_socket(
				{"tls_options": _trusting(), "transport": transport}, "wss://game.test/socket"
			)
			equal(relay.requests[0], "CONNECT game.test:443 HTTP/1.1", "the request to the proxy")
			socket.free()
			relay = _relay(server_url)
			OS.set_environment("http_proxy", relay.address)
			socket = await open_socket({"transport": transport}, "ws://game.test/socket")
			check("game.test" in relay.requests[0], relay.requests[0])
			socket.free()


func test_environment_counts_for_a_socket_that_was_made_before() -> void:
	var relay := _relay(server_url)
	var socket := new_socket({}, "ws://game.test/socket")
	OS.set_environment("HTTP_PROXY", "http://" + relay.address)
	socket.connect_socket()
	await await_signal(socket.on_open)
	equal(relay.requests.size(), 1, "requests to the proxy")


func test_none_and_no_proxy_leave_the_environment_out() -> void:
	var relay := _relay(server_url)
	OS.set_environment("HTTP_PROXY", "http://" + relay.address)
	await _fails({"proxy": "none"}, "ws://game.test/socket")
	OS.set_environment("NO_PROXY", "example.com,.test")
	await _fails({}, "ws://game.test/socket")
	await open_socket({}, server_url)  # this machine needs none
	equal(relay.requests, [] as Array[String], "requests to the proxy")


func test_property_wins_over_the_environment_with_the_next_connection() -> void:
	var first := _relay(server_url)
	var second := _relay(server_url)
	OS.set_environment("HTTP_PROXY", "http://" + first.address)
	var socket := await open_socket({}, "ws://game.test/socket")
	equal([first.requests.size(), second.requests.size()], [1, 0], "requests")
	socket.proxy = "http://" + second.address
	var closed := record(socket.on_close)
	socket.disconnect_socket()
	await wait_for(closed)
	socket.connect_socket()
	await await_signal(socket.on_open)
	equal([first.requests.size(), second.requests.size()], [1, 1], "requests")


func test_errors_name_the_proxy_without_its_password() -> void:
	for transport: PhoenixSocket.Transport in TRANSPORTS:
		var message := await _fails(
			{"proxy": "http://ada:s3cret@127.0.0.1:1", "transport": transport},
			"ws://game.test/socket"
		)
		check("through the proxy http://127.0.0.1:1" in message, "the proxy in '%s'" % message)
		check(not "s3cret" in message, "no password in '%s'" % message)


func test_nonsense_is_a_mistake() -> void:
	expect_error('the proxy "proxy.example:3128" is not a URL; write it like http://')
	check(PhoenixSocket.create(server_url, {"proxy": "proxy.example:3128"}) == null, "create()")
	var socket := new_socket()
	socket.connect_socket()
	await await_signal(socket.on_open)
	expect_error('has the scheme "ftp"; it must be http, https or socks5')
	forbid_line("s3cret")
	socket.proxy = "ftp://ada:s3cret@proxy.example"
	equal(socket.proxy, "", "the value stays")


func test_hello_that_is_dropped_is_followed_by_a_small_one() -> void:
	for transport: PhoenixSocket.Transport in TRANSPORTS:
		var relay := _relay(_secure_server().url)
		relay.is_transparent = true
		relay.drops_large_hellos = true
		var url := "wss://%s/socket" % relay.address
		var options := {"tls_options": _trusting(), "transport": transport}
		var socket := new_socket(options, url)
		var failed := record(socket.on_error)
		socket.connect_socket()
		await wait_until(socket.get_is_connected, "the connection", 8_000)
		equal(failed.calls.size(), 0, "errors")
		check(relay.hellos[0] > 1_400, "the first has %d bytes" % relay.hellos[0])
		check(relay.hellos[1] < 600, "the second has %d bytes" % relay.hellos[1])
		var before := relay.hellos.size()
		await open_socket(options, url)
		check(relay.hellos[before] < 600, "it is remembered: %d bytes" % relay.hellos[before])
		note("ClientHellos of %s bytes" % str(relay.hellos))


func _relay(url: String) -> Relay:
	var relay := Relay.new(url)
	add_child(relay)
	return relay


func _secure_server() -> Devserver:
	var path := certificates.path_join("good")
	return own_server(["-tls-cert", path + ".pem", "-tls-key", path + ".key"])


## Whatever the host is called.
func _trusting() -> TLSOptions:
	var authority := X509Certificate.new()
	equal(authority.load(certificates.path_join("authority.pem")), OK, "load()")
	return TLSOptions.client(authority, "localhost")


## Connects where that must fail, and returns the message of on_error.
func _fails(options: Dictionary, url: String) -> String:
	var socket := new_socket(options, url)
	socket.connect_socket()
	var data := await await_signal(socket.on_error)
	socket.queue_free()
	return "" if data.is_empty() else str((data[0] as Dictionary).message)
