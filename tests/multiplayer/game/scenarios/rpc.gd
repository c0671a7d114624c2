## RPCs of all modes, from each to all, to one, to all but one and to oneself.
extends "res://scenario.gd"


func everyone() -> void:
	await open(3)
	anyone.rpc("to all", 1, Vector2(0.5, -2))
	await settle("to-all")
	for other: String in ids:
		if other != role:
			anyone.rpc_id(ids[other] as int, "to " + other, [1, {"a": null}], &"name")
	await settle("to-one")
	for other: String in ids:
		if other != role:
			anyone.rpc_id(-(ids[other] as int), "to all but " + other, "", 0)
	await settle("to-all-but-one")
	locally_as_well.rpc("to all")
	locally_as_well.rpc_id(multiplayer.get_unique_id(), "to oneself")
	await settle("locally")
	await _authority()


func _authority() -> void:
	# Each who gets it from another than the authority complains.
	for sender: String in ids:
		if sender != "host" and sender != role:
			expect_error(
				"RPC 'from_authority' is not allowed on node /root/Scenario from: %d" % ids[sender]
			)
	await meet("complaints-announced")
	from_authority.rpc("of the host")
	await settle("authority")
	set_multiplayer_authority(ids.first as int)
	await meet("another-authority")
	if role == "first":
		from_authority.rpc("of the first")
	await settle("authority-of-first")


@rpc("any_peer")
func anyone(text: String, a: Variant, b: Variant) -> void:
	_say("anyone", "%s, %s, %s" % [text, var_to_str(a), var_to_str(b)])


@rpc("any_peer", "call_local", "reliable")
func locally_as_well(text: String) -> void:
	_say("locally_as_well", text)


@rpc
func from_authority(text: String) -> void:
	_say("from_authority", text)


func _say(what: String, text: String) -> void:
	var sender := multiplayer.get_remote_sender_id()
	say("%s from #%d: %s" % [what, sender, text], sender)
