@tool
extends EditorDebuggerPlugin
## Gives each of the editor's debugger sessions a "Phoenix" tab, and it the game's messages.

const Session := preload("session.gd")
const Tab := preload("tab.gd")

const PREFIX := "phoenix"

var _sessions := {}


func _has_capture(prefix: String) -> bool:
	return prefix == PREFIX


func _capture(message: String, data: Array, session_id: int) -> bool:
	if not _sessions.has(session_id):
		return false
	(_sessions[session_id] as Session).take(message.trim_prefix(PREFIX + ":"), data)
	return true


func _setup_session(session_id: int) -> void:
	var of_engine := get_session(session_id)
	var session := Session.new(of_engine.send_message)
	_sessions[session_id] = session
	of_engine.started.connect(session.begin)
	of_engine.stopped.connect(session.end)
	of_engine.add_session_tab(Tab.new(session))
