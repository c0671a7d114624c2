@tool
## Collects the emissions of one signal.
extends RefCounted

## The arguments of each emission, in order.
var calls: Array[Array] = []
## For messages: the signal's name.
var title: String


func _init(emitted: Signal) -> void:
	title = emitted.get_name()
	# The engine frees the connection with the object; the callables hold this recorder until then.
	match _argument_count(emitted):
		0:
			emitted.connect(func() -> void: calls.append([]))
		1:
			emitted.connect(func(a: Variant) -> void: calls.append([a]))
		2:
			emitted.connect(func(a: Variant, b: Variant) -> void: calls.append([a, b]))
		3:
			emitted.connect(
				func(a: Variant, b: Variant, c: Variant) -> void: calls.append([a, b, c])
			)
		_:
			emitted.connect(
				func(a: Variant, b: Variant, c: Variant, d: Variant, e: Variant) -> void:
					calls.append([a, b, c, d, e])
			)


## The emissions whose first argument is [param first].
func calls_with(first: Variant) -> Array[Array]:
	return calls.filter(func(call: Array) -> bool: return call[0] == first)


func _argument_count(emitted: Signal) -> int:
	for description: Dictionary in emitted.get_object().get_signal_list():
		if description.name == emitted.get_name():
			return (description.args as Array).size()
	return 0
