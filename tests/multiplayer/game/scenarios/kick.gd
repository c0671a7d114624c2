## The host disconnects clients: by the multiplayer interface, and by the peer itself.
extends "res://scenario.gd"


func host() -> void:
	await open(3)
	api().disconnect_peer(ids.first as int)
	check(ids.first not in multiplayer.get_peers(), "gone at once")
	await meet("first-is-gone")
	multiplayer.multiplayer_peer.disconnect_peer(ids.second as int)
	await said("peer_disconnected #%d" % ids.second)
	await meet("second-is-gone")
	say("peers %d" % multiplayer.get_peers().size())


func first() -> void:
	await open(3)
	await said("server_disconnected")
	await meet("first-is-gone")
	say("status %d" % multiplayer.multiplayer_peer.get_connection_status())
	await meet("second-is-gone")


func second() -> void:
	await open(3)
	var id_of_first: int = ids.first
	await said("peer_disconnected #%d" % id_of_first)
	await meet("first-is-gone")
	await said("server_disconnected")
	await meet("second-is-gone")
	say("status %d" % multiplayer.multiplayer_peer.get_connection_status())
