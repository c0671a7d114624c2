## A network between the addon and a server, inside of the test: a proxy that takes CONNECT and
## plain requests, or a way that drops what TLS says first when that is larger than one packet.
## Whatever host it is asked for, it leads to the one server.
extends Node

const PACKET_BYTES := 1_400
const CLIENT_HELLO := 22
const HEADER_END := "\r\n\r\n"

## Where it listens, host and port.
var address := ""
## The first line of each request to the proxy, and its Proxy-Authorization header.
var requests: Array[String] = []
var logins: Array[String] = []
## How many bytes each ClientHello had.
var hellos: Array[int] = []
## Drops a ClientHello that is larger than a packet, and all that follows.
var drops_large_hellos := false
## Forwards directly to the server instead of acting as a proxy.
var is_transparent := false

var _listener := TCPServer.new()
var _server_port := 0
var _links: Array[Link] = []


class Link:
	var near: StreamPeerTCP
	var far := StreamPeerTCP.new()
	var waiting := PackedByteArray()  # what the client has said
	var is_open := false  # to the server
	var is_dead := false
	var has_greeted := false


## [param url] is the server's.
func _init(url: String) -> void:
	_server_port = url.get_slice("/", 2).get_slice(":", 1).to_int()
	if _listener.listen(0, "127.0.0.1") == OK:
		address = "127.0.0.1:%d" % _listener.get_local_port()


func _process(_delta: float) -> void:
	while _listener.is_connection_available():
		var link := Link.new()
		link.near = _listener.take_connection()
		link.far.connect_to_host("127.0.0.1", _server_port)
		link.is_open = is_transparent
		_links.append(link)
	for link: Link in _links:
		_carry(link)
	_links = _links.filter(func(link: Link) -> bool: return _is_up(link.near) and _is_up(link.far))


func _is_up(peer: StreamPeerTCP) -> bool:
	var status := peer.get_status()
	if status == StreamPeerTCP.STATUS_CONNECTED or status == StreamPeerTCP.STATUS_CONNECTING:
		return true
	peer.disconnect_from_host()
	return false


func _carry(link: Link) -> void:
	link.near.poll()
	link.far.poll()
	if link.far.get_status() != StreamPeerTCP.STATUS_CONNECTED:
		return
	link.waiting.append_array(_taken(link.near))
	if not link.is_open:
		_open(link)
	if link.is_open:
		_look(link)
		if not link.is_dead:
			link.far.put_data(link.waiting)
		link.waiting.clear()
	var answer := _taken(link.far)
	if link.near.get_status() == StreamPeerTCP.STATUS_CONNECTED:
		link.near.put_data(answer)


func _taken(from: StreamPeerTCP) -> PackedByteArray:
	if from.get_status() != StreamPeerTCP.STATUS_CONNECTED:
		return PackedByteArray()
	var count := from.get_available_bytes()
	return from.get_data(count)[1] if count > 0 else PackedByteArray()


## Reads what a client asks a proxy for.
func _open(link: Link) -> void:
	var text := link.waiting.get_string_from_ascii()
	var end := text.find(HEADER_END)
	if end < 0:
		return
	requests.append(text.get_slice("\r\n", 0))
	for line: String in text.left(end).split("\r\n"):
		if line.to_lower().begins_with("proxy-authorization:"):
			logins.append(line.get_slice(":", 1).strip_edges())
	link.is_open = true
	if text.begins_with("CONNECT "):
		link.waiting = link.waiting.slice(end + HEADER_END.length())
		link.near.put_data(("HTTP/1.1 200 OK" + HEADER_END).to_ascii_buffer())


func _look(link: Link) -> void:
	if link.has_greeted or link.waiting.size() < 5 or link.waiting[0] != CLIENT_HELLO:
		return
	link.has_greeted = true
	var size := 5 + (link.waiting[3] << 8) + link.waiting[4]
	hellos.append(size)
	link.is_dead = drops_large_hellos and size > PACKET_BYTES
