## refuse_new_connections: one who comes while it is set, and again when it is not.
extends "res://scenario.gd"


func host() -> void:
	await open(2)
	(multiplayer as SceneMultiplayer).refuse_new_connections = true
	await meet("closed", transport.address_of(multiplayer.multiplayer_peer))
	await meet("refused")
	(multiplayer as SceneMultiplayer).refuse_new_connections = false
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
	watch(multiplayer)
	enter((await meet("closed")).host)
	await said("connection_failed")
	await meet("refused")
	enter((await meet("opened")).host)
	await gathered(3)
	await settle("all")
