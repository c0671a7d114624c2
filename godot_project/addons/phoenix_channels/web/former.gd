extends RefCounted
## A channel of the worker's that a PhoenixChannel has left for another topic, until its close was
## told.

signal on_event(event: String, payload: Variant, status: String)
signal on_join_result(status: String, result: Variant)
signal on_error(error: Variant)
signal on_close(params: Dictionary)

const Core := preload("core.gd")

# As of a PhoenixChannel: nothing but its close is told.
var _phx_is_leaving := true
var _phx_command := 0
var _phx_state := 0
var _phx_callables: Dictionary[String, Array] = {}

var _id := 0


func _init(id: int, channel: Node) -> void:
	_id = id
	on_close.connect(channel.on_close.emit)


func _phx_closed() -> void:
	Core.nodes.erase(_id)
