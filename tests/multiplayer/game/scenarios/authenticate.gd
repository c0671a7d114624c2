## auth_callback: data both ways before anyone is a peer, for two who come one after the other.
extends "res://scenario.gd"


func host() -> void:
	_require("from the host")
	await open(3)
	await settle("open")


func client() -> void:
	_require("from the " + role)
	await open(3)
	await settle("open")


## Each lets the other in when it has answered.
func _require(greeting: String) -> void:
	api().peer_authenticating.connect(
		func(id: int) -> void: api().send_auth(id, greeting.to_utf8_buffer())
	)
	api().auth_callback = func(id: int, data: PackedByteArray) -> void:
		say("authentication of #%d: %s" % [id, data.get_string_from_utf8()], id)
		check(id not in multiplayer.get_peers(), "not a peer yet")
		api().complete_auth(id)
