## The cost of the addon in an idle, connected game, compared with the same game without it: memory,
## processor time and wake-ups. Then the memory that a million messages leave behind. Both games are
## engines of their own and run at the same time, so that a noisy machine is noisy for both.
extends "res://bench_case.gd"

const LIMIT_MS := 600_000
const GAME_LIMIT_MS := 500_000

const PLAN := {
	"heartbeat_ms": 30_000,
	"heartbeats": 2,
	"processor_samples": 9,
	"first_messages": 100_000,
	"messages": 900_000,
}
const PLAN_QUICK := {
	"heartbeat_ms": 4_000,
	"heartbeats": 2,
	"processor_samples": 1,
	"first_messages": 20_000,
	"messages": 80_000,
}
## The figures of the game with the addon as they are called in the table; the game without it is
## the baseline.
const FIGURES := {
	"memory": "game/memory",
	"processor": "game/processor",
	"moments": "game/wakes",
	"heartbeats": "game/wakes/baseline",
	"memory/first": "game/memory/flood/baseline",
	"memory/flood": "game/memory/flood",
}

## The process of each game, by the path of the file that it writes.
var _processes := {}


func test_game_that_waits() -> void:
	if OS.get_name() != "Linux":
		return  # which says what each thread does
	var plan := PLAN_QUICK if is_quick() else PLAN
	var with_addon := _start("with", plan, [server_url])
	var without := _start("without", plan, [])
	for line: String in await _result(without):
		var figure := line.split(" ")
		sample(FIGURES[figure[0]] + "/baseline", figure[1].to_float(), figure[2])
	for line: String in await _result(with_addon):
		var figure := line.split(" ")
		if FIGURES.has(figure[0]):
			sample(FIGURES[figure[0]] as String, figure[1].to_float(), figure[2])
		else:
			print("%s: %s %s" % [figure[0], figure[1], figure[2]])


## The path of the file that the game writes.
func _start(kind: String, plan: Dictionary, more: PackedStringArray) -> String:
	var project := ProjectSettings.globalize_path("res://game")
	var path := project.path_join(kind)
	DirAccess.remove_absolute(path)
	var arguments: PackedStringArray = ["--headless", "--path", project, "-s", "game.gd", "--"]
	arguments.append_array([JSON.stringify(plan), path])
	_processes[path] = OS.create_process(engine_program, arguments + more)
	return path


func _result(path: String) -> PackedStringArray:
	await wait_until(
		func() -> bool:
			return (
				FileAccess.file_exists(path) or not OS.is_process_running(_processes[path] as int)
			),
		"the figures of a game",
		GAME_LIMIT_MS
	)
	if not check(FileAccess.file_exists(path), "a game measures itself to the end"):
		return []
	return FileAccess.get_file_as_string(path).split("\n", false)


func _exit_tree() -> void:
	for process: int in _processes.values():
		OS.kill(process)
