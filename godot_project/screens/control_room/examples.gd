## What the demo's servers answer, by kind of topic; server/README.md lists all of it.
extends RefCounted

const ALL := {
	"room":
	[
		["echo", '{"hello": "world"}'],
		["echo_error", '{"why": "asked for"}'],
		["delay", '{"ms": 1000}'],
		["who", "{}"],
		["whoami", "{}"],
		["update_meta", '{"mood": "cheerful"}'],
		["big", '{"size": 2000}'],
		["flood", '{"n": 100, "reply": true}'],
		["crash", "{}"],
		["kill_transport", "{}"],
	],
	"game":
	[
		["ping", "{}"],
		["ping", '{"broadcast": true}'],
		["ping", '{"error": true}'],
	],
	"arena": [["fire", '{"x": 800, "y": 450, "heading": 64}']],
	"chat": [["message", '{"text": "hello"}'], ["typing", '{"typing": true}']],
}


static func of_topic(topic: String) -> Array:
	return ALL.get(topic.get_slice(":", 0).replace("lobby", "room"), ALL["room"])
