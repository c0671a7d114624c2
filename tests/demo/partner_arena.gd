## The other window of test_two_windows_play: comes in by the start screen, is hit, hits back.
extends "res://arena_case.gd"

const LIMIT_MS := 90_000


func test_is_hit_and_hits_back() -> void:
	await start_demo(["--name", "Partner"])
	await click(part("Arena") as Control)
	arena = Screens.scene as Arena
	await wait_until(func() -> bool: return arena.link.is_joined(), "the partner is in")
	await wait_until(func() -> bool: return feed().contains("Ada hit you"), "Ada hits", 30_000)
	await wait_until(func() -> bool: return arena.ship.flies, "the partner is back")
	await fight("Ada")
	check(feed().contains("you hit Ada"), "the feed tells it: %s" % feed())
