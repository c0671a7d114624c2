extends RefCounted
## What happens to the page that the game is in, for the worker: it is left, frozen or shown again,
## or the network goes and comes, which not every browser reports to a worker.

const OF_WINDOW: Array[String] = ["pageshow", "pagehide", "online", "offline"]
const OF_DOCUMENT: Array[String] = ["freeze", "resume"]

var _tell: Callable
var _document: JavaScriptObject
var _on_event: JavaScriptObject
var _on_visibility: JavaScriptObject


## [param tell] is called with the name of what happened.
func _init(tell: Callable) -> void:
	_tell = tell
	_document = JavaScriptBridge.get_interface("document")
	_on_event = JavaScriptBridge.create_callback(_take)
	_on_visibility = JavaScriptBridge.create_callback(_take_visibility)
	var window := JavaScriptBridge.get_interface("window")
	for event: String in OF_WINDOW:
		window.addEventListener(event, _on_event)
	for event: String in OF_DOCUMENT:
		_document.addEventListener(event, _on_event)
	_document.addEventListener("visibilitychange", _on_visibility)


func _take(arguments: Array) -> void:
	var event: JavaScriptObject = arguments[0]
	_tell.call(str(event.type))


func _take_visibility(_arguments: Array) -> void:
	_tell.call(str(_document.visibilityState))
