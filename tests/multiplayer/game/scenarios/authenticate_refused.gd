## auth_callback: a player who is refused, one that does not answer in time, and one that is
## admitted.
extends "res://scenario.gd"


func host() -> void:
	api().auth_timeout = 0.5
	api().auth_callback = func(id: int, data: PackedByteArray) -> void:
		var password := data.get_string_from_utf8()
		say("#%d has the password '%s'" % [id, password], id)
		if password == "right":
			api().complete_auth(id)
		else:
			api().disconnect_peer(id)
	await begin()
	await _rest()
	say("peers: %d" % multiplayer.get_peers().size())


func first() -> void:
	await _try("wrong")
	await said("server_disconnected")
	await _rest()


func second() -> void:
	await _try("")
	await said("server_disconnected")
	await _rest()


func late() -> void:
	await _try("right")
	await gathered(2)
	await _rest()


func _rest() -> void:
	await meet("tried")


func _try(password: String) -> void:
	api().auth_timeout = 5.0
	api().auth_callback = func(_id: int, _data: PackedByteArray) -> void: pass
	api().peer_authenticating.connect(
		func(id: int) -> void:
			if not password.is_empty():
				api().send_auth(id, password.to_utf8_buffer())
				if password == "right":
					api().complete_auth(id)
	)
	await begin()
