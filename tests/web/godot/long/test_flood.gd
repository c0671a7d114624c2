extends "res://flood_case.gd"

const LIMIT_MS := 300_000


func test_half_a_minute() -> void:
	await flood(30)
