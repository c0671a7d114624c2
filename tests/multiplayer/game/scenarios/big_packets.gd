## A megabyte from each to each, with small packets before and after it.
extends "res://scenario.gd"

const BYTES := 1 << 20


func everyone() -> void:
	await open(3)
	var data := PackedByteArray()
	data.resize(BYTES)
	for i: int in BYTES / 8:
		data.encode_u64(8 * i, hash(i) + own_id())
	small.rpc("before")
	big.rpc(data, own_id())
	small.rpc("after")
	await settle("sent")


@rpc("any_peer", "reliable")
func small(text: String) -> void:
	say(text, multiplayer.get_remote_sender_id())


@rpc("any_peer", "reliable")
func big(data: PackedByteArray, id: int) -> void:
	var sender := multiplayer.get_remote_sender_id()
	check(id == sender, "the sender")
	check(data.size() == BYTES, "all bytes")
	for i: int in range(0, BYTES / 8, 101):
		if data.decode_u64(8 * i) != hash(i) + sender:
			fail("other bytes at %d" % (8 * i))
			break
	say("a megabyte from #%d" % sender, sender)
