extends "res://example_case.gd"

var ada: Control
var bob: Control


func test_a_match_is_played_to_its_end() -> void:
	await _begin()
	for move: Array in [[ada, 0], [bob, 3], [ada, 1], [bob, 4], [ada, 2]]:
		await _move(move[0] as Control, move[1] as int)
	for game: Control in [ada, bob]:
		await until_status(game, "ada won.")
		equal(_board(game), "XXXOO    ", "the board")
		check(_cells(game).all(_is_disabled), "the board is closed")


func test_a_player_moves_only_in_turn_and_on_a_free_cell() -> void:
	await _begin()
	await _move(ada, 4)
	check(_cells(ada).all(_is_disabled), "it is not ada's turn")
	_cells(ada)[0].pressed.emit()
	_cells(bob)[4].pressed.emit()
	await _move(bob, 8)
	equal(_board(ada), "    X   O", "the board")


func test_a_match_goes_on_after_the_server_was_away() -> void:
	await _begin()
	await _move(ada, 0)
	await lose_server([ada, bob])
	check(_cells(bob).all(_is_disabled), "nobody can move")
	restart_server()
	await until_status(bob, "Your turn")
	await _move(bob, 1)
	equal(_board(ada), "XO       ", "the board")


func test_a_player_who_closed_the_game_returns_to_the_match() -> void:
	await _begin()
	await _move(ada, 0)
	await _move(bob, 1)
	ada.free()
	await until_status(bob, "ada is away")
	ada = await _open("ada", "42")
	await wait_until(
		func() -> bool: return _board(ada) == "XO       ", "ada gets the match from bob"
	)
	await _move(ada, 2)


func test_what_is_not_a_match_is_ignored() -> void:
	await _begin()
	await _move(ada, 0)
	var socket := await open_socket({"params": {"user_id": "eve"}}, server.url)
	var eve := await joined(socket, "game:match-42")
	for payload: Dictionary in [
		{}, {"moves": 7}, {"moves": "00"}, {"moves": "0x"}, {"moves": "12"}, {"moves": [0, 1]}
	]:
		eve.push("shout", payload)
	await _move(bob, 5)
	equal(_board(ada), "X    O   ", "the board")


func test_a_name_and_a_code_are_needed() -> void:
	start_server()
	var game := await run_example()
	press(game, "Play")
	equal(status(game), "Enter your name and the code of the match.", "the status")


func _begin() -> void:
	start_server()
	ada = await _open("ada", "42")
	bob = await _open("bob", "42")


func _open(player: String, code: String) -> Control:
	var game := await run_example()
	enter(game, "Name", player)
	enter(game, "Code", code)
	press(game, "Play")
	await wait_until(
		func() -> bool: return not status(game).begins_with("Connecting"), "%s joins" % player
	)
	return game


## Plays when it is the game's turn, and waits until both have seen it.
func _move(game: Control, cell: int) -> void:
	await until_status(game, "Your turn")
	_cells(game)[cell].pressed.emit()
	for each: Control in [ada, bob]:
		await wait_until(
			func() -> bool: return _cells(each)[cell].text != "", "the move to %d arrives" % cell
		)


func _cells(game: Control) -> Array[Button]:
	var cells: Array[Button] = []
	cells.assign(part(game, "Board").get_children())
	return cells


func _board(game: Control) -> String:
	return "".join(_cells(game).map(func(cell: Button) -> String: return cell.text.lpad(1)))


func _is_disabled(cell: Button) -> bool:
	return cell.disabled
