@tool
extends RefCounted
## One row with its details: a message, or another event.

const Batch := preload("batch.gd")

var number := 0
var kind := Batch.Kind.RECEIVED as int
var flags := 0
var socket := 0
var time := 0  ## microseconds since 1970
var topic := ""
var event := ""
var status := ""
var size := 0
var took := -1  ## microseconds from the push to its reply
var link := -1  ## the number of the push, for its reply
var reply := -1  ## the number of the reply, for its push
var ref := -1
var join_ref := -1
var line := ""  ## res://file.gd:LINE:function
var payload := PackedByteArray()


func is_binary() -> bool:
	return flags & Batch.Flag.BINARY != 0


func is_cut() -> bool:
	return flags & Batch.Flag.CUT != 0


func is_hidden() -> bool:
	return flags & Batch.Flag.HIDDEN != 0


func is_error() -> bool:
	return flags & Batch.Flag.ERROR != 0 or not status in ["", "ok"]


func is_happening() -> bool:
	return kind == Batch.Kind.HAPPENING


## Whether a script pushed it: the protocol's own events cannot be pushed by hand.
func is_push() -> bool:
	return (
		kind == Batch.Kind.SENT and not event.begins_with("phx_") and not topic in ["", "phoenix"]
	)


func text() -> String:
	return payload.get_string_from_utf8()


## The script's path in [member line]; empty when it is not known.
func script_path() -> String:
	return line.left(_colon_of_line()) if line else ""


## The line's number in the script, from 1 on.
func script_line() -> int:
	return line.substr(_colon_of_line() + 1).get_slice(":", 0).to_int() if line else 0


# The path itself has a colon, and the function comes after the line.
func _colon_of_line() -> int:
	return line.find(":", line.find("://") + 3)
