## What tests of a page share: what tests/web/driver/tab.mjs does with the tab, on request.
extends "res://phoenix_case.gd"


## Until the tab is back. A page has no frames meanwhile, unless it is only offline.
func tab(what: String, seconds: int) -> void:
	var began_ms := Time.get_ticks_msec()
	var frame_ms := began_ms
	var longest_ms := 0
	print("[tab] %s %d" % [what, seconds])
	while Time.get_ticks_msec() - began_ms < seconds * 1_000:
		await get_tree().process_frame
		longest_ms = maxi(longest_ms, Time.get_ticks_msec() - frame_ms)
		frame_ms = Time.get_ticks_msec()
	if what != "offline":
		check(longest_ms > seconds * 800, "%s: no frame for %d ms" % [what, longest_ms])


## What the driver says of the tab, in the page's title.
func ask_tab(what: String, limit_ms: int = 60_000) -> String:
	var document := JavaScriptBridge.get_interface("document")
	document.title = ""
	print("[tab] %s" % what)
	await wait_until(
		func() -> bool: return not (document.title as String).is_empty(), what, limit_ms
	)
	return document.title


## The memory of the worker, in bytes.
func worker_memory() -> int:
	return (await ask_tab("memory")).to_int()


func page_origin() -> String:
	return JavaScriptBridge.get_interface("location").origin
