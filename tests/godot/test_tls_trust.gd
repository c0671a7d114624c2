## Whom a connection trusts is whom the engine's own WebSocketPeer trusts: each row asks both, in
## this engine or, for settings of the project and the machine, in a second one.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := "a browser verifies certificates itself"

const Probe := preload("res://life/trust_probe.gd")

const BUNDLE := "res://bundle.crt"
const CRYPTO_NAME := "game.example"

## What the engine prints of each connection that it refuses.
const REFUSAL := "TLS handshake error"

## Starts a program whose mounts are its own.
const NAMESPACE: Array[String] = ["--map-root-user", "--mount"]

## Moves the machine's certificates to where only the engine looks, and starts the engine.
const ONLY_FOR_THE_ENGINE := """
set -e
mount -t tmpfs none /etc/ssl
mount -t tmpfs none /etc/ca-certificates
mkdir /etc/ca-certificates/extracted
cp "$1" /etc/ca-certificates/extracted/tls-ca-bundle.pem
shift
exec "$@"
"""

## What starts the second engine, in front of it.
var _starter := PackedStringArray()

## Of the certificates that the engine makes; a key takes a moment.
var _key: CryptoKey


class Made:
	var certificate: X509Certificate
	var url := ""


func test_own_authority() -> void:
	await _both_say(true, "good", TLSOptions.client(_certificate("authority")))
	await _both_say(false, "good", TLSOptions.client(_certificate("stranger")))


func test_wrong_host() -> void:
	await _both_say(false, "elsewhere", TLSOptions.client(_certificate("authority")))
	await _both_say(false, "nameless", TLSOptions.client(_certificate("authority")))


func test_name_override() -> void:
	var authority := _certificate("authority")
	await _both_say(true, "elsewhere", TLSOptions.client(authority, "elsewhere.example"))
	await _both_say(true, "elsewhere", TLSOptions.client(authority, "ELSEWHERE.example"))
	await _both_say(false, "elsewhere", TLSOptions.client(authority, "else.example"))
	await _both_say(false, "good", TLSOptions.client(authority, "elsewhere.example"))
	await _both_say(true, "good", TLSOptions.client(authority, "localhost"))
	# With a common name and no other.
	await _both_say(true, "nameless", TLSOptions.client(authority, "localhost"))


func test_expired() -> void:
	await _both_say(false, "expired", TLSOptions.client(_certificate("authority")))
	await _both_say(false, "expired", TLSOptions.client_unsafe(_certificate("authority")))


func test_unsafe() -> void:
	for certificate: String in ["good", "expired", "elsewhere", "nameless"]:
		expect_error("TLS certificates are not verified")
		await _both_say(true, certificate, TLSOptions.client_unsafe())
	var authority := _certificate("authority")
	for certificate: String in ["good", "elsewhere", "nameless"]:
		await _both_say(true, certificate, TLSOptions.client_unsafe(authority))
	await _both_say(false, "good", TLSOptions.client_unsafe(_certificate("stranger")))


func test_none() -> void:
	await _both_say(false, "good", null)
	await _both_say(false, "good", TLSOptions.client())
	await _both_say(false, "good", TLSOptions.client(null, "localhost"))


func test_certificate_that_the_engine_made() -> void:
	var made := _made()
	for transport: PhoenixSocket.Transport in [PhoenixSocket.WEBSOCKET, PhoenixSocket.LONGPOLL]:
		await _both_say(true, made.url, TLSOptions.client(made.certificate, CRYPTO_NAME), transport)
		await _both_say(false, made.url, TLSOptions.client(made.certificate), transport)
		var other := TLSOptions.client(made.certificate, "other.example")
		await _both_say(false, made.url, other, transport)
		await _both_say(true, made.url, TLSOptions.client_unsafe(made.certificate), transport)
		other = TLSOptions.client(_certificate("authority"), CRYPTO_NAME)
		await _both_say(false, made.url, other, transport)
		await _both_say(false, made.url, null, transport)


