## A scene's script as a game would write it: the socket is in the scene, the channel made here.
extends Node

## What test_life_tree.gd gave: the devserver's URL.
static var server_url := ""
## What the scenes of this script have heard, over their reloads.
static var heard: Array[Array] = []

var channel: PhoenixChannel

@onready var socket := $Socket as PhoenixSocket


func _ready() -> void:
	socket.endpoint = server_url
	channel = socket.channel("room:lobby-scene-%d" % OS.get_process_id())
	channel.on_event.connect(
		func(event: String, payload: Variant, _status: String) -> void:
			heard.append([event, payload])
	)
	channel.join()
	channel.push("echo", {"scene": get_instance_id()})
