@tool
## What a page cannot do itself: tests/web/control, which serves the page, does it on request.
extends RefCounted


## The answer to a request, null when it is refused. It blocks, as doing it would elsewhere.
static func ask(path: String) -> Variant:
	var request: JavaScriptObject = JavaScriptBridge.create_object("XMLHttpRequest")
	request.open("POST", "control/" + path, false)
	request.send()
	if request.status != 200:
		printerr("ERROR: the control refused %s: %s" % [path, request.responseText])
		return null
	return request.responseText
