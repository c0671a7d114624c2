extends "res://example_case.gd"


func test_a_player_logs_in_and_out() -> void:
	start_server()
	var game := await _log_in("ada", "phoenix")
	await until_status(game, "Connected. The server knows you as ada.")
	check(not (part(game, "Form") as Control).visible, "the form is hidden")
	press(game, "LogOut")
	check((part(game, "Form") as Control).visible, "the form is shown")
	enter(game, "Name", "bob")
	enter(game, "Password", "phoenix")
	press(game, "LogIn")
	await until_status(game, "Connected. The server knows you as bob.")


func test_a_wrong_password_is_shown() -> void:
	start_server()
	var game := await _log_in("ada", "dragon")
	await until_status(game, "The name or the password is wrong.")
	check((part(game, "Form") as Control).visible, "the form is shown")
	enter(game, "Password", "phoenix")
	press(game, "LogIn")
	await until_status(game, "Connected. The server knows you as ada.")


func test_an_expired_token_is_renewed_for_the_next_connection() -> void:
	start_server(["-token-lifetime", "1s"])
	var game := await _log_in("ada", "phoenix")
	await until_status(game, "Connected")
	var first := game.get("_token") as String
	await lose_server([game])
	restart_server()
	await until_status(game, "Connected. The server knows you as ada.")
	check(game.get("_token") != first, "it has another token")


func test_a_token_that_is_refused_is_renewed() -> void:
	start_server()
	var game := await _log_in("ada", "phoenix")
	await until_status(game, "Connected")
	game.set("_token", "devserver.0.YWRh")  # as if the server had revoked it
	await lose_server([game])
	restart_server()
	await until_status(game, "Connected. The server knows you as ada.")


func test_a_server_that_is_not_there_is_shown() -> void:
	start_server()
	server.stop()
	var game := await _log_in("ada", "phoenix")
	await until_status(game, "No connection. Trying again …")
	restart_server()
	await until_status(game, "Connected. The server knows you as ada.")


func _log_in(user: String, password: String) -> Control:
	var game := await run_example()
	enter(game, "Name", user)
	enter(game, "Password", password)
	press(game, "LogIn")
	return game
