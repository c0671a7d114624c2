## What a packet of 64 bytes costs the main thread through SceneMultiplayer, 200 a frame, out and
## in: over PhoenixMultiplayerPeer and over WebSocketMultiplayerPeer.
extends "res://bench_case.gd"

const LIMIT_MS := 120_000

const Transport := preload("res://transport.gd")
const PhoenixTransport := preload("res://transport_phoenix.gd")
const WebSocketTransport := preload("res://transport_websocket.gd")

const PACKETS := 200
## The engine adds one.
const BYTES := 63
## How long packets may be on their way before the frame that takes them in.
const ON_THE_WAY_MS := 30


## A host and a client, which are polled by hand.
class Link:
	var host := SceneMultiplayer.new()
	var client := SceneMultiplayer.new()
	var received := 0

	func _init() -> void:
		host.root_path = ^"/root"
		client.root_path = ^"/root"
		host.peer_packet.connect(_count)

	func poll() -> void:
		host.poll()
		client.poll()

	func is_host_connected() -> bool:
		host.poll()
		return host.multiplayer_peer.get_connection_status() == MultiplayerPeer.CONNECTION_CONNECTED

	func is_open() -> bool:
		poll()
		return client.get_peers().size() == 1 and host.get_peers().size() == 1

	func _count(_id: int, _packet: PackedByteArray) -> void:
		received += 1

	func close() -> void:
		client.multiplayer_peer = null
		host.multiplayer_peer = null


func test_packets() -> void:
	var ours := await _open(PhoenixTransport)
	var theirs := await _open(WebSocketTransport)
	for i: int in samples() + 1:
		await _measure(ours, "", i > 0)  # the first warms up
		await _measure(theirs, "/baseline", i > 0)
	for link: Link in [ours, theirs]:
		link.close()


func _open(kind: GDScript) -> Link:
	var room := new_topic("bench")
	var transports: Array[Transport] = []
	for i: int in 2:
		transports.append(kind.new(server_url) as Transport)
		add_child(transports[i])
		transports[i].begin(room)
	var link := Link.new()
	link.host.multiplayer_peer = transports[0].host()
	var address: Variant = transports[0].address_of(link.host.multiplayer_peer)
	await wait_until(link.is_host_connected, "a host")
	link.client.multiplayer_peer = transports[1].client(address)
	await wait_until(link.is_open, "a client")
	return link


func _measure(link: Link, suffix: String, counts: bool) -> void:
	var out: Array[int] = []
	var incoming: Array[int] = []
	for frame: int in 5 if is_quick() else 11:
		var idle := await _send(link, 0)
		out.append(await _send(link, PACKETS) - idle)
		OS.delay_msec(ON_THE_WAY_MS)
		link.received = 0
		var began_nsec := main_thread_nsec()
		link.host.poll()
		var nsec := main_thread_nsec() - began_nsec
		if link.received == PACKETS:
			incoming.append(nsec)
		else:  # some are late
			await wait_until(
				func() -> bool:
					link.poll()
					return link.received == PACKETS,
				"all packets"
			)
	if counts:
		sample("multiplayer/out" + suffix, float(median(out)) / PACKETS, "ns")
		if check(not incoming.is_empty(), "packets came in time"):
			sample("multiplayer/in" + suffix, float(median(incoming)) / PACKETS, "ns")


## A frame in which so many packets are sent, with all that the peer does at its end.
func _send(link: Link, packets: int) -> int:
	var data := PackedByteArray()
	data.resize(BYTES)
	await get_tree().process_frame
	var began_nsec := main_thread_nsec()
	for n: int in packets:
		link.client.send_bytes(data, 1)
	link.client.poll()
	await get_tree().process_frame
	return main_thread_nsec() - began_nsec
