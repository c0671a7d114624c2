extends RefCounted
## In place of the addon's web/worker.gd: the way to a worker that is a program of its own, so that
## the classes of the web export are tested without a browser.

const FILE := "tests/web/facade/workerhost"

## The batches that have come, each as the bytes of an Array.
var mail: Array[PackedByteArray] = []:
	get = _take

var _tcp := StreamPeerTCP.new()
var _received := PackedByteArray()


func _init(failed: Callable, _told: Callable) -> void:
	_tcp.connect_to_host("127.0.0.1", OS.get_environment("PHOENIX_WORKER_PORT").to_int())
	var started_ms := Time.get_ticks_msec()
	while _tcp.get_status() == StreamPeerTCP.STATUS_CONNECTING:
		if Time.get_ticks_msec() - started_ms > 5_000:
			break
		_tcp.poll()
	if _tcp.get_status() != StreamPeerTCP.STATUS_CONNECTED:
		failed.call("nothing listens at PHOENIX_WORKER_PORT")
	_tcp.set_no_delay(true)


func post(command: String) -> void:
	var bytes := Marshalls.base64_to_raw(command)
	_tcp.put_u32(bytes.size())
	_tcp.put_data(bytes)


func _take() -> Array[PackedByteArray]:
	_tcp.poll()
	if _tcp.get_available_bytes() > 0:
		_received.append_array(_tcp.get_data(_tcp.get_available_bytes())[1] as PackedByteArray)
		var at := 0
		while _received.size() >= at + 4 and _received.size() >= at + 4 + _received.decode_u32(at):
			var end := at + 4 + _received.decode_u32(at)
			mail.append(_received.slice(at + 4, end))
			at = end
		_received = _received.slice(at)
	return mail
