## A WebSocket server inside of the test, for what a real server does not say. It answers joins and
## heartbeats, keeps what else it hears, and says what it is told to.
extends Node

const BUFFER_BYTES := 64 << 20

## The endpoint to connect to.
var url := ""
## The texts of the frames that came in, but for those that were answered.
var heard: Array[String] = []

var _listener := TCPServer.new()
var _peers: Array[WebSocketPeer] = []


func _init() -> void:
	if _listener.listen(0, "127.0.0.1") == OK:
		url = "ws://127.0.0.1:%d/socket" % _listener.get_local_port()


func _process(_delta: float) -> void:
	while _listener.is_connection_available():
		var peer := WebSocketPeer.new()
		peer.inbound_buffer_size = BUFFER_BYTES
		peer.outbound_buffer_size = BUFFER_BYTES
		peer.accept_stream(_listener.take_connection())
		_peers.append(peer)
	for peer: WebSocketPeer in _peers:
		peer.poll()
		while peer.get_available_packet_count() > 0:
			_take(peer, peer.get_packet().get_string_from_utf8())


## Sends a frame to all.
func say(text: String) -> void:
	say_bytes(text.to_utf8_buffer())


## Sends a text frame of these bytes to all.
func say_bytes(text: PackedByteArray) -> void:
	for peer: WebSocketPeer in _peers:
		peer.send(text, WebSocketPeer.WRITE_MODE_TEXT)


func _take(peer: WebSocketPeer, text: String) -> void:
	var message := JSON.parse_string(text) as Array
	if message != null and message[3] in ["phx_join", "heartbeat"]:
		message[3] = "phx_reply"
		message[4] = {"status": "ok", "response": {}}
		peer.send_text(JSON.stringify(message))
	else:
		heard.append(text)
