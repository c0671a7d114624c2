## How the players of a scenario reach each other: this makes the peers.
extends Node

## How long a player whose connection is lost keeps its place, where the transport has such a thing.
## It is set before the peer is made.
var patience_ms := 0


## [param _server_url] is that of a devserver, for whom needs it.
func _init(_server_url: String) -> void:
	pass


## A scenario begins; [param _room] is a name that no other one has.
func begin(_room: String) -> void:
	patience_ms = 1_000


func end() -> void:
	pass


## The peer of a host, null when there can be none.
func host() -> MultiplayerPeer:
	return null


## What clients need to know of the host's peer.
func address_of(_peer: MultiplayerPeer) -> Variant:
	return null


## The peer of a client of the host with this address.
func client(_address: Variant) -> MultiplayerPeer:
	return null


## What a peer has sent, with what its transport adds, but for UDP or TCP.
func bytes_sent(_peer: MultiplayerPeer) -> int:
	return 0


func bytes_received(_peer: MultiplayerPeer) -> int:
	return 0


## Announces what the engine says when a room is closed to newcomers.
func announce_refusal() -> void:
	pass


## Has a peer notice soon that the process of [param _id] is gone.
func hurry(_peer: MultiplayerPeer, _id: int) -> void:
	pass
