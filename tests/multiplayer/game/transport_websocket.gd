extends "res://transport.gd"

const BUFFER_BYTES := 4 << 20

var _port := 0


func host() -> MultiplayerPeer:
	var free := TCPServer.new()
	free.listen(0, "127.0.0.1")
	_port = free.get_local_port()
	free.stop()
	var peer := _peer()
	return peer if peer.create_server(_port, "127.0.0.1") == OK else null


func address_of(_host: MultiplayerPeer) -> Variant:
	return _port


func client(address: Variant) -> MultiplayerPeer:
	var peer := _peer()
	return peer if peer.create_client("ws://127.0.0.1:%d" % (address as int)) == OK else null


func _peer() -> WebSocketMultiplayerPeer:
	var peer := WebSocketMultiplayerPeer.new()
	peer.inbound_buffer_size = BUFFER_BYTES
	peer.outbound_buffer_size = BUFFER_BYTES
	return peer
