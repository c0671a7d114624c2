## What a second tab runs, see test_page.gd: it joins a topic and stays until the tab is closed.
extends "res://web_case.gd"

const LIMIT_MS := 120_000


func test_guest() -> void:
	await joined(await open_socket({"params": {"user_id": "guest"}}), "room:tabs")
	print("[tab] close")
	await wait_until(func() -> bool: return false, "the tab is closed", LIMIT_MS)
