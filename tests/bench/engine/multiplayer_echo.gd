## A node on both sides that answers by an RPC, and counts the frames that pass until the answer.
extends Node

const EVERY_FRAMES := 3

## Of each answer.
var frames: Array[int] = []
var asks := false


func _process(_delta: float) -> void:
	if asks and Engine.get_process_frames() % EVERY_FRAMES == 0:
		ask.rpc(Engine.get_process_frames())


@rpc("any_peer", "reliable")
func ask(frame: int) -> void:
	answer.rpc_id(multiplayer.get_remote_sender_id(), frame)


@rpc("any_peer", "reliable")
func answer(frame: int) -> void:
	frames.append(Engine.get_process_frames() - frame)
