## wss:// and https://, verified through the engine's TLSOptions. An authority of the tests
## creates new certificates for each run.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := "a browser verifies certificates itself"


func test_own_authority_is_trusted() -> void:
	var server := _server("good")
	check(server.url.begins_with("wss://127.0.0.1"), "the server's %s" % server.url)
	for transport: PhoenixSocket.Transport in [PhoenixSocket.WEBSOCKET, PhoenixSocket.LONGPOLL]:
		var socket := await open_socket(
			{"tls_options": TLSOptions.client(_certificate("authority")), "transport": transport},
			server.url
		)
		var channel := await joined(socket)
		equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push")
		check(
			str((await reply_to(channel.push("whoami")))[1].uri).begins_with("https://"),
			"encrypted"
		)


func test_lost_connection_is_made_anew_with_the_same_options() -> void:
	var trusting := {"tls_options": TLSOptions.client(_certificate("authority"))}
	var socket := await open_socket(trusting, _server("good").url)
	var channel := await joined(socket)
	var opened := record(socket.on_open)
	channel.push("kill_transport")
	await wait_for(opened)
	await wait_until(channel.is_joined, "joined again")


func test_https_in_the_endpoint_means_the_same() -> void:
	var options := {"tls_options": TLSOptions.client(_certificate("authority"))}
	await open_socket(options, _server("good").url.replace("wss://", "https://"))


func test_unknown_authority_is_refused_with_the_reason() -> void:
	var url := _server("good").url
	for transport: PhoenixSocket.Transport in [PhoenixSocket.WEBSOCKET, PhoenixSocket.LONGPOLL]:
		# Without options the system's authorities count, and so they do in client().
		for trusted: TLSOptions in [
			null, TLSOptions.client(), TLSOptions.client(_certificate("stranger"))
		]:
			var message := await _refused({"tls_options": trusted, "transport": transport}, url)
			check("x509" in message and "authority" in message, "what failed, in '%s'" % message)
			check("does not trust who signed" in message, "why, in '%s'" % message)
			check("TLSOptions.client()" in message, "what to do, in '%s'" % message)
			check(url.get_slice("/", 2) in message, "the server, in '%s'" % message)


func test_expired_certificate_is_refused_with_the_reason() -> void:
	var options := {"tls_options": TLSOptions.client(_certificate("authority"))}
	var message := await _refused(options, _server("expired").url)
	check("expired" in message and "renew it" in message, "the reason in '%s'" % message)


func test_certificate_of_another_host_is_refused_with_the_reason() -> void:
	var options := {"tls_options": TLSOptions.client(_certificate("authority"))}
	var message := await _refused(options, _server("elsewhere").url)
	check("is for elsewhere.example" in message, "its host in '%s'" % message)
	check("127.0.0.1" in message, "the host that was asked for in '%s'" % message)


func test_certificate_without_host_is_refused_with_the_reason() -> void:
	var options := {"tls_options": TLSOptions.client(_certificate("authority"))}
	var message := await _refused(options, _server("nameless").url)
	check("subject alternative name" in message, "the reason in '%s'" % message)


func test_server_with_an_old_tls_is_refused_with_the_reason() -> void:
	var options := {"tls_options": TLSOptions.client(_certificate("authority"))}
	var message := await _refused(options, _server("good", ["-tls-max", "1.1"]).url)
	check("must speak TLS 1.2 or 1.3" in message, "the reason in '%s'" % message)


func test_server_without_tls_is_refused_with_the_reason() -> void:
	var message := await _refused({}, server_url.replace("ws://", "wss://"))
	check("use ws://" in message, "the reason in '%s'" % message)


func test_plain_connection_to_a_server_of_tls_is_refused() -> void:
	var message := await _refused({}, _server("good").url.replace("wss://", "ws://"))
	check("requires TLS (wss://)" in message, "the reason in '%s'" % message)


func test_name_of_the_certificate_can_be_given() -> void:
	var options := TLSOptions.client(_certificate("authority"), "elsewhere.example")
	await open_socket({"tls_options": options}, _server("elsewhere").url)


func test_unsafe_client_verifies_nothing_and_warns() -> void:
	for certificate: String in ["good", "expired", "elsewhere"]:
		allow_error(refusal())
		var url := _server(certificate).url
		expect_error("TLS certificates are not verified")
		await open_socket({"tls_options": TLSOptions.client_unsafe()}, url)


func test_unsafe_client_with_an_authority_leaves_out_the_host_only() -> void:
	var trusting := {"tls_options": TLSOptions.client_unsafe(_certificate("authority"))}
	await open_socket(trusting, _server("elsewhere").url)
	await open_socket(trusting, _server("nameless").url)
	check(
		"expired" in await _refused(trusting, _server("expired").url), "an expired one is refused"
	)
	var strange := {"tls_options": TLSOptions.client_unsafe(_certificate("stranger"))}
	var message := await _refused(strange, _server("good").url)
	check("does not trust who signed" in message, "the reason in '%s'" % message)


func test_chain_of_several_certificates_warns_that_one_counts() -> void:
	var chain := X509Certificate.new()
	var text := ""
	for title: String in ["authority", "stranger"]:
		text += FileAccess.get_file_as_string(certificates.path_join(title + ".pem"))
	equal(chain.load_from_string(text), OK, "load_from_string()")
	if chain.save_to_string().count(_certificate("authority").save_to_string().left(200)) == 2:
		expect_error("only the first of the 2 certificates")
	await open_socket({"tls_options": TLSOptions.client(chain)}, _server("good").url)


func test_options_are_taken_with_the_next_attempt() -> void:
	var server := _server("good")
	var socket := new_socket({}, server.url)
	socket.connect_socket()
	await await_signal(socket.on_error)
	socket.tls_options = TLSOptions.client(_certificate("authority"))
	await await_signal(socket.on_open)


func test_options_can_be_read_back() -> void:
	var options := TLSOptions.client()
	var socket := new_socket({"tls_options": options})
	check(socket.tls_options == options, "tls_options")
	socket.tls_options = null
	check(socket.tls_options == null, "null")


func test_options_of_a_server_are_a_mistake() -> void:
	var crypto := Crypto.new()
	var key := crypto.generate_rsa(1024)
	var certificate := crypto.generate_self_signed_certificate(key)
	expect_error("use TLSOptions.client()")
	var socket := PhoenixSocket.create(
		"wss://localhost/socket", {"tls_options": TLSOptions.server(key, certificate)}
	)
	check(socket == null, "create() is null")


## A devserver with one of the certificates.
func _server(certificate: String, arguments: PackedStringArray = []) -> Devserver:
	var path := certificates.path_join(certificate)
	return own_server(
		PackedStringArray(["-tls-cert", path + ".pem", "-tls-key", path + ".key"]) + arguments
	)


func _certificate(title: String) -> X509Certificate:
	var certificate := X509Certificate.new()
	equal(certificate.load(certificates.path_join(title + ".pem")), OK, "load() of %s" % title)
	return certificate


## Connects where that must fail, and returns the message of on_error.
func _refused(options: Dictionary, url: String) -> String:
	var socket := new_socket(options, url)
	var opened := record(socket.on_open)
	socket.connect_socket()
	var data := await await_signal(socket.on_error)
	equal(opened.calls.size(), 0, "connections to %s" % url)
	socket.queue_free()
	return "" if data.is_empty() else str((data[0] as Dictionary).message)