func test_names_in_a_certificate_that_the_engine_made() -> void:
	for row: Array in [
		# common name, wanted, whether it is that
		["127.0.0.1", "", true],
		["localhost", "", false],
		["*.game.example", "eu.game.example", true],
		["*.game.example", "EU.GAME.example", true],
		["*.game.example", "game.example", false],
		["*.game.example", "a.eu.game.example", false],
		["*", "game", false],
		["Game Server", "game server", true],
	]:
		var made := _made(row[0] as String)
		var options := TLSOptions.client(made.certificate, row[1] as String)
		await _both_say(row[2] as bool, made.url, options)


func test_certificate_that_the_engine_made_for_another_time() -> void:
	for times: Array in [
		["20140101000000", "20150101000000"], ["20900101000000", "20950101000000"]
	]:
		var made := _made(CRYPTO_NAME, times[0] as String, times[1] as String)
		await _both_say(false, made.url, TLSOptions.client(made.certificate, CRYPTO_NAME))
		await _both_say(false, made.url, TLSOptions.client_unsafe(made.certificate))


func test_certificate_with_a_short_key() -> void:
	_key = Crypto.new().generate_rsa(1024)
	var made := _made()
	await _both_say(false, made.url, TLSOptions.client(made.certificate, CRYPTO_NAME))


func test_certificate_of_another_name_says_so() -> void:
	var made := _made()
	var options := TLSOptions.client(made.certificate)
	var message := await Probe.addon_connects(self, made.url, options)
	check("is for %s " % CRYPTO_NAME in message, "the name in '%s'" % message)
	check("second argument of TLSOptions.client()" in message, "what to do in '%s'" % message)


## Deliberately not the same: a server's certificate that is not self-signed, given as the trusted
## chain. The engine trusts no such one, whatever the game says; here it is what the game says.
func test_certificate_of_the_server_itself_is_trusted_although_an_authority_made_it() -> void:
	var options := TLSOptions.client(_certificate("good"))
	allow_error(REFUSAL)
	equal(await Probe.engine_connects(self, _server("good"), options), false, "WebSocketPeer")
	await open_socket({"tls_options": options}, _server("good"))


func test_bundle_of_the_project() -> void:
	var bundle := _bytes("stranger") + _bytes("authority")
	var said := _probe(_server("good"), bundle)
	equal(said.engine, "true", "WebSocketPeer")
	equal(said.addon, "true", "PhoenixSocket")
	said = _probe(_server("elsewhere"), bundle)
	equal(said.engine, "false", "WebSocketPeer, another host")
	check("elsewhere.example" in said.addon, said.addon)


func test_bundle_is_obeyed_by_options_without_a_chain() -> void:
	var bundle := _bytes("authority")
	var said := _probe(_server("elsewhere"), bundle, "elsewhere.example")
	equal(said.engine, "true", "WebSocketPeer")
	equal(said.addon, "true", "PhoenixSocket")


func test_bundle_with_the_name_in_the_old_place() -> void:
	var made := _made()
	var said := _probe(made.url, made.certificate.save_to_string().to_utf8_buffer(), CRYPTO_NAME)
	equal(said.engine, "true", "WebSocketPeer")
	equal(said.addon, "true", "PhoenixSocket")


func test_bundle_that_has_another_authority() -> void:
	var bundle := _bytes("stranger")
	var said := _probe(_server("good"), bundle)
	equal(said.engine, "false", "WebSocketPeer")
	check("add the authority's certificate to %s" % BUNDLE in said.addon, said.addon)
	check("network/tls/certificate_bundle_override" in said.addon, said.addon)


func test_bundle_that_cannot_be_read() -> void:
	for bundle: PackedByteArray in [PackedByteArray(), "no certificate".to_utf8_buffer()]:
		var said := _probe(_server("good"), bundle)
		equal(said.engine, "false", "WebSocketPeer")
		check("names %s, which has no certificate in it" % BUNDLE in said.addon, said.addon)


