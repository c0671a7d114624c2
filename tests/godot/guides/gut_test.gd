## As much of GUT's GutTest as the guide to testing uses, with the same names and arguments.
extends Node

## Failed checks, for the test of the guide.
var failures: Array[String] = []
var gut := self

var _nodes: Array[Node] = []


func p(_text: String) -> void:
	pass


func assert_true(got: bool, text: String = "") -> void:
	assert_eq(got, true, text)


func assert_eq(got: Variant, expected: Variant, text: String = "") -> void:
	if got != expected:
		failures.append("%s: expected %s, got %s" % [text, expected, got])


func add_child_autofree(node: Node) -> void:
	add_child(node)
	_nodes.append(node)


func wait_until(condition: Callable, max_time: float) -> void:
	var limit_ms := Time.get_ticks_msec() + int(max_time * 1000)
	while not condition.call():
		if Time.get_ticks_msec() > limit_ms:
			failures.append("waited %d s for nothing" % max_time)
			return
		await get_tree().process_frame


func wait_for_signal(emitted: Signal, max_time: float) -> void:
	var emissions := []
	var keep := func(_argument: Variant) -> void: emissions.append(true)
	emitted.connect(keep, CONNECT_ONE_SHOT)
	await wait_until(func() -> bool: return not emissions.is_empty(), max_time)


func free_nodes() -> void:
	for node: Node in _nodes:
		node.free()
	_nodes.clear()
