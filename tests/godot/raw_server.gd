## A WebSocket server inside of the test, for what a real server does not say. It answers joins and
## heartbeats, keeps what else it hears, and says what it is told to. In a browser, which cannot
## listen, tests/web/control passes on what its clients send and what is said here.
extends Node

const Host := preload("res://control.gd")

const BUFFER_BYTES := 64 << 20
const EVERYONE := 255

## The endpoint to connect to.
var url := ""
## The texts of the frames that came in, but for those that were answered.
var heard: Array[String] = []

var _listener := TCPServer.new()
var _peers: Array[WebSocketPeer] = []
var _control: WebSocketPeer


func _init() -> void:
	if OS.has_feature("web"):
		_open_control()
	elif _listener.listen(0, "127.0.0.1") == OK:
		url = "ws://127.0.0.1:%d/socket" % _listener.get_local_port()


func _process(_delta: float) -> void:
	if _control != null:
		_poll_control()
		return
	while _listener.is_connection_available():
		var peer := _new_peer()
		peer.accept_stream(_listener.take_connection())
		_peers.append(peer)
	for client: int in _peers.size():
		var peer := _peers[client]
		peer.poll()
		while peer.get_available_packet_count() > 0:
			_take(client, peer.get_packet().get_string_from_utf8())


## Sends a frame to all.
func say(text: String) -> void:
	say_bytes(text.to_utf8_buffer())


## Sends a text frame of these bytes to all.
func say_bytes(text: PackedByteArray) -> void:
	if _control != null:
		_control.send(PackedByteArray([EVERYONE]) + text)
	for peer: WebSocketPeer in _peers:
		peer.send(text, WebSocketPeer.WRITE_MODE_TEXT)


func _take(client: int, text: String) -> void:
	var message := JSON.parse_string(text) as Array
	if message != null and message[3] in ["phx_join", "heartbeat"]:
		message[3] = "phx_reply"
		message[4] = {"status": "ok", "response": {}}
		_answer(client, JSON.stringify(message))
	else:
		heard.append(text)


func _answer(client: int, text: String) -> void:
	if _control != null:
		_control.send(PackedByteArray([client]) + text.to_utf8_buffer())
	else:
		_peers[client].send_text(text)


func _new_peer() -> WebSocketPeer:
	var peer := WebSocketPeer.new()
	peer.inbound_buffer_size = BUFFER_BYTES
	peer.outbound_buffer_size = BUFFER_BYTES
	return peer


func _open_control() -> void:
	url = Host.ask("raw")
	_control = _new_peer()
	_control.connect_to_url(url.trim_suffix("/socket") + "/test")


func _poll_control() -> void:
	_control.poll()
	while _control.get_available_packet_count() > 0:
		var packet := _control.get_packet()
		_take(packet[0], packet.slice(1).get_string_from_utf8())
