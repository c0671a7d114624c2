extends "res://flood_case.gd"

const LIMIT_MS := 180_000


func test_three_seconds() -> void:
	await flood(3)
