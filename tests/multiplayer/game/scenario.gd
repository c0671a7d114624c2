# gdlint: disable=max-public-methods
## What scenarios share. A scenario has a function for each role that plays in it, named after the
## role: host, first, second, late; or client() for the first and the second, or everyone() for
## those and the host. What it says is compared between transports; [code]#ID[/code]
## in it becomes the role of the peer with that unique id.
extends Node

## All players have come to a meeting; with what each brought to it.
signal met(data: Dictionary)
## The role is played.
signal ended

const Transport := preload("res://transport.gd")

const WAIT_MS := 10_000

var role: String
var room: String
var transport: Transport
## The unique ids by role, of the players at the last meeting.
var ids := {}

var _is_over := false
var _quits := false
var _lines := PackedStringArray()
var _once := {}
var _fences := {}


func play() -> void:
	var part := _part()
	if not part.is_empty():
		await call(part)
		_is_over = true  # what others see of the end depends on who is first
		if _quits:
			return
		await meet("end")
		if role == "host":
			multiplayer.multiplayer_peer = OfflineMultiplayerPeer.new()
		await meet("host-left")
	ended.emit()


func _part() -> String:
	if has_method(role):
		return role
	if role == "late":
		return ""
	if role != "host" and has_method("client"):
		return "client"
	return "everyone" if has_method("everyone") else ""


## Reports something that is to be the same over each transport, about the peer [param about].
func say(text: String, about: int = 0) -> void:
	if _is_over:
		return
	_lines.append(text)
	print("[play] say %d %s" % [about, text])


## Reports it when it has not been reported yet, for what happens an uncertain number of times.
func say_once(text: String, about: int = 0) -> void:
	if not _once.has(text):
		_once[text] = true
		say(text, about)


func fail(text: String) -> void:
	print("[play] failure %s" % text)


## Adds a line to the report.
func note(text: String) -> void:
	print("[play] note %s" % text)


func check(condition: bool, what: String) -> void:
	if not condition:
		fail("%s: expected it to hold, it does not" % what)


## Announces an engine error whose line contains [param text].
func expect_error(text: String) -> void:
	print("[play] expect-error %s" % text)


## Announces engine errors that may come or not.
func allow_error(text: String) -> void:
	print("[play] allow-error %s" % text)


func until(condition: Callable, what: String, limit_ms: int = WAIT_MS) -> bool:
	var began_ms := Time.get_ticks_msec()
	while not condition.call():
		if Time.get_ticks_msec() - began_ms > limit_ms:
			fail("waited %d ms until %s" % [limit_ms, what])
			return false
		await get_tree().process_frame
	return true


## Waits until a line with this text has been said.
func said(text: String) -> bool:
	var condition := func() -> bool:
		for line: String in _lines:
			if text in line:
				return true
		return false
	return await until(condition, "'%s' was said" % text)


func frames(count: int) -> void:
	for i: int in count:
		await get_tree().process_frame


## Waits until all players have come here; returns what each brought with it.
func meet(name_of_meeting: String, data: Variant = null) -> Dictionary:
	var id := own_id()
	# From where the answer can be taken before anyone can give it.
	var answer: Array[Dictionary] = []
	met.connect(func(brought: Dictionary) -> void: answer.append(brought), CONNECT_ONE_SHOT)
	print("[play] meet %s %s" % [name_of_meeting, JSON.stringify({"id": id, "data": data})])
	while answer.is_empty():
		await get_tree().process_frame
	ids.clear()
	var brought := {}
	for other: String in answer[0]:
		if answer[0][other].id != 0:
			ids[other] = int(answer[0][other].id as float)
		brought[other] = answer[0][other].data
	return brought


## The unique id, 0 while there is none.
func own_id() -> int:
	var peer := multiplayer.multiplayer_peer
	if peer == null or peer is OfflineMultiplayerPeer:
		return 0
	if peer.get_connection_status() != MultiplayerPeer.CONNECTION_CONNECTED:
		return 0
	print("[play] id %d" % multiplayer.get_unique_id())
	return multiplayer.get_unique_id()


## Of the tree. A function made on the spot that keeps it in a variable, and is kept by it in turn,
## would never be freed.
func api() -> SceneMultiplayer:
	return multiplayer as SceneMultiplayer


## Opens the room, or enters it, and waits until there are [param players].
func open(players: int) -> void:
	await begin()
	await gathered(players)
	await meet("open")


## Opens the room, or sets out to enter it.
func begin() -> void:
	watch()
	var peer: MultiplayerPeer = null
	if role == "host":
		peer = transport.host()
		take(peer)
		await opened(peer)
		await meet("begin", transport.address_of(peer))
	else:
		enter((await meet("begin")).host)


## Waits until a host's peer is ready for clients: ENet's is at once, one that asks a server is not.
func opened(peer: MultiplayerPeer) -> void:
	await until(
		func() -> bool: return peer.get_connection_status() == MultiplayerPeer.CONNECTION_CONNECTED,
		"the room is open"
	)


func enter(address: Variant) -> void:
	take(transport.client(address))


func take(peer: MultiplayerPeer) -> void:
	check(peer != null, "a peer")
	multiplayer.multiplayer_peer = peer


## Ends the connections of a role's cable to the server, and refuses new ones until it is plugged
## in.
func pull(of_role: String) -> void:
	print("[play] pull %s" % of_role)


func plug_in(of_role: String) -> void:
	print("[play] plug-in %s" % of_role)


## Ends this engine, with everything as it is. The role ends here.
func quit() -> void:
	_quits = true
	print("[play] quits")
	get_tree().quit()


## Waits until so many players, with this one, know each other.
func gathered(players: int) -> void:
	await until(
		func() -> bool: return multiplayer.get_peers().size() == players - 1,
		"%d players are there" % players
	)


## Says each signal of the multiplayer interface.
func watch() -> void:
	api().peer_connected.connect(func(id: int) -> void: say("peer_connected #%d" % id, id))
	api().peer_disconnected.connect(func(id: int) -> void: say("peer_disconnected #%d" % id, id))
	api().connected_to_server.connect(func() -> void: say("connected_to_server", 1))
	api().server_disconnected.connect(func() -> void: say("server_disconnected", 1))
	api().connection_failed.connect(func() -> void: say("connection_failed", 1))
	api().peer_authenticating.connect(
		func(id: int) -> void:
			own_id()  # which is not known otherwise of one that is refused
			say("peer_authenticating #%d" % id, id)
	)
	api().peer_authentication_failed.connect(
		func(id: int) -> void: say("peer_authentication_failed #%d" % id, id)
	)


## Waits until what all others have sent reliably, on the channel of RPCs, is here. [param look] is
## called then, before anyone goes on.
func settle(name_of_meeting: String, look: Callable = Callable()) -> void:
	await meet(name_of_meeting)
	_fence.rpc(name_of_meeting)
	for id: int in multiplayer.get_peers():
		await until(
			func() -> bool: return _fences.has([id, name_of_meeting]),
			"the fence of #%d at %s" % [id, name_of_meeting]
		)
	# Here nothing arrives any more, until the players meet.
	print("[play] settled")
	if look.is_valid():
		look.call()
	await meet(name_of_meeting + "-settled")


@rpc("any_peer", "reliable")
func _fence(name_of_meeting: String) -> void:
	_fences[[multiplayer.get_remote_sender_id(), name_of_meeting]] = true
