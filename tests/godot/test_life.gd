## Nodes that are freed, moved and taken out of the tree while the connection goes on.
extends "res://phoenix_case.gd"


func test_socket_freed_in_a_handler_of_its_channel() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	var id := socket.get_instance_id()
	channel.on("shout", func(_payload: Dictionary) -> void: instance_from_id(id).free())
	channel.push("shout")
	await wait_until(func() -> bool: return not is_instance_id_valid(id), "the socket is gone")
	await frames(3)
