## The runner's own test: each case ends as selfExpectations in scripts/enginetests says.
extends "res://case.gd"

signal never_emitted

const LIMIT_MS := 1_000


func test_passes() -> void:
	equal({"a": [1, 2.5, "x"]}, {"a": [1, 2.5, "x"]}, "nested")
	await frames(2)


func test_expected_error_passes() -> void:
	expect_error("boom")
	push_error("boom")


func test_failed_check_fails() -> void:
	equal(1, 2, "apples")


func test_other_type_fails() -> void:
	equal({"a": 1}.a, 1.0, "number")


func test_unexpected_error_fails() -> void:
	push_error("boom")


func test_script_error_fails() -> void:
	var nothing: Node = null
	nothing.queue_free()


func test_missing_expected_error_fails() -> void:
	expect_error("boom")


func test_empty_text_allows_nothing() -> void:
	allow_error("")


func test_lines_asked_for_and_forbidden_pass() -> void:
	expect_line("good")
	forbid_line("PLANTED")
	print("a good line")


func test_missing_line_fails() -> void:
	expect_line("good")


func test_forbidden_line_fails() -> void:
	forbid_line("FORBIDDEN")
	print("what is FORBIDDEN")


func test_signal_that_never_comes() -> void:
	await await_signal(never_emitted, 100)


func test_endless_wait_fails() -> void:
	await never_emitted
