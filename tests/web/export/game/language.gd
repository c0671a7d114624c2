## How the language sees the classes: names, types, constants, enums and signals.
extends Node

const GameSocket := preload("res://scripts/game_socket.gd")
const LONGPOLL := PhoenixSocket.Transport.LONGPOLL
const CLOSED: PhoenixSocket.State = PhoenixSocket.CLOSED

@export var exported: PhoenixSocket

var typed: Array[PhoenixChannel] = []


class Room:
	extends PhoenixChannel
	var seats := 4


func lines() -> PackedStringArray:
	var found: PackedStringArray = []
	var socket: PhoenixSocket = PhoenixSocket.create("ws://127.0.0.1:9/socket", {timeout = 1234})
	add_child(socket)
	found.append("create %s %s" % [socket is PhoenixSocket, socket.timeout])
	var channel := socket.channel("room:lobby", {seat = 1})
	found.append(
		(
			"channel %s %s %s"
			% [channel is PhoenixChannel, channel.topic, channel.get_parent() == socket]
		)
	)
	found.append(
		"is %s %s" % [_as_node(channel) is PhoenixSocket, _as_node(channel) is PhoenixChannel]
	)
	found.append(
		(
			"as %s %s"
			% [
				_as_node(channel) as PhoenixSocket == null,
				_as_node(channel) as PhoenixChannel == channel
			]
		)
	)
	found.append("is_instance_of %s" % is_instance_of(channel, PhoenixChannel))
	found.append(
		"constants %d %d %d" % [PhoenixSocket.OPEN, PhoenixChannel.ChannelStates.JOINED, LONGPOLL]
	)
	match socket.get_state():
		CLOSED:
			found.append("match closed")
	typed.append(channel)
	found.append("typed array %d %s" % [typed.size(), typed.get_typed_class_name() != &""])
	found.append("find_children %d" % find_children("*", "PhoenixChannel", true, false).size())
	var room := Room.new()
	found.append("inner class %s %d" % [room is PhoenixChannel, room.seats])
	room.free()
	var game_socket := GameSocket.new()
	found.append("preload %s %s" % [game_socket is PhoenixSocket, game_socket.greet()])
	game_socket.free()
	var named: NamedSocket = NamedSocket.new()
	found.append("class_name %s %s" % [named is PhoenixSocket, named is NamedSocket])
	named.free()
	var topic_of := func(of: PhoenixChannel) -> String: return of.topic
	found.append("lambda " + str(topic_of.call(channel)))
	exported = socket
	found.append("default %s" % (_socket_of() == null))
	_close_later.call_deferred(channel)
	var params: Dictionary = await channel.on_close
	await get_tree().process_frame  # as an object is not freed while it emits
	found.append("await %s" % params)
	var push: PhoenixPush = channel.join()
	found.append("push %s %s" % [push is PhoenixPush, push.completed is Signal])
	socket.free()
	return found


func _as_node(node: Node) -> Node:
	return node


func _socket_of(socket: PhoenixSocket = null) -> PhoenixSocket:
	return socket


func _close_later(channel: PhoenixChannel) -> void:
	channel.on_close.emit({reason = "test"})
