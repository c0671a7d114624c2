extends "res://transport.gd"


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
