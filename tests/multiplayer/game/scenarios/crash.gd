## A client whose process is killed: the others are notified when its time is up.
extends "res://scenario.gd"


func host() -> void:
	await open(3)
	transport.hurry(multiplayer.multiplayer_peer, ids.second as int)
	await _go_on()


func first() -> void:
	await open(3)
	await _go_on()


func second() -> void:
	await open(3)
	await meet("before")
	print("[play] crashes")
	OS.kill(OS.get_process_id())


func _go_on() -> void:
	await meet("before")
	await said("peer_disconnected #%d" % ids.second)
	await settle("second-is-gone")
