extends "res://transport.gd"

var _sent := 0
var _received := 0


func host() -> MultiplayerPeer:
	var peer := ENetMultiplayerPeer.new()
	peer.set_bind_ip("127.0.0.1")
	return peer if peer.create_server(0) == OK else null


func address_of(peer: MultiplayerPeer) -> Variant:
	return (peer as ENetMultiplayerPeer).host.get_local_port()


func client(address: Variant) -> MultiplayerPeer:
	var peer := ENetMultiplayerPeer.new()
	return peer if peer.create_client("127.0.0.1", address as int) == OK else null


func hurry(peer: MultiplayerPeer, id: int) -> void:
	(peer as ENetMultiplayerPeer).get_peer(id).set_timeout(1, 200, 400)


func bytes_sent(peer: MultiplayerPeer) -> int:
	_sent += int(_popped(peer, ENetConnection.HOST_TOTAL_SENT_DATA))
	return _sent


func bytes_received(peer: MultiplayerPeer) -> int:
	_received += int(_popped(peer, ENetConnection.HOST_TOTAL_RECEIVED_DATA))
	return _received


func _popped(peer: MultiplayerPeer, statistic: ENetConnection.HostStatistic) -> float:
	return (peer as ENetMultiplayerPeer).host.pop_statistic(statistic)
