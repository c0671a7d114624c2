## What carries the game: a room on the Phoenix server, or ENet for comparison. The game itself
## ([code]meadow.gd[/code]) is the same for both.
extends RefCounted

signal ended(reason: String)
signal lost
signal resumed(gap_ms: int)
signal host_changed(id: int)

const Match := preload("res://screens/coop/match.gd")

const ENET_PORT := 24_817
const MAX_PLAYERS := 8
## Of the host in the engine's other peers.
const SERVER_ID := 1

var peer: MultiplayerPeer
## What others join by; empty over ENet.
var code := ""


## In the room of this code on the server of [param channel]: the first player opens it.
static func over_phoenix(channel: PhoenixChannel, player_name: String, role: int) -> Match:
	var made := (
		PhoenixMultiplayerPeer
		. create(
			channel,
			{
				"shape": PhoenixMultiplayerPeer.SHAPE_MESH,
				"role": role,
				"info": {"name": player_name},
				"max_peers": MAX_PLAYERS,
				"listed": true,
			}
		)
	)
	var result := Match.new()
	result.peer = made
	result.code = channel.topic.trim_prefix("relay:")
	made.ended.connect(result.ended.emit)
	made.connection_lost.connect(result.lost.emit)
	made.connection_resumed.connect(result.resumed.emit)
	made.host_changed.connect(result.host_changed.emit)
	return result


## On this machine: the first player is the server.
static func over_enet() -> Match:
	var made := ENetMultiplayerPeer.new()
	if made.create_server(ENET_PORT, MAX_PLAYERS) != OK:
		made.create_client("127.0.0.1", ENET_PORT)
	var result := Match.new()
	result.peer = made
	return result


## The peer that hosts; 0 while that is not known.
func host_id() -> int:
	var phoenix := peer as PhoenixMultiplayerPeer
	return phoenix.host_id if phoenix != null else SERVER_ID


## What is known of another player's connection, in words.
func state_of(id: int) -> String:
	var phoenix := peer as PhoenixMultiplayerPeer
	if phoenix == null:
		return ""
	var info := phoenix.get_peer_info(id)
	if info.is_empty():
		return ""
	if info.is_away:
		return "away …"
	return "%d ms" % info.round_trip_ms


func close() -> void:
	peer.close()
