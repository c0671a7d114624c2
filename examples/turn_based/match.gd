## A match of tic-tac-toe: the moves, and the channel that carries them.
##
## A push carries the whole match, not one move. So a message may get lost or arrive twice, and a
## player who was away for any reason is up to date again with the next one.
extends Node

signal changed

const LINES: Array[String] = ["012", "345", "678", "036", "147", "258", "048", "246"]
const SIZE := 9

## The cells in the order of the moves, such as "402".
var moves := ""
## Who moved first (X), and who second (O): user ids, empty until then.
var players: Array[String] = ["", ""]

var _me := ""
var _channel: PhoenixChannel
var _presence: PhoenixPresence


func open(socket: PhoenixSocket, code: String, user_id: String) -> void:
	_me = user_id
	_presence = PhoenixPresence.new()
	add_child(_presence)
	_presence.on_sync.connect(changed.emit)
	_channel = socket.channel("game:match-" + code, {}, _presence)
	_channel.on_join_result.connect(_on_join_result)
	_channel.on_error.connect(func(_reason: Variant) -> void: changed.emit())
	_channel.on("shout", _on_shout)
	_channel.join()


func is_my_turn() -> bool:
	var turn := moves.length() % 2
	var mine := players[turn] == _me or players[turn] == "" and players[1 - turn] != _me
	return mine and _channel.is_joined() and winner() == "" and moves.length() < SIZE


func play(cell: int) -> void:
	if is_my_turn() and str(cell) not in moves:
		var seated := players.duplicate()
		seated[moves.length() % 2] = _me
		_shout(moves + str(cell), seated)


func winner() -> String:
	for player: int in 2:
		for line: String in LINES:
			var held := 0
			for cell: String in line:
				held += int(moves.find(cell) % 2 == player)  # -1 for a free cell
			if held == line.length():
				return players[player]
	return ""


func is_present(user_id: String) -> bool:
	return _presence.has(user_id)


func _shout(all_moves: String, seated: Array[String]) -> void:
	_channel.push("shout", {"moves": all_moves, "x": seated[0], "o": seated[1]})


## After each join, the first and those after a lost connection: the others reply if they know more.
func _on_join_result(status: String, _result: Variant) -> void:
	if status == "ok":
		_shout(moves, players)
	changed.emit()


## Own moves come this way as well, so that all players see them in the server's order: of two moves
## at once everybody keeps the same one.
func _on_shout(state: Dictionary) -> void:
	var their_moves := str(state.get("moves"))
	if their_moves.length() < moves.length():
		_shout(moves, players)
	elif _continues(their_moves):
		moves = their_moves
		_seat(0, str(state.get("x")))
		_seat(1, str(state.get("o")))
		changed.emit()


## A seat that is taken stays taken.
func _seat(player: int, user_id: String) -> void:
	if players[player] == "":
		players[player] = user_id


## Anybody may shout anything, so only a list of new and different cells counts.
func _continues(their_moves: String) -> bool:
	var new_moves := their_moves.trim_prefix(moves)
	for cell: String in new_moves:
		if cell not in "012345678" or their_moves.count(cell) > 1:
			return false
	return new_moves != "" and their_moves.begins_with(moves)
