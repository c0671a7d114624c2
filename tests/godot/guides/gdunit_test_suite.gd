## As much of gdUnit4's GdUnitTestSuite as the guide to testing uses, with the same names and
## arguments.
extends Node

## Failed checks, for the test of the guide.
var failures: Array[String] = []

var _nodes: Array[Node] = []


func auto_free(node: Node) -> Node:
	_nodes.append(node)
	return node


func any() -> Variant:
	return null


func assert_bool(got: bool) -> BoolAssert:
	return BoolAssert.new(got, failures)


func assert_signal(instance: Object) -> SignalAssert:
	return SignalAssert.new(instance, failures)


func free_nodes() -> void:
	for node: Node in _nodes:
		node.free()
	_nodes.clear()


class BoolAssert:
	var _got: bool
	var _failures: Array[String]

	func _init(got: bool, failures: Array[String]) -> void:
		_got = got
		_failures = failures

	func is_true() -> void:
		if not _got:
			_failures.append("expected true, got false")


class SignalAssert:
	var _instance: Object
	var _failures: Array[String]
	var _limit_ms := 2000
	var _emissions: Array[Array] = []

	func _init(instance: Object, failures: Array[String]) -> void:
		_instance = instance
		_failures = failures

	func wait_until(limit_ms: int) -> SignalAssert:
		_limit_ms = limit_ms
		return self

	## Null in the arguments stands for any().
	func is_emitted(title: String, arguments: Array) -> void:
		var keep := func(first: Variant, second: Variant = null) -> void:
			_emissions.append([first, second])
		_instance.connect(title, keep)
		var end_ms := Time.get_ticks_msec() + _limit_ms
		while not _emissions.any(_matches.bind(arguments)):
			if Time.get_ticks_msec() > end_ms:
				_failures.append("%s was not emitted with %s" % [title, arguments])
				break
			await (Engine.get_main_loop() as SceneTree).process_frame
		_instance.disconnect(title, keep)

	func _matches(emission: Array, arguments: Array) -> bool:
		for i: int in arguments.size():
			if arguments[i] != null and arguments[i] != emission[i]:
				return false
		return true