func test_bundle_in_a_package() -> void:
	var pack := OS.get_user_data_dir().path_join("bundle_%d.pck" % OS.get_process_id())
	var packer := PCKPacker.new()
	packer.pck_start(pack)
	packer.add_file(BUNDLE, certificates.path_join("authority.pem"))
	equal(packer.flush(), OK, "the package")
	var said := _probe(_server("good"), PackedByteArray(), "", ["--pack", pack])
	equal(said.addon, "true", "PhoenixSocket")
	DirAccess.remove_absolute(pack)


## Deliberately not the same: the engine then has a list of its own, which an extension cannot read.
## It does not have the authority of these tests either.
func test_machine_without_certificates() -> void:
	if OS.get_name() == "macOS":  # has them in any case
		return
	for variable: String in ["SSL_CERT_FILE", "SSL_CERT_DIR"]:
		OS.set_environment(variable, "/nonexistent")
	var said := _probe(_server("good"))
	for variable: String in ["SSL_CERT_FILE", "SSL_CERT_DIR"]:
		OS.unset_environment(variable)
	check("has no certificates of public authorities" in said.addon, said.addon)
	check("ca-certificates" in said.addon, "what to install in '%s'" % said.addon)
	check("certificate_bundle_override" in said.addon, "the setting in '%s'" % said.addon)
	check("TLSOptions.client()" in said.addon, "the property in '%s'" % said.addon)
	said = _probe(_server("good"), _bytes("authority"))
	equal(said.addon, "true", "with a bundle")


## The engine looks in more places than Go's TLS does, such as that of Arch Linux. In a namespace of
## its own, this machine's store is there and nowhere else.
func test_authorities_that_only_the_engine_finds() -> void:
	if (
		OS.get_name() != "Linux"
		or OS.execute("unshare", NAMESPACE + ["mount", "-t", "tmpfs", "none", "/etc/ssl"]) != 0
	):
		return  # a namespace is not to be had
	var said := _probe_with_store("authority")
	equal(said.engine, "true", "WebSocketPeer")
	equal(said.addon, "true", "PhoenixSocket")
	said = _probe_with_store("stranger")
	equal(said.engine, "false", "WebSocketPeer, another authority")
	check("does not trust who signed the server's certificate" in said.addon, said.addon)
	OS.set_environment("SSL_CERT_DIR", "/nonexistent")  # what the environment says counts
	said = _probe_with_store("authority")
	OS.unset_environment("SSL_CERT_DIR")
	check("has no certificates of public authorities" in said.addon, said.addon)


## Asks both; [param server] is a certificate's title or a URL.
func _both_say(
	expected: bool,
	server: String,
	options: TLSOptions,
	transport: PhoenixSocket.Transport = PhoenixSocket.WEBSOCKET
) -> void:
	var url := server if "://" in server else _server(server)
	if not expected:
		expect_error(REFUSAL)
	var row := "%s, %s, %s" % [server, options, transport]
	equal(await Probe.engine_connects(self, url, options), expected, "WebSocketPeer: " + row)
	var said := await Probe.addon_connects(self, url, options, transport)
	equal(said == "true", expected, "PhoenixSocket: %s: %s" % [row, said])


## What both say in a second engine, whose project has a bundle of authorities if it is given one.
func _probe(
	url: String, bundle: Variant = null, title: String = "", more: PackedStringArray = []
) -> Dictionary[String, String]:
	var project := OS.get_user_data_dir().path_join("trust_%d" % OS.get_process_id())
	_copy("res://addons", project.path_join("addons"))
	_copy("res://life", project.path_join("life"))
	var settings := "config_version=5\n"
	if bundle != null:
		settings += '[network]\ntls/certificate_bundle_override="%s"\n' % BUNDLE
		if not (bundle as PackedByteArray).is_empty():
			_write(project.path_join(BUNDLE.get_file()), bundle as PackedByteArray)
	_write(project.path_join("project.godot"), settings.to_utf8_buffer())
	var known := "res://addons/phoenix_channels/phoenix_channels.gdextension\n"
	_write(project.path_join(".godot/extension_list.cfg"), known.to_utf8_buffer())
	var arguments := PackedStringArray(["--headless", "--path", project])
	arguments.append_array(["-s", "life/trust_probe.gd", "--", "--url", url, "--name", title])
	var output := []
	var command := _starter + PackedStringArray([engine_program]) + arguments + more
	equal(OS.execute(command[0], command.slice(1), output, true), 0, "the second engine's status")
	_remove(project)
	var said: Dictionary[String, String] = {}
	for line: String in str(output[0]).split("\n"):
		for who: String in ["engine", "addon"]:
			if line.begins_with(who + ": "):
				said[who] = line.trim_prefix(who + ": ")
	check(said.size() == 2, "what both say, in %s" % str(output[0]))
	return said


