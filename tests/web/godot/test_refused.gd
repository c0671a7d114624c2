## Connects that a server or the browser refuses. A browser does not tell a page why, so the error
## names what to look at.
extends "res://web_case.gd"


func test_origin_that_the_server_does_not_list() -> void:
	await _refused(server_url.replace("/socket", "/strict"))


func test_path_without_a_socket() -> void:
	await _refused(server_url.replace("/socket", "/nothing"))


func test_server_that_is_not_there() -> void:
	var server := own_server()
	server.stop()
	await _refused(server.url)


func test_server_that_is_there_later() -> void:
	var server := own_server()
	server.stop()
	var socket := await _refused(server.url)
	check(server.start(), "the server starts")
	await wait_until(socket.get_is_connected, "connected")


func test_wss_with_a_certificate_that_the_browser_trusts() -> void:
	var channel := await joined(await open_socket({}, _tls_server("good").url))
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push")


func test_wss_with_another_certificate_is_refused() -> void:
	await _refused(_tls_server("elsewhere").url, "that the browser trusts its certificate")


## The socket of such a connect, which goes on trying.
func _refused(url: String, advice: String = "that the server runs") -> PhoenixSocket:
	var socket := new_socket({}, url)
	var errors := record(socket.on_error)
	var closed := record(socket.on_close)
	var first := "check that the server's check_origin lists the page's origin, %s" % page_origin()
	socket.connect_socket()
	if await wait_for(errors, 2):
		var message := errors.calls[0][0].message as String
		for part: String in [url, "the browser could not connect", first, advice]:
			check(part in message, "%s in %s" % [part, message])
	if await wait_for(closed, 2):
		check(closed.calls[0][0].will_reconnect as bool, "will_reconnect in %s" % [closed.calls[0]])
	return socket


func _tls_server(certificate: String) -> Devserver:
	var path := certificates.path_join(certificate)
	return own_server(["-tls-cert", path + ".pem", "-tls-key", path + ".key"])
