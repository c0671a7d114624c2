## A node on both sides, at the same path: it answers an RPC and counts the frames that pass until
## an answer, and sends a stream of packets.
extends Node

const EVERY_FRAMES := 3
## With the one that the engine adds.
const BYTES := 64

## Of each answer.
var frames: Array[int] = []
var asks := false
var asked := 0
## How many packets a frame are sent.
var stream := 0
## The same of the other side, as far as it has said so.
var stream_of_other := 0
## How many packets have come in.
var received := 0

var _data := PackedByteArray()


func _ready() -> void:
	_data.resize(BYTES - 1)
	multiplayer.peer_packet.connect(_count)


func _process(_delta: float) -> void:
	if asks and Engine.get_process_frames() % EVERY_FRAMES == 0:
		asked += 1
		ask.rpc(Engine.get_process_frames())
	if stream > 0 and not multiplayer.get_peers().is_empty():
		_send()


func _send() -> void:
	var api := multiplayer as SceneMultiplayer
	var other := api.get_peers()[0]
	for n: int in stream:
		api.send_bytes(_data, other)


func _count(_id: int, _packet: PackedByteArray) -> void:
	received += 1


@rpc("any_peer", "reliable")
func ask(frame: int) -> void:
	answer.rpc_id(multiplayer.get_remote_sender_id(), frame)


@rpc("any_peer", "reliable")
func answer(frame: int) -> void:
	frames.append(Engine.get_process_frames() - frame)


@rpc("any_peer", "reliable")
func set_stream(packets: int) -> void:
	stream = packets
	tell_stream.rpc_id(multiplayer.get_remote_sender_id(), packets)


@rpc("any_peer", "reliable")
func tell_stream(packets: int) -> void:
	stream_of_other = packets
