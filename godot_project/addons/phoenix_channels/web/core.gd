extends RefCounted
## Shared by all nodes: the worker, ids, commands, and the frames in which incoming messages are
## delivered.

const Debugger := preload("debugger.gd")
const Protocol := preload("protocol.gd")
const Text := preload("text.gd")
const RECORD := Protocol.Record
const Worker := preload("worker.gd")

## Sockets, channels, presences and the rooms of multiplayer peers, by id.
static var nodes: Dictionary[int, Object] = {}
## Pushes that are not complete, and those of joins that may have further outcomes, by id.
static var pushes: Dictionary[int, RefCounted] = {}
## How many nodes are outside of the tree, and may be back before the frame ends.
static var departing := 0
## Why the worker does not run; empty if it does.
static var failure := ""
## Something waits for a frame beside what the worker has sent.
static var woken := false

static var _worker: Worker
static var _debugger: Debugger  # null if none is attached
static var _ids := 0
static var _commands := 0
static var _gathered := PackedStringArray()  # pushes of this frame after its first one
static var _pushed_in := -1  # the latest frame with a push
static var _rooms: Array[RefCounted] = []  # whose packets of this frame wait
static var _due: Array = []  # inboxes of this frame
static var _is_look_due := false
static var _looked_at := 0  # the last id


static func new_id() -> int:
	_ids += 1
	return _ids


## Loads the worker while the engine goes on. What is sent meanwhile waits in it.
static func start() -> void:
	if _worker != null:
		return
	_worker = Worker.new(_fail, _tell_of_page)
	if Debugger.is_wanted():
		_debugger = Debugger.new(send, collect, nodes)
		(Engine.get_main_loop() as SceneTree).root.tree_exiting.connect(_end_debugger)


## Sends a command and returns its number.
static func send(command: Array) -> int:
	if _worker == null:
		start()
	_flush_rooms()
	_commands += 1
	_gathered.append(Marshalls.raw_to_base64(var_to_bytes(command)))
	_post_gathered()
	return _commands


## Lets a room gather the packets of this frame. They go out together at its end, or before the next
## command, which may be the end of the room.
static func gather(room: RefCounted) -> void:
	if _rooms.is_empty():
		_flush_rooms.call_deferred()
	_rooms.append(room)


static func _flush_rooms() -> void:
	var rooms := _rooms
	_rooms = []
	for room: RefCounted in rooms:
		room.flush()


static func _post_gathered() -> void:
	if not _gathered.is_empty():
		_worker.post(",".join(_gathered))
		_gathered.clear()


## Called by each socket in each frame: has its inbox delivered once the nodes' own functions have
## run, as the engine reads on in a node after its notification.
static func process(inbox: RefCounted) -> void:
	if not woken and (_worker == null or _worker.mail.is_empty()):
		return
	if _due.is_empty():
		_deliver.call_deferred()
	_due.append(inbox)


static func _deliver() -> void:
	var due := _due
	_due = []
	woken = false
	collect()
	for inbox: RefCounted in due:
		inbox.process()


## Takes over what the worker has sent: states at once, the rest for the inboxes.
static func collect() -> void:
	if _worker == null or _worker.mail.is_empty():
		return
	var mail := _worker.mail.duplicate()
	_worker.mail.clear()
	for bytes: PackedByteArray in mail:
		var batch: Array = bytes_to_var(bytes)
		var socket: Object = nodes.get(batch[1])
		if socket != null:
			socket._phx_inbox.take(batch)
		elif batch[1] == 0:
			_take_general(batch)
		else:  # of a socket that was freed
			for i: int in range(2, batch.size()):
				var record: Array = batch[i]
				if record[0] == RECORD.PACKETS or record[0] == RECORD.PEER_STATISTICS:
					take_packets(record)


## Takes over what has come for a multiplayer peer: its packets do not wait for the socket's frame.
static func take_packets(record: Array) -> void:
	var room: Variant = nodes.get(record[1])
	if room == null:
		return
	if record[0] == RECORD.PACKETS:
		room.take(record[2])
	else:
		room.statistics = record[2]


static func _take_general(batch: Array) -> void:
	for i: int in range(2, batch.size()):
		var record: Array = batch[i]
		match record[0]:
			RECORD.WARNING:
				push_warning(record[2])
			RECORD.DEBUGGER when _debugger != null:
				_debugger.take(record[2] as String, record[3] as PackedByteArray)
			RECORD.ENGINE_ERROR when batch[0] == 0:  # and nothing comes any more
				_give_up(record[2] as String)
			RECORD.ENGINE_ERROR:
				push_error(record[2])


static func _end_debugger() -> void:
	if _debugger != null:
		_debugger.close()
		_debugger = null


static func _tell_of_page(event: String) -> void:
	send([Protocol.Command.PAGE, event])


