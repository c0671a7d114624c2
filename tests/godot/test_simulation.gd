extends "res://phoenix_case.gd"
## Simulated networks: what a game sees of them. How they carry messages is tested in core.

const NOT_ON_WEB := "needs a debug build; the tests in a browser run in a release template"

## What cannot be, and the end of the error.
const MISTAKES: Array[Array] = [
	[{"latency": 5}, 'has no "latency"; its keys are preset, latency_ms, jitter_ms,'],
	[{"latency_ms": -1}, "latency_ms is -1; it must be from 0 to 86400000"],
	[{"latency_ms": 1.5}, "latency_ms must be an integer from 0 to 86400000"],
	[{"cut": 1}, "cut must be true or false"],
	[{"stall_ms": true}, "stall_ms must be an integer from 0 to 86400000"],
	[{"stall_ms": 9, "stall_every_ms": 9}, "a stall of 9 ms every 9 ms leaves no time in between"],
	[{"preset": "train", "stall_every_ms": 9}, "a stall of 4000 ms every 9 ms"],
	[{"preset": "4G"}, 'unknown preset "4G"; the presets are 3G, server deploy, train'],
	[{"preset": 4}, 'unknown preset "4"; the presets are 3G, server deploy, train'],
	[{"preset": null}, 'unknown preset "<nil>"; the presets are 3G, server deploy, train'],
	[{"refuse_status": 200}, "refuse_status is 200; it must be from 400 to 599"],
	[{"refuse_ms": 5}, "refuse_ms needs refuse_status"],
	[{7: 7}, "the keys must be Strings"],
	[{"stall_ms": {"a": []}}, "stall_ms must be an integer from 0 to 86400000"],
]

const FACADE := "res://addons/phoenix_channels/web/simulation.gd"


func test_latency_of_an_open_connection() -> void:
	var socket := await open_socket()
	socket.simulation = {"latency_ms": 60}
	var reply := await reply_to(socket.ping())
	check(reply[1].round_trip_ms >= 120, "the round trip, %s, has the latency twice" % reply[1])
	socket.simulation = {}
	reply = await reply_to(socket.ping())
	check(reply[1].round_trip_ms < 60, "the round trip without it, %s" % reply[1])


func test_pushes_and_replies_under_a_preset_arrive_in_order() -> void:
	var socket := await open_socket({"simulation": {preset = &"3G", jitter_ms = 30}})
	var channel := await joined(socket)
	var got: Array[int] = []
	var pushes: Array[PhoenixPush] = []
	for i: int in 20:
		pushes.append(channel.push("echo", {"i": i}))
		pushes[i].receive("ok", func(response: Dictionary) -> void: got.append(response.i as int))
	await reply_to(pushes[-1])
	equal(got, range(20), "the replies")


func test_cut_connection_comes_back() -> void:
	var socket := await open_socket()
	var closed := record(socket.on_close)
	socket.simulation = {"cut": true}
	await await_signal(socket.on_open)
	equal(closed.calls.size(), 1, "the number of on_close")
	equal(closed.calls[0][0].will_reconnect, true, "will_reconnect")
	equal(
		closed.calls[0][0].reason, {"message": "the connection was cut (simulated)"}, "the reason"
	)


func test_offline_lasts_as_long_as_it_says() -> void:
	var socket := await open_socket()
	var errors := record(socket.on_error)
	var began := Time.get_ticks_msec()
	socket.simulation = {"offline_ms": 300}
	await await_signal(socket.on_open)
	check(Time.get_ticks_msec() - began >= 300, "the time offline")
	equal(
		errors.calls[-1][0].message,
		(
			"connecting to %s: the network is unreachable (simulated)"
			% socket.endpoint.get_slice("?", 0)
		),
		"the last error"
	)


func test_refused_connects_have_their_status() -> void:
	var socket := new_socket({"simulation": {"refuse_status": 503, "refuse_ms": 100}})
	var errors := record(socket.on_error)
	equal(socket.connect_socket(), OK, "connect_socket()")
	await await_signal(socket.on_open)
	equal(errors.calls[0][0].status_code, 503, "the status")


func test_mistakes_leave_the_value_as_it_was() -> void:
	var socket := await open_socket({"simulation": {"latency_ms": 1}})
	var facade: GDScript = load(FACADE)
	for mistake: Array in MISTAKES:
		expect_error(mistake[1] as String)
		var given: Dictionary = mistake[0]
		socket.simulation = given
		equal(socket.simulation, {"latency_ms": 1}, "the value after %s" % given)
		var problem: String = facade.problem_of(given)
		check(problem.contains(mistake[1] as String), "in a browser: %s" % problem)
	for preset: String in ["3G", "train", "server deploy"]:
		equal(facade.problem_of({"preset": preset}), "", preset)
	var all := {"latency_ms": 1, "cut": true, "stall_ms": 1, "stall_every_ms": 2, "offline_ms": 1}
	equal(facade.problem_of(all), "", "many keys")
	equal(facade.problem_of({preset = &"3G", latency_ms = 1}), "", "names")


func test_mistake_before_the_socket_is_in_use_is_said_by_connect_socket() -> void:
	var socket := PhoenixSocket.new()
	add_child(socket)
	socket.endpoint = server_url
	socket.simulation = {"slow": true}
	equal(socket.simulation, {"slow": true}, "the value")
	expect_error('simulation has no "slow"')
	equal(socket.connect_socket(), ERR_INVALID_PARAMETER, "connect_socket()")
	socket.simulation = {}
	equal(socket.connect_socket(), OK, "connect_socket() afterwards")
	await await_signal(socket.on_open)


func test_changed_dictionary_counts_from_the_next_connect_socket_on() -> void:
	var socket := await open_socket({"simulation": {"latency_ms": 1}})
	socket.simulation.latency_ms = 50
	equal(socket.connect_socket(), OK, "connect_socket()")
	var reply := await reply_to(socket.ping())
	check(reply[1].round_trip_ms >= 100, "the round trip, %s" % reply[1])
