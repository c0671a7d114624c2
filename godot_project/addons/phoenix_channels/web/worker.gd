# gdlint: disable=private-method-call
extends RefCounted
## The way to the Web Worker: posts commands, and keeps what it sends until somebody takes it.

const Page := preload("page.gd")

const FILE := "phoenix_channels.worker.js"

## The batches that have come, each as the bytes of an Array.
var mail: Array[PackedByteArray] = []

var _worker: JavaScriptObject
var _on_message: JavaScriptObject
var _on_error: JavaScriptObject
var _page: Page
var _failed: Callable


## Starts the worker, which is beside the page. [param failed] is called with what is wrong if it
## cannot run, and [param told] with what happens to the page.
func _init(failed: Callable, told: Callable) -> void:
	_failed = failed
	_on_message = JavaScriptBridge.create_callback(_take)
	_on_error = JavaScriptBridge.create_callback(_fail)
	_worker = JavaScriptBridge.create_object("Worker", FILE)
	_worker.onmessage = _on_message
	_worker.onerror = _on_error
	_page = Page.new(told)


func post(command: String) -> void:
	_worker.postMessage(command)


func _take(arguments: Array) -> void:
	var event: JavaScriptObject = arguments[0]
	var data: Variant = event.data
	if data is JavaScriptObject:
		mail.append(JavaScriptBridge.js_buffer_to_packed_byte_array(data as JavaScriptObject))


func _fail(arguments: Array) -> void:
	var event: JavaScriptObject = arguments[0]
	var message: Variant = event.message
	_failed.call(str(message) if message else "its file cannot be loaded")
