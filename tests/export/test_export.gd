## What is peculiar to an exported game.
extends "res://phoenix_case.gd"


func test_runs_in_the_release_template() -> void:
	check(OS.has_feature("template"), "a template")
	check(not OS.is_debug_build(), "of a release")


func test_folder_holds_the_game_and_the_library_of_this_platform() -> void:
	var files := Array(DirAccess.get_files_at(OS.get_executable_path().get_base_dir()))
	files.sort()
	var architecture := Engine.get_architecture_name()
	equal(
		files,
		[
			"game.pck",
			"game.%s" % architecture,
			"libphoenix_channels.linux.%s.so" % architecture,
		],
		"files"
	)


func test_release_refuses_a_simulated_network() -> void:
	var socket := PhoenixSocket.new()
	add_child(socket)
	expect_error("release builds have no simulated network")
	socket.simulation = {"preset": "3G"}
	equal(socket.simulation, {}, "the value")
	socket.simulation = {}
