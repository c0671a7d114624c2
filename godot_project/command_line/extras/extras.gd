## The other players on a screen when its picture is taken. Each screen has a script of its own that
## extends this.
extends Node


## Sets the scene: others join, and [param _screen] is used as a player would use it. When it
## returns, there is something to see.
func play(_screen: Control) -> void:
	pass


## Whether this is a moment for a picture.
func is_worth_a_picture() -> bool:
	return true


## Another player, joined to [param topic]; leaves when the picture is done.
func joined(user_id: String, topic: String, params: Dictionary = {}) -> PhoenixChannel:
	var socket := PhoenixSocket.create(Net.server_url, {"params": {"user_id": user_id}})
	add_child(socket)
	socket.connect_socket()
	socket.channel(Net.TOPIC).join()  # so that the status bar counts this player as well
	var channel := socket.channel(topic, params)
	await channel.join().completed
	return channel


func seconds(count: float) -> void:
	await get_tree().create_timer(count).timeout
