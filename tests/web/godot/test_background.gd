## Tabs that are hidden or frozen, by tests/web/driver/tab.mjs.
extends "res://phoenix_case.gd"

const LIMIT_MS := 180_000
const PATIENCE_MS := 150_000


## The server closes a connection after 60 s of silence.
func test_hidden_tab_stays_connected() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var closed := record(socket.on_close)
	var events := record(channel.on_event)
	var pushes: Array[PhoenixPush] = []
	for n: int in 100:
		pushes.append(channel.push("delay", {"ms": 1_000 * n, "n": n}, PATIENCE_MS))
	await _tab("hide", 120)
	equal(closed.calls, [], "closes")
	await wait_for(events, 100)
	for n: int in pushes.size():
		equal(await reply_to(pushes[n]), ["ok", {"ms": 1_000 * n, "n": n}], "push %d" % n)
	equal(events.calls.map(func(call: Array) -> int: return call[1].n), range(100), "the order")
	equal(socket.get_statistics().connects, 1, "connections")


## The server of this socket closes it after 1500 ms of silence.
func test_hidden_tab_keeps_its_short_heartbeat() -> void:
	var socket := await open_socket(
		{"heartbeat_interval": 400}, server_url.replace("/socket", "/small")
	)
	var closed := record(socket.on_close)
	await _tab("hide", 20)
	equal(closed.calls, [], "closes")
	equal(socket.get_statistics().connects, 1, "connections")


func test_frozen_page_is_connected_within_a_second() -> void:
	var socket := await open_socket(
		{"heartbeat_interval": 400, "reconnect_after": PackedInt32Array([100])},
		server_url.replace("/socket", "/small")
	)
	await joined(socket)
	await _tab("freeze", 6)
	var began_ms := Time.get_ticks_msec()
	await wait_until(
		func() -> bool: return socket.get_is_connected() and socket.get_channels()[0].is_joined(),
		"connected and joined"
	)
	check(
		Time.get_ticks_msec() - began_ms < 1_500,
		"within %d ms" % (Time.get_ticks_msec() - began_ms)
	)


func test_wss_with_a_certificate_that_the_browser_trusts() -> void:
	await open_socket({}, _tls_server("good").url)


func test_wss_with_another_certificate_is_refused() -> void:
	var socket := new_socket({}, _tls_server("elsewhere").url)
	var errors := record(socket.on_error)
	socket.connect_socket()
	if await wait_for(errors):
		check(refusal() in str(errors.calls[0][0].message), "the message of %s" % [errors.calls[0]])


func _tls_server(certificate: String) -> Devserver:
	var path := certificates.path_join(certificate)
	return own_server(["-tls-cert", path + ".pem", "-tls-key", path + ".key"])


## Until the tab is back: a page has no frames meanwhile.
func _tab(what: String, seconds: int) -> void:
	var began_ms := Time.get_ticks_msec()
	print("[tab] %s %d" % [what, seconds])
	while Time.get_ticks_msec() - began_ms < seconds * 1_000:
		await get_tree().process_frame
