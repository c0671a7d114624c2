## A server inside of the test that answers each request with a text, for what no Phoenix server
## says.
extends Node

## The endpoint to connect to.
var url := ""
## What it answers, one connection after another; the last again and again.
var answers: Array[String] = []
## The requests that came.
var requests: Array[String] = []

var _listener := TCPServer.new()
var _peers: Array[StreamPeerTCP] = []


func _init(answer: String) -> void:
	answers = [answer]
	if _listener.listen(0, "127.0.0.1") == OK:
		url = "ws://127.0.0.1:%d/socket" % _listener.get_local_port()


## The text of a response that ends the connection.
static func response(status: String, headers: Array[String], body: String = "") -> String:
	var lines: Array[String] = ["HTTP/1.1 " + status]
	lines.append_array(headers)
	lines.append_array(
		["Connection: close", "Content-Length: %d" % body.to_utf8_buffer().size(), "", body]
	)
	return "\r\n".join(lines)


func _process(_delta: float) -> void:
	while _listener.is_connection_available():
		_peers.append(_listener.take_connection())
	for peer: StreamPeerTCP in _peers.duplicate():
		peer.poll()
		if peer.get_available_bytes() > 0:
			requests.append(peer.get_utf8_string(peer.get_available_bytes()))
			peer.put_data(
				(answers[0] if answers.size() == 1 else answers.pop_front()).to_utf8_buffer()
			)
			peer.disconnect_from_host()
			_peers.erase(peer)