func _probe_with_store(authority: String) -> Dictionary[String, String]:
	var store := ProjectSettings.globalize_path(certificates.path_join(authority + ".pem"))
	# In a file, as the engine gives arguments to a shell, which looks into them.
	var script := OS.get_user_data_dir().path_join("store_%d.sh" % OS.get_process_id())
	_write(script, ONLY_FOR_THE_ENGINE.to_utf8_buffer())
	_starter = PackedStringArray(["unshare"] + NAMESPACE + ["sh", script, store])
	var said := _probe(_server("good"))
	_starter.clear()
	DirAccess.remove_absolute(script)
	return said


func _write(path: String, content: PackedByteArray) -> void:
	DirAccess.make_dir_recursive_absolute(path.get_base_dir())
	var file := FileAccess.open(path, FileAccess.WRITE)
	file.store_buffer(content)
	file.close()


func _copy(from: String, to: String) -> void:
	DirAccess.make_dir_recursive_absolute(to)
	for file: String in DirAccess.get_files_at(from):
		equal(DirAccess.copy_absolute(from.path_join(file), to.path_join(file)), OK, "copy " + file)
	for folder: String in DirAccess.get_directories_at(from):
		_copy(from.path_join(folder), to.path_join(folder))


func _remove(folder: String) -> void:
	var dir := DirAccess.open(folder)
	dir.include_hidden = true
	for file: String in dir.get_files():
		dir.remove(file)
	for inner: String in dir.get_directories():
		_remove(folder.path_join(inner))
	DirAccess.remove_absolute(folder)


## The URL of a server with one of the certificates; each has one server.
func _server(certificate: String) -> String:
	var path := certificates.path_join(certificate)
	return own_server(["-tls-cert", path + ".pem", "-tls-key", path + ".key"]).url


## A server with a certificate as a game makes it.
func _made(
	title: String = CRYPTO_NAME, from: String = "20140101000000", until: String = "20340101000000"
) -> Made:
	var crypto := Crypto.new()
	if _key == null:
		_key = crypto.generate_rsa(2048)
	var made := Made.new()
	var subject := "CN=%s,O=Game,C=AT" % title
	made.certificate = crypto.generate_self_signed_certificate(_key, subject, from, until)
	while _has_padded_serial(made.certificate):
		made.certificate = crypto.generate_self_signed_certificate(_key, subject, from, until)
	var path := OS.get_user_data_dir().path_join("made_%d" % OS.get_process_id())
	equal([made.certificate.save(path + ".pem"), _key.save(path + ".key")], [OK, OK], "save()")
	made.url = own_server(["-tls-cert", path + ".pem", "-tls-key", path + ".key"]).url
	for part: String in [".pem", ".key"]:
		DirAccess.remove_absolute(path + part)
	return made


## One of about 500 that the engine makes has a serial number with zeros in front, which is no
## correct encoding: Go's TLS refuses it, on both sides.
func _has_padded_serial(certificate: X509Certificate) -> bool:
	var lines := certificate.save_to_string().split("\n", false)
	var der := Marshalls.base64_to_raw("".join(lines.slice(1, 4)))
	return der.hex_encode().contains("a003020102021400")


func _bytes(title: String) -> PackedByteArray:
	return FileAccess.get_file_as_bytes(certificates.path_join(title + ".pem"))


func _certificate(title: String) -> X509Certificate:
	var certificate := X509Certificate.new()
	equal(certificate.load(certificates.path_join(title + ".pem")), OK, "load() of %s" % title)
	return certificate
