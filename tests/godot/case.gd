@tool
## What a test file extends: checks, waiting with a time limit, and the nodes most tests need.
## A check that fails is printed and fails the test; the test goes on, as GDScript has no
## exceptions.
extends Node

const Recorder := preload("res://recorder.gd")

const WAIT_MS := 5_000

## A devserver that runs for all tests; set by the runner.
var server_url := ""
## The devserver's program, for tests that start and stop one of their own; set by the runner.
var devserver_program := ""
## The engine's program, for tests that start a second one; set by the runner.
var engine_program := ""
## Folder of the certificates for tests of TLS, see tests/certificates; set by the runner.
var certificates := ""

var _finished := false
var _quits := false


func run(test_name: String) -> void:
	await call(test_name)
	_finished = not _quits


func is_finished() -> bool:
	return _finished


func fail(message: String) -> void:
	print("[test] failure %s" % message.replace("\n", "\\n"))


func check(condition: bool, what: String) -> bool:
	if not condition:
		fail("%s: expected it to hold, it does not" % what)
	return condition


## Equal in type and value: 1 is not 1.0 here, and a [String] is not a [StringName].
func equal(actual: Variant, expected: Variant, what: String) -> bool:
	if _same(actual, expected):
		return true
	fail(
		(
			"%s: expected %s (%s), got %s (%s)"
			% [
				what,
				_shorten(expected),
				type_string(typeof(expected)),
				_shorten(actual),
				type_string(typeof(actual)),
			]
		)
	)
	return false


## Asks for one engine error or warning whose line contains [param text]: it has to come before the
## test ends.
func expect_error(text: String) -> void:
	print("[test] expect-error %s" % text)


## Asks for one error of a script, as [method expect_error] does. An exported game does not check
## its scripts, and says nothing.
func expect_script_error(text: String) -> void:
	if OS.is_debug_build():
		expect_error(text)


## Lets errors pass whose line contains [param text], however many come before the test ends: for
## what depends on the timing of threads. As in all of these, an empty text fails the test.
func allow_error(text: String) -> void:
	print("[test] allow-error %s" % text)


## Says that this test ends the engine, now or by what it has set in motion, and that the engine has
## to come to a clean end. For files named test_*_quit.gd, whose tests have a process each. A
## function that still awaits when the engine ends is a leak, to the engine.
func will_quit() -> void:
	_quits = true
	print("[test] quits")


## Asks for one line of the engine's output that contains [param text]: it has to come before the
## test ends.
func expect_line(text: String) -> void:
	print("[test] expect-line %s" % text)


## Asks that no line of the engine's output contains [param text], to the end of the run.
func forbid_line(text: String) -> void:
	print("[test] forbid-line %s" % text)


## Has a line of the test's own in the report, such as what it measured.
func note(text: String) -> void:
	print("[test] note %s" % text)


## Starts to collect the emissions of [param emitted].
func record(emitted: Signal) -> Recorder:
	return Recorder.new(emitted)


## Waits until [param condition] returns true.
func wait_until(condition: Callable, what: String, limit_ms: int = WAIT_MS) -> bool:
	var started_ms := Time.get_ticks_msec()
	while not condition.call():
		if Time.get_ticks_msec() - started_ms > limit_ms:
			fail("%s: waited %d ms for it" % [what, limit_ms])
			return false
		await get_tree().process_frame
	return true


## Waits until [param condition] returns true, without a frame: nothing is delivered meanwhile.
func wait_without_frames(condition: Callable, what: String, limit_ms: int = WAIT_MS) -> bool:
	var started_ms := Time.get_ticks_msec()
	while not condition.call():
		if Time.get_ticks_msec() - started_ms > limit_ms:
			fail("%s: waited %d ms for it" % [what, limit_ms])
			return false
		OS.delay_msec(1)
	return true


## Waits until [param recorder] has collected [param count] emissions.
func wait_for(recorder: Recorder, count: int = 1, limit_ms: int = WAIT_MS) -> bool:
	return await wait_until(
		func() -> bool: return recorder.calls.size() >= count,
		"%s emitted %d times (so far %s)" % [recorder.title, count, _shorten(recorder.calls)],
		limit_ms
	)


## Waits for one emission and returns its arguments; empty when it does not come in time.
func await_signal(emitted: Signal, limit_ms: int = WAIT_MS) -> Array:
	var recorder := record(emitted)
	if not await wait_for(recorder, 1, limit_ms):
		return []
	return recorder.calls[0]


func frames(count: int) -> void:
	for i: int in count:
		await get_tree().process_frame


func _same(a: Variant, b: Variant) -> bool:
	if typeof(a) != typeof(b):
		return false
	if a is Dictionary:
		return _same_dictionaries(a as Dictionary, b as Dictionary)
	if a is Array:
		return _same_arrays(a as Array, b as Array)
	return a == b


func _same_dictionaries(a: Dictionary, b: Dictionary) -> bool:
	return (
		a.size() == b.size()
		and a.keys().all(func(key: Variant) -> bool: return b.has(key) and _same(a[key], b[key]))
	)


func _same_arrays(a: Array, b: Array) -> bool:
	return (
		a.size() == b.size() and range(a.size()).all(func(i: int) -> bool: return _same(a[i], b[i]))
	)


func _shorten(value: Variant) -> String:
	var text := var_to_str(value) if not value is Object else str(value)
	return text if text.length() <= 300 else "%s… (%d characters)" % [text.left(300), text.length()]
