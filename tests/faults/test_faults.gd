## Bugs in the extension, planted in a build of it that has the class PhoenixFaults, see
## gdext/faults.go: each becomes one engine error with Go's stack, and the game goes on.
extends "res://phoenix_case.gd"

var _faults: PhoenixFaults


func test_bug_in_a_method() -> void:
	_plant()
	var says := {
		"text": "planted",
		"error": "push before join",
		"nil": "nil pointer dereference",
		"index": "index out of range",
		"map": "assignment to entry in nil map",
		"type": "interface conversion",
		"unheard of": "nil pointer dereference",
	}
	for kind: String in says:
		_expect_bug(says[kind] as String)
		_faults.fail(kind)
		_expect_bug(says[kind] as String)
		_faults.call("fail", kind)


func test_method_with_a_bug_returns_the_empty_value_of_its_type() -> void:
	_plant()
	var methods := {
		"get_number": 0,
		"get_truth": false,
		"get_text": "",
		"get_dictionary": {},
		"get_anything": null,
	}
	for method: String in methods:
		_expect_bug("planted in %s" % method)
		equal(_faults.call(method), methods[method], "%s()" % method)
	for method: String in ["get_push", "get_node_of"]:
		_expect_bug("planted in %s" % method)
		check(_faults.call(method) == null, "%s()" % method)
	# The same by typed calls.
	for method: String in methods.keys() + ["get_push", "get_node_of"]:
		_expect_bug("planted in %s" % method)
	equal(_faults.get_number(), 0, "get_number()")
	equal(_faults.get_truth(), false, "get_truth()")
	equal(_faults.get_text(), "", "get_text()")
	equal(_faults.get_dictionary(), {}, "get_dictionary()")
	equal(_faults.get_anything(), null, "get_anything()")
	check(_faults.get_push() == null, "get_push()")
	check(_faults.get_node_of() == null, "get_node_of()")
	_expect_bug("planted in a static method")
	equal(PhoenixFaults.fail_static(1, 2), 0, "fail_static()")


func test_bug_in_a_property() -> void:
	_plant()
	_expect_bug("planted in a setter")
	_faults.broken = 1
	_expect_bug("planted in a getter")
	equal(_faults.broken, 0, "broken")
	_expect_bug("planted in a setter")
	_faults.set("broken", 1)
	_expect_bug("planted in a getter")
	equal(_faults.get("broken"), 0, "broken by name")


func test_bug_while_an_object_is_made() -> void:
	_plant()
	_faults.arm("new")
	_expect_bug("planted in new")
	var empty := PhoenixFaults.new()
	check(is_instance_valid(empty), "there is an object")
	empty.fail("text")  # does nothing, as there is nothing behind it
	add_child(empty)
	empty.free()


func test_bug_in_a_notification_and_while_freeing() -> void:
	_plant()
	var node := PhoenixFaults.new()
	_faults.arm("notification")
	_expect_bug("planted in notification")
	add_child(node)
	check(node.is_inside_tree(), "is inside the tree")
	_faults.arm("free")
	_expect_bug("planted in free")
	node.free()
	check(not is_instance_valid(node), "is freed")


func test_bug_in_a_deferred_call() -> void:
	_plant()
	_expect_bug("planted in a deferred call")
	_faults.fail_deferred()
	await frames(2)


func test_bug_in_a_monitor() -> void:
	_plant()
	_faults.add_monitor("Faults/Broken")
	_expect_bug("planted in a monitor")
	equal(Performance.get_custom_monitor("Faults/Broken"), 0.0, "the monitor")
	Performance.remove_custom_monitor("Faults/Broken")


func test_bug_in_a_call_within_a_handler() -> void:
	_plant()
	var channel := await joined(await open_socket(), new_topic(), {"presence": false})
	var events := record(channel.on_event)
	channel.on_event.connect(
		func(_event: String, _payload: Variant, _status: String) -> void:
			equal(_faults.get_number(), 0, "get_number()"),
		CONNECT_ONE_SHOT
	)
	_expect_bug("planted in get_number")
	channel.push("echo", {"n": 1})
	channel.push("echo", {"n": 2})
	await wait_for(events, 2)
	equal(events.calls[1], ["echo", {"n": 2}, "ok"], "the event after it")


func test_bug_in_a_handler_of_a_message() -> void:
	_plant()
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var events := record(channel.on_event)
	var messages := record(socket.on_message)
	_faults.fail_in_handler(socket)
	_expect_bug("planted in a handler")
	for n: int in 5:
		channel.push("echo", {"n": n})
	await wait_for(events, 5)
	equal(messages.calls.size(), 5, "on_message, of the message with the bug as well")
	equal(await reply_to(channel.push("echo", {"n": 6})), ["ok", {"n": 6}], "a push afterwards")
	check(socket.get_is_connected(), "still connected")


func test_bug_before_the_handlers_of_a_frame() -> void:
	_plant()
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var push := channel.push("echo", {"n": 1})
	wait_until_queued(socket)
	_faults.fail_before_handlers(socket)
	_expect_bug("planted before the handlers")
	equal(await reply_to(push), ["ok", {"n": 1}], "what waited, without anything new to come")


func test_bug_on_the_goroutine_of_a_connection() -> void:
	_plant()
	var socket := await open_socket()
	var channel := await joined(socket)
	var errors := record(socket.on_error)
	var opened := record(socket.on_open)
	_faults.fail_in_connection(socket)
	_expect_bug("planted in connection")
	channel.push("kill_transport")
	await wait_for(opened)
	check("internal error" in str(errors.calls.back()), "on_error: %s" % [errors.calls])
	await wait_until(channel.is_joined, "joined again")
	equal((await reply_to(channel.push("echo", {"n": 1})))[0], "ok", "a push afterwards")


func test_bug_while_a_join_asks_for_its_params() -> void:
	_plant()
	var socket := await open_socket()
	var channel := await joined(socket)
	var errors := record(socket.on_error)
	_expect_bug("planted in join")
	_faults.fail_in_join(socket)
	await wait_for(errors)
	check("internal error" in str(errors.calls.back()), "on_error: %s" % [errors.calls])
	equal((await reply_to(channel.push("echo", {"n": 1})))[0], "ok", "a push afterwards")


func _plant() -> void:
	_faults = PhoenixFaults.new()
	add_child(_faults)


## One engine error, that names the bug and has Go's stack below it.
func _expect_bug(says: String) -> void:
	expect_error(says)
	expect_line("panic(")
	expect_line("gdext/faults.go:")
