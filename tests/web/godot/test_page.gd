## The page: how it is served, and how the server learns of its end.
extends "res://web_case.gd"

const LIMIT_MS := 120_000


## tests/web/control serves it under a Content-Security-Policy, whose violations fail a test.
func test_page_is_isolated() -> void:
	check(JavaScriptBridge.get_interface("window").crossOriginIsolated as bool, "isolated")


## The other tab runs guest.gd.
func test_closed_tab_leaves_its_topics() -> void:
	var presence := PhoenixPresence.new()
	add_child(presence)
	await joined(await open_socket({"params": {"user_id": "ada"}}), "room:tabs", {}, presence)
	await wait_until(func() -> bool: return presence.get_state().has("ada"), "its own presence")
	var joins := record(presence.on_join)
	var leaves := record(presence.on_leave)
	await ask_tab("visit guest.gd", 100_000)
	if await wait_for(leaves):
		equal(joins.calls[0][0][0].key, "guest", "who came")
		equal(leaves.calls[0][0][0].key, "guest", "who left")
	equal(presence.get_state().keys(), ["ada"], "who is there")
