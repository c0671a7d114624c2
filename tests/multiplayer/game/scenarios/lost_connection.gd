## A client's connection is lost for three seconds, then the host's: the match goes on.
extends "res://board_scenario.gd"

const ONLY := "phoenix"
const OUTAGE_SECONDS := 3.0

var _sent := 0
var _received := {}
var _is_ticking := false
var _resumed := 0


func everyone() -> void:
	transport.patience_ms = 15_000
	await open(3)
	var peer := multiplayer.multiplayer_peer as PhoenixMultiplayerPeer
	peer.connection_lost.connect(func() -> void: say("connection_lost"))
	peer.connection_resumed.connect(_resume)
	if role == "host":
		for player: String in ids:
			board.add(ids[player] as int)
	await until(
		func() -> bool: return board.get_node("Tokens").get_child_count() == 3, "three tokens"
	)
	await settle("open")
	await _outage("first")
	await _outage("host")


func _resume(gap_ms: int) -> void:
	_resumed += 1
	say("connection_resumed")
	note("an outage of %d s is a gap of %d ms" % [OUTAGE_SECONDS, gap_ms])


## Everyone counts, with an RPC a frame, while the connection of [param player] is lost.
func _outage(player: String) -> void:
	allow_error("WARNING: PhoenixSocket: connecting to")
	await meet("before-%s" % player)
	_is_ticking = true
	if role == player:
		await frames(20)
		pull(player)
		await get_tree().create_timer(OUTAGE_SECONDS / 2).timeout
	if role == "host":
		if player != "host":
			await get_tree().create_timer(OUTAGE_SECONDS / 2).timeout
		board.add_as("Extra for %s" % player, Vector2.ONE, "one more")
		board.make({"name": "Rock of %s" % player})
	if role == player:
		await get_tree().create_timer(OUTAGE_SECONDS / 2).timeout
		plug_in(player)
		var before := _resumed
		await until(func() -> bool: return _resumed > before, "the connection is back")
	await meet("back-%s" % player)
	_is_ticking = false
	await settle("after-%s" % player, _look.bind(player))
	var sent := await meet("counts-%s" % player, _sent)
	for other: String in sent:
		if other != role:
			check(_received[ids[other]] == sent[other], "all that %s has sent" % other)


func _process(_delta: float) -> void:
	if not _is_ticking:
		return
	_sent += 1
	tick.rpc(_sent)
	board.token(own_id()).energy = _sent
	board.token(own_id()).score = _sent
	check(
		(
			multiplayer.multiplayer_peer.get_connection_status()
			== MultiplayerPeer.CONNECTION_CONNECTED
		),
		"the status is connected"
	)


@rpc("any_peer", "reliable")
func tick(number: int) -> void:
	var sender := multiplayer.get_remote_sender_id()
	check(
		number == _received.get(sender, 0) + 1, "%d after %d" % [number, _received.get(sender, 0)]
	)
	_received[sender] = number


func _look(player: String) -> void:
	check(_sent > 100, "many packets")
	check(board.made("Rock of %s" % player) != null, "a node of meanwhile")
	say("peers: %d" % multiplayer.get_peers().size())
