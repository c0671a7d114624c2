## What the benchmarks in the engine share. Each prints a line a sample, [code]BenchmarkFIGURE 1
## NUMBER UNIT[/code], for scripts/benchtable; ours and its baseline take turns, so that a noisy
## machine is noisy for both.
extends "res://phoenix_case.gd"

## Of the handler that both have: it must be the same for both.
signal heard(event: String, payload: Variant, status: String)

const WebSocketClient := preload("res://websocket_client.gd")

## How many samples of each figure.
const SAMPLES := 7
const SAMPLES_QUICK := 5

## How often the handler was called.
var count := 0


func is_quick() -> bool:
	return OS.has_feature("web") or OS.get_environment("BENCH") == "quick"


func samples() -> int:
	return SAMPLES_QUICK if is_quick() else SAMPLES


func sample(figure: String, number: float, unit: String) -> void:
	var where := "web" if OS.has_feature("web") else "engine"
	print("Benchmark%s/%s 1 %.3f %s" % [where, figure, number, unit])


func hear(_event: String, _payload: Variant, _status: String) -> void:
	count += 1


## What a frame costs in which so many messages are delivered.
func deliver(messages: int) -> int:
	count = 0
	var began_nsec := main_thread_nsec()
	await get_tree().process_frame
	await get_tree().process_frame
	var nsec := main_thread_nsec() - began_nsec
	equal(count, messages, "the messages of a frame")
	return nsec


## The payload of ten fields that is pushed.
func ten_fields() -> Dictionary:
	return {
		"id": 184467,
		"name": "Player One",
		"x": 12.5,
		"y": -3.25,
		"hp": 100,
		"alive": true,
		"team": "red",
		"target": null,
		"inventory": ["sword", "shield", "potion"],
		"stats": {"str": 10, "dex": 14, "int": 9},
	}


## Of many frames, as some are interrupted.
func median(of: Array[int]) -> int:
	of.sort()
	return of[of.size() / 2]


## Of many frames that which a quarter of them undercut: on a busy machine most are interrupted.
func least_disturbed(of: Array) -> int:
	of.sort()
	return of[of.size() / 4]


## The world of a small game, about 30 KB of JSON.
func world() -> Dictionary:
	var players: Array[Dictionary] = []
	for i: int in 160:
		(
			players
			. append(
				{
					"id": i * 7919,
					"name": "Hráč %d" % i,
					"x": i * 1.37,
					"y": i / 7.0,
					"hp": i % 100,
					"alive": i % 2 == 0,
					"team": "red",
					"target": null,
					"inventory": ["sword", "shield", "potion"],
					"stats": {"str": 10, "dex": 14, "int": 9},
				}
			)
		)
	return {"players": players}
