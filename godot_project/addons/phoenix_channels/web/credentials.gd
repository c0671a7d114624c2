extends RefCounted
## Params and tokens that are functions of the game: the worker asks for their values before each
## connect or join. They may await: an HTTP login takes some frames.

const Core := preload("core.gd")
const Text := preload("text.gd")
const COMMAND := Core.Protocol.Command

# The calls of GDScript that await, by question: the engine would else forget them.
static var _awaited: Dictionary[int, Object] = {}


## Refuses what is neither of the type nor a function that may return one: says why.
static func problem_of(value: Variant, wanted: int) -> String:
	var given := typeof(value)
	if given == wanted or wanted == TYPE_STRING and given == TYPE_STRING_NAME:
		return ""
	var must := "must be %s, or a Callable that returns one; " % Text.type_named(wanted)
	if given != TYPE_CALLABLE:
		return must + "this is %s" % Text.type_of(value)
	if (value as Callable).is_null():
		return must + "this Callable is empty"
	return ""


## Calls the function that a record asks for.
static func ask(record: Array) -> void:
	var question: int = record[1]
	var node: Object = Core.nodes.get(record[2])
	if node == null:
		Core.send([COMMAND.ANSWER_FAILED, question, "its node was freed"])
		return
	var value: Variant = node.get(record[3])
	if not value is Callable:  # set meanwhile
		_answer(question, value)
		return
	var callable: Callable = value
	if not callable.is_valid():
		Core.send(
			[COMMAND.ANSWER_FAILED, question, "the function cannot be called: its object was freed"]
		)
		return
	var wanted := _required(callable)
	if wanted > 0:
		Core.send(
			[
				COMMAND.ANSWER_FAILED,
				question,
				"the function cannot be called: it needs %d argument(s)" % wanted
			]
		)
		return
	# Not called by this script itself, which would have to await it.
	var result: Variant = [null].map(callable.unbind(1))[0]
	if result is Object and (result as Object).get_class() == "GDScriptFunctionState":
		_awaited[question] = result
		(result as Object).connect("completed", _returned.bind(question))
	else:
		_answer(question, result)


# How many arguments have to be given.
static func _required(callable: Callable) -> int:
	var count := callable.get_argument_count()
	var object := callable.get_object()
	if count == 0 or object == null or callable.is_custom():
		return count
	for method: Dictionary in object.get_method_list():
		if method.name == callable.get_method():
			return maxi(count - (method.default_args as Array).size(), 0)
	return count


# A function without a value gives none to the signal.
static func _returned(value: Variant, question: int) -> void:
	_answer(question, value)
	_forget.call_deferred(question)


static func _forget(question: int) -> void:
	_awaited.erase(question)


static func _answer(question: int, value: Variant) -> void:
	var given := typeof(value)
	if given == TYPE_OBJECT or given == TYPE_CALLABLE or given == TYPE_SIGNAL or given == TYPE_RID:
		value = null
	Core.send([COMMAND.ANSWER, question, value])
