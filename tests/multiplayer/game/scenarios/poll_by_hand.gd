## multiplayer_poll is off: nothing arrives until the game polls.
extends "res://scenario.gd"


func host() -> void:
	await open(2)
	await meet("off")
	ping.rpc(1)
	await frames(20)
	await meet("sent")
	await said("pong 1")
	await meet("answered")
	get_tree().multiplayer_poll = false
	pong.rpc(2)
	multiplayer.poll()
	await meet("sent-by-hand")
	get_tree().multiplayer_poll = true
	await settle("on")


func first() -> void:
	await open(2)
	get_tree().multiplayer_poll = false
	await meet("off")
	await meet("sent")
	await frames(20)
	check(not has_meta("pinged"), "nothing arrives")
	await until(_poll_until_pinged, "it arrives")
	await meet("answered")
	get_tree().multiplayer_poll = true
	await said("pong 2")
	await meet("sent-by-hand")
	await settle("on")


func _poll_until_pinged() -> bool:
	multiplayer.poll()
	return has_meta("pinged")


@rpc("any_peer", "reliable")
func ping(number: int) -> void:
	say("ping %d" % number)
	set_meta("pinged", true)
	pong.rpc(number)
	multiplayer.poll()  # from a handler


@rpc("any_peer", "reliable")
func pong(number: int) -> void:
	say("pong %d" % number)


func _exit_tree() -> void:
	get_tree().multiplayer_poll = true
