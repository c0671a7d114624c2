## Transfer modes and channels: by RPCs, and as the packets come out of the peer.
extends "res://scenario.gd"

const ENOUGH := 20
const CHANNELS: Array[int] = [3, 200]
const MODES: Array[MultiplayerPeer.TransferMode] = [
	MultiplayerPeer.TRANSFER_MODE_UNRELIABLE,
	MultiplayerPeer.TRANSFER_MODE_UNRELIABLE_ORDERED,
	MultiplayerPeer.TRANSFER_MODE_RELIABLE,
]

var _counts := {}
var _satisfied := {}


func everyone() -> void:
	await open(3)
	await _streams()
	await _channels()
	await _packets("host")
	await _packets("first")


## Unreliable packets may be lost, so each player sends until all have enough of them.
func _streams() -> void:
	var number := 0
	while _satisfied.size() < 2 or _counts.size() < 4 or not _has_enough():
		number += 1
		unreliable.rpc(number)
		ordered.rpc(number)
		await get_tree().process_frame
		if number > 1_000:
			fail("no end of it: %s %s" % [_counts, _satisfied])
			break
	await settle("streams")


func _has_enough() -> bool:
	return _counts.values().all(func(count: int) -> bool: return count >= ENOUGH)


@rpc("any_peer", "unreliable")
func unreliable(number: int) -> void:
	_count("unreliable", number)


@rpc("any_peer", "call_remote", "unreliable_ordered", 2)
func ordered(number: int) -> void:
	var sender := multiplayer.get_remote_sender_id()
	var last: int = get_meta("last_%d" % sender, 0)
	check(number > last, "%d after %d in order" % [number, last])
	set_meta("last_%d" % sender, number)
	_count("ordered", number)


func _count(what: String, number: int) -> void:
	var sender := multiplayer.get_remote_sender_id()
	check(number > 0, "a number")
	say_once("%s from #%d" % [what, sender], sender)
	var key := [what, sender]
	_counts[key] = _counts.get(key, 0) + 1
	if _counts[key] == ENOUGH and _counts.get(["ordered", sender], 0) >= ENOUGH:
		if _counts.get(["unreliable", sender], 0) >= ENOUGH:
			satisfied.rpc_id(sender)


@rpc("any_peer", "reliable")
func satisfied() -> void:
	_satisfied[multiplayer.get_remote_sender_id()] = true


## What is sent over one channel stays in order, among packets of others.
func _channels() -> void:
	for number: int in 20:
		on_one.rpc(number)
		on_nine.rpc(number)
	for other: String in ids:
		if other != role:
			await said("on_one 19 from #%d" % ids[other])
			await said("on_nine 19 from #%d" % ids[other])
	await settle("channels")


@rpc("any_peer", "call_remote", "reliable", 1)
func on_one(number: int) -> void:
	_in_order("on_one", number)


@rpc("any_peer", "call_remote", "reliable", 9)
func on_nine(number: int) -> void:
	_in_order("on_nine", number)


func _in_order(what: String, number: int) -> void:
	var sender := multiplayer.get_remote_sender_id()
	check(number == _counts.get([what, sender], 0), "%s %d in order" % [what, number])
	_counts[[what, sender]] = number + 1
	if number == 19:
		say("%s 19 from #%d" % [what, sender], sender)


## The peer itself: sender, channel and mode of each packet, from the host, from clients, and from
## one client to another, which the engine wraps.
func _packets(receiver: String) -> void:
	_satisfied.clear()
	get_tree().multiplayer_poll = role != receiver
	await meet("packets-to-" + receiver)
	if role == receiver:
		await _receive_packets()
	else:
		await until(_send_packets.bind(ids[receiver] as int), "all have arrived")
	await meet("packets-came-to-" + receiver)
	get_tree().multiplayer_poll = true
	await settle("over-" + receiver)


## Sends one in each mode over each channel; true when the receiver has got all.
func _send_packets(receiver: int) -> bool:
	for channel: int in CHANNELS:
		for mode: MultiplayerPeer.TransferMode in MODES:
			api().send_bytes(
				("%s %d %d" % [role, mode, channel]).to_utf8_buffer(), receiver, mode, channel
			)
	return _satisfied.has(receiver)


func _receive_packets() -> void:
	var peer := multiplayer.multiplayer_peer
	var packets := {}
	var all_came := func() -> bool:
		peer.poll()
		while peer.get_available_packet_count() > 0:
			var sender := peer.get_packet_peer()
			var channel := peer.get_packet_channel()
			var mode := peer.get_packet_mode()
			var data := peer.get_packet()
			if channel in CHANNELS:
				packets["#%d channel %d mode %d: %s" % [sender, channel, mode, _shown(data)]] = sender
		return packets.size() >= 2 * CHANNELS.size() * MODES.size()
	await until(all_came, "all packets are here")
	for id: int in multiplayer.get_peers():
		satisfied.rpc_id(id)
	var lines := packets.keys()
	lines.sort()
	for line: String in lines:
		say(line, packets[line] as int)
	peer.poll()


## A packet, with roles in place of ids in the engine's header of what it relays.
func _shown(data: PackedByteArray) -> String:
	if data[0] != 7:
		return data.hex_encode()
	return (
		"%s #%d %s"
		% [data.slice(0, 2).hex_encode(), data.decode_s32(2), data.slice(6).hex_encode()]
	)
