extends RefCounted
## The events queued for a socket's next frame, and their delivery. It outlives the socket's node.

const Core := preload("core.gd")
const Credentials := preload("credentials.gd")
const COMMAND := Core.Protocol.Command
const RECORD := Core.Protocol.Record

## A record of this side: calls a Callable.
const CALL := 0
const MOST := 0x7FFFFFFF

## The PhoenixSocket; null once it is gone.
var socket: Object
## No more is delivered in this frame.
var stopped := false

var _batches: Array[Array] = []
var _at := 2  # in the first of them
var _queued := 0  # messages and other events; a message has several records
var _payload: Variant  # of the last event
var _questions: Array[Array] = []
var _is_delivering := false


func _init(of: Object) -> void:
	socket = of


## Queues a record of this side behind all that has come.
func post(record: Array) -> void:
	var is_outside: bool = socket == null or not socket._phx_departure.in_tree
	if is_outside and Core.is_ending():
		return
	_batches.append([-1, 0, record])
	_queued += 1
	Core.woken = true
	if is_outside:
		rest.call_deferred()


func take(batch: Array) -> void:
	var processed: int = batch[0]
	for i: int in range(2, batch.size()):
		var record: Array = batch[i]
		match record[0]:
			RECORD.EVENT:
				_queued += 1
			RECORD.SOCKET_STATE, RECORD.CHANNEL_STATE:
				var node: Variant = Core.nodes.get(record[1])
				if node != null and processed >= node._phx_command:
					node._phx_state = record[2]
			RECORD.STATISTICS:
				socket._phx_take_statistics(record[2])
			RECORD.ASK:
				_questions.append(record)
			RECORD.PACKETS, RECORD.PEER_STATISTICS:
				Core.take_packets(record)
			RECORD.COMPLETED:
				if record.size() > 3:
					_queued += 1
			RECORD.MESSAGE, RECORD.SYNC, RECORD.LOG, RECORD.WARNING, RECORD.ENGINE_ERROR:
				pass
			_:
				_queued += 1
	_batches.append(batch)
	Core.woken = true


## How many messages and other events wait.
func count() -> int:
	return _queued


## Delivers the events since the last frame.
func process() -> void:
	if socket == null:
		return
	if not socket._phx_begin_frame():
		Core.woken = true  # a node is on its way; another frame will show where to
		return
	deliver(socket._phx_limit())
	var questions := _questions
	_questions = []
	for question: Array in questions:
		Credentials.ask(question)
	if not _batches.is_empty():
		Core.woken = true


## Has all that waits delivered soon; at the end of the game it is dropped.
func rest_soon() -> void:
	if not Core.is_ending():
		rest.call_deferred()
		return
	_batches.clear()
	_questions.clear()
	_queued = 0


## Delivers all that waits, unless the node is in the tree again, or may be soon.
func rest() -> void:
	if socket == null or not socket._phx_departure.in_tree and not socket._phx_departure.pending:
		deliver(MOST)


func deliver(limit: int) -> void:
	if _is_delivering:  # no handler is entered within another
		return
	_is_delivering = true
	stopped = false
	var id := 0
	var delivered := 0
	while not _batches.is_empty() and not stopped:
		var batch := _batches[0]
		limit = _deliver_batch(batch, limit)
		if _at < batch.size():
			break
		_at = 2
		_payload = null
		_batches.pop_front()
		if batch[1] != 0:
			id = batch[1]
			delivered += 1
	_is_delivering = false
	if delivered > 0:
		Core.send([COMMAND.ACK, id, delivered])


func _deliver_batch(batch: Array, left: int) -> int:
	var nodes := Core.nodes
	var size := batch.size()
	while _at < size and not stopped:
		var record: Array = batch[_at]
		match record[0]:
			RECORD.EVENT:
				if left <= 0:
					return left
				left -= 1
				_payload = record[5]
				var channel: Variant = nodes.get(record[1])
				_at += 1
				_queued -= 1
				if channel != null and not channel._phx_is_leaving:
					_tell_event(channel, record)
				continue
			RECORD.COMPLETED:
				var has_response := record.size() > 3
				if has_response:
					if left <= 0:
						return left
					left -= 1
					_queued -= 1
				var push: RefCounted = Core.pushes.get(record[1])
				_at += 1
				if push != null:
					push._phx_complete(record[2], record[3] if has_response else _payload)
				continue
			RECORD.MESSAGE:
				_at += 1
				if socket != null:
					var payload: Variant = record[6] if record.size() > 6 else _payload
					socket.on_message.emit(record[2], record[3], payload, record[4], record[5])
				continue
			RECORD.CHANGED:
				if left <= 0:
					return left
				left -= (record[2] as Array).size() + (record[3] as Array).size()
				_queued -= 1
			RECORD.SOCKET_STATE, RECORD.CHANNEL_STATE, RECORD.STATISTICS, RECORD.ASK:
				_at += 1
				continue
			RECORD.PACKETS, RECORD.PEER_STATISTICS:
				_at += 1
				continue
			RECORD.SYNC, RECORD.LOG, RECORD.WARNING, RECORD.ENGINE_ERROR:
				pass
			_:
				if left <= 0:
					return left
				left -= 1
				_queued -= 1
		_at += 1
		_tell(record)
	return left


func _tell_event(channel: Object, record: Array) -> void:
	var event: String = record[2]
	channel.on_event.emit(event, _payload, record[3])
	if record[4] or not is_instance_valid(channel) or not channel._phx_callables.has(event):
		return
	var payload: Variant = _payload
	for callable: Callable in (channel._phx_callables[event] as Array).duplicate():
		var is_called := Core.invoke("PhoenixChannel.on", event, callable, payload)
		if not is_called and is_instance_valid(channel):
			channel._phx_drop(event, callable)


func _tell(record: Array) -> void:
	match record[0]:
		CALL:
			(record[1] as Callable).call()
			return
		RECORD.LOG:
			print("[phoenix] ", record[2])
			return
		RECORD.WARNING:
			push_warning(record[2])
			return
		RECORD.ENGINE_ERROR:
			push_error(record[2])
			return
		RECORD.REFUSED:
			push_error(record[2])
			var push: RefCounted = Core.pushes.get(record[1])
			if push != null:
				push._phx_complete("error", {"reason": record[3]})
			return
	var node: Variant = Core.nodes.get(record[1])
	if node == null:
		return
	match record[0]:
		RECORD.CONNECTING:
			node._phx_tell_connecting(record[2])
		RECORD.OPEN:
			node._phx_tell_open(record[2])
		RECORD.CLOSED:
			node._phx_tell_close(record[2])
		RECORD.ERROR:
			node.on_error.emit(record[2])
		RECORD.OUTAGE:
			if OS.is_debug_build() and not node.on_error.has_connections():
				push_warning(record[2])
		RECORD.SENT:
			node.on_sent.emit(record[2], record[3], record[6], record[4], record[5])
		RECORD.JOIN_RESULT:
			node.on_join_result.emit(record[2], record[3])
		RECORD.CHANNEL_ERROR:
			node.on_error.emit(record[2])
		RECORD.CHANNEL_CLOSED:
			_tell_close(node, record[2] as Dictionary)
		RECORD.CHANGED:
			node._phx_change(record[2], record[3], record[4], _batches[0][0])
		RECORD.SYNC:
			node.on_sync.emit()


# A presence's handlers may free the channel.
func _tell_close(channel: Variant, reason: Dictionary) -> void:
	channel._phx_closed()
	if is_instance_valid(channel):
		channel.on_close.emit(reason)
