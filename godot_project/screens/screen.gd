## The base of all screens but the start screen. The channels of a screen are left when it closes.
extends Control

var _channels: Array[PhoenixChannel] = []


## A channel on the shared socket, not yet joined. It may be joined at once: the join waits for the
## connection.
func new_channel(
	topic: String, params: Dictionary = {}, presence: PhoenixPresence = null
) -> PhoenixChannel:
	var channel := Net.socket.channel(topic, params, presence)
	_channels.append(channel)
	return channel


func _exit_tree() -> void:
	# Channels are children of the socket, not of the screen. Freeing one leaves its topic.
	for channel: Variant in _channels:
		if is_instance_valid(channel):
			(channel as PhoenixChannel).queue_free()
	_channels.clear()