static func _fail(why: String) -> void:
	_give_up(
		(
			(
				"PhoenixSocket: the worker of Phoenix Channels does not run: %s. Put %s and"
				+ " phoenix_channels.wasm beside the page, as the export does."
			)
			% [why, Worker.FILE]
		)
	)


# Fails everything that is pending.
static func _give_up(text: String) -> void:
	if failure:
		return
	failure = text
	push_error(text)
	for id: int in pushes:
		pushes[id]._phx_inbox.post([RECORD.COMPLETED, id, "closed", {}])
	for node: Object in nodes.values():
		if node.has_method("_phx_fail"):
			node._phx_fail()


## Reports an error of a call to the game. [param what] is the subject of the call, empty if it is
## obvious.
static func mistake(method: String, what: String, text: String) -> void:
	var whole := "%s(): %s%s." % [method, what + ": " if what else "", text]
	if not Debugger.take_mistake(whole):
		push_error(whole)


## Calls a game's Callable with one argument, the payload of an event. One whose object was freed is
## not called, as with signals; then the result is false.
static func invoke(method: String, event: String, callable: Callable, argument: Variant) -> bool:
	if not callable.is_valid():
		return false
	if callable.get_argument_count() > 0:
		callable.call(argument)
	else:
		mistake(
			method,
			Text.about("event", event),
			(
				"the handler %s cannot be called with one argument, the payload: it takes none"
				% callable.get_method()
			)
		)
	return true


## Whether the game ends: its nodes are being freed, and what is deferred now would be called when
## the scripts are gone.
static func is_ending() -> bool:
	var tree := Engine.get_main_loop() as SceneTree
	if tree == null or Engine.get_process_frames() == 0:
		return tree == null
	return tree.root == null or not tree.root.is_inside_tree()


## Calls after what a game's functions of this moment defer.
static func defer_twice(callable: Callable) -> void:
	callable.call_deferred.call_deferred()


## Makes a push wait for its outcome. It comes with a later delivery, so that a game that awaits it
## right after the call cannot miss it. [param owner] is a channel, or the socket of a ping.
static func expect(push: RefCounted, owner: int, inbox: RefCounted, event: String) -> int:
	_ids += 1
	push._phx_id = _ids
	push._phx_owner = owner
	push._phx_inbox = inbox
	push._phx_event = event
	pushes[_ids] = push
	if failure:
		inbox.post([RECORD.COMPLETED, _ids, "closed", {}])
	if not _is_look_due:
		_is_look_due = true
		_look.call_deferred()
	return _ids


## Makes a push and sends it, as the many calls need it: in one function. The first push of a frame
## is posted at once, the others together, as a post costs more than all else.
static func push(
	started: RefCounted,
	channel: int,
	inbox: RefCounted,
	event: String,
	timeout: int,
	payload: Variant
) -> void:
	inbox.socket._phx_listen()
	var id := expect(started, channel, inbox, event)
	_commands += 1
	_gathered.append(
		Marshalls.raw_to_base64(
			var_to_bytes([Protocol.Command.PUSH, channel, id, event, timeout, payload])
		)
	)
	var frame := Engine.get_process_frames()
	if _pushed_in != frame or is_ending():
		_pushed_in = frame
		_post_gathered()
	elif _gathered.size() == 1:
		_post_gathered.call_deferred()


# Looks at the new pushes as soon as the code that made them has had the time to await them.
static func _look() -> void:
	_is_look_due = false
	for id: int in range(_looked_at + 1, _ids + 1):
		var push: Variant = pushes.get(id)
		if push != null:
			push._phx_hold()
	_looked_at = _ids


## How many pushes of a socket wait for a reply, x, and how many to be sent, y: the worker's numbers
## come later.
static func count_waiting(inbox: RefCounted) -> Vector2i:
	const OPEN := 2
	const JOINED := 2
	var counts := Vector2i.ZERO
	var is_open: bool = inbox.socket != null and inbox.socket._phx_state == OPEN
	for id: int in pushes:
		var push := pushes[id]
		if push._phx_inbox != inbox or push._phx_is_completed:
			continue
		var channel: Variant = nodes.get(push._phx_owner)
		var is_own: bool = str(push._phx_event).begins_with("phx_") or channel == inbox.socket
		if is_open and (is_own or channel != null and channel._phx_state == JOINED):
			counts.x += 1
		elif not is_own:
			counts.y += 1
	return counts


## Completes pending pushes with "closed", among the deliveries of their inbox. [param owner]
## is the id of a channel, or of a socket for its pings.
static func close_pushes(owner: int) -> void:
	var ends := is_ending()
	for id: int in pushes.keys():
		var push := pushes[id]
		if push._phx_owner == owner:
			if ends:
				push._phx_forget()
				continue
			var status := "ok" if push.get_event() == "phx_leave" else "closed"
			push._phx_inbox.post([RECORD.COMPLETED, id, status, {}])
