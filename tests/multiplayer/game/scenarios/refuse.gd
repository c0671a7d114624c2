## refuse_new_connections: a player who joins while it is set, and again when it is not.
extends "res://scenario.gd"


func host() -> void:
	await open(2)
	api().refuse_new_connections = true
	await meet("closed", transport.address_of(multiplayer.multiplayer_peer))
	await meet("refused")
	api().refuse_new_connections = false
	await meet("opened", transport.address_of(multiplayer.multiplayer_peer))
	await gathered(3)
	await settle("all")


func first() -> void:
	await open(2)
	await meet("closed")
	await meet("refused")
	await meet("opened")
	await gathered(3)
	await settle("all")


func late() -> void:
	await meet("begin")
	await meet("open")
	watch()
	var address: Variant = (await meet("closed")).host
	transport.announce_refusal()
	enter(address)
	transport.hurry(multiplayer.multiplayer_peer, 1)
	await until(
		func() -> bool:
			return (
				multiplayer.multiplayer_peer.get_connection_status()
				== MultiplayerPeer.CONNECTION_DISCONNECTED
			),
		"it has failed"
	)
	await meet("refused")
	enter((await meet("opened")).host)
	await gathered(3)
	await settle("all")
