## A WebSocket server inside of the test whose behaviour is a function: it receives each message and
## returns the messages to send back. Heartbeats are answered here.
extends Node

## The endpoint to connect to.
var url := ""
## The messages that came in, but for heartbeats: [join_ref, ref, topic, event, payload].
var heard: Array[Array] = []

var _handler: Callable
var _listener := TCPServer.new()
var _peers: Array[WebSocketPeer] = []


func _init(handler: Callable) -> void:
	_handler = handler
	if _listener.listen(0, "127.0.0.1") == OK:
		url = "ws://127.0.0.1:%d/socket" % _listener.get_local_port()


## Sends a message to all.
func say(message: Array) -> void:
	for peer: WebSocketPeer in _peers:
		peer.send_text(JSON.stringify(message))


## Sends a binary frame to all.
func say_bytes(frame: PackedByteArray) -> void:
	for peer: WebSocketPeer in _peers:
		peer.put_packet(frame)


## What the last connection asked for: its path and query.
func requested() -> String:
	return _peers[-1].get_requested_url()


## Ends all connections without a close frame.
func cut() -> void:
	for peer: WebSocketPeer in _peers:
		peer.close(-1)
	_peers.clear()


## The payload of the last message of an event.
func last(event: String) -> Variant:
	var found: Variant = null
	for message: Array in heard:
		if message[3] == event:
			found = message[4]
	return found


static func reply(message: Array, response: Dictionary, status: String = "ok") -> Array:
	var payload := {"status": status, "response": response}
	return [message[0], message[1], message[2], "phx_reply", payload]


func _process(_delta: float) -> void:
	while _listener.is_connection_available():
		var peer := WebSocketPeer.new()
		peer.accept_stream(_listener.take_connection())
		_peers.append(peer)
	for peer: WebSocketPeer in _peers.duplicate():
		peer.poll()
		while peer.get_available_packet_count() > 0:
			_take(peer, JSON.parse_string(peer.get_packet().get_string_from_utf8()) as Array)


func _take(peer: WebSocketPeer, message: Array) -> void:
	var replies: Array = []
	if message[3] == "heartbeat":
		replies = [reply(message, {})]
	else:
		heard.append(message)
		replies = _handler.call(message)
	for answer: Array in replies:
		peer.send_text(JSON.stringify(answer))
