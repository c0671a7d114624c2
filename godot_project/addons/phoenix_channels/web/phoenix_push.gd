# gdlint: disable=private-method-call
extends RefCounted
## A message that waits for its reply.

signal completed(status: String, response: Variant)

const _PHX_CORE := preload("core.gd")
const _PHX_TEXT := preload("text.gd")

var _phx_id := 0
# The id of the channel, or of a socket for its pings.
var _phx_owner := 0
var _phx_inbox: RefCounted
var _phx_event := ""
var _phx_is_completed := false
var _phx_status := ""
var _phx_response: Variant
# Of a join, whose hooks run at each rejoin.
var _phx_is_lasting := false
var _phx_latest_status := ""
var _phx_latest_response: Variant
# The status and the Callable of each receive(); null before the first.
var _phx_hooks: Variant
# What is connected to completed. The engine forgets a call that awaits when its node is freed, and
# with it the call's locals, one of which is the push; unless somebody holds the call.
var _phx_listeners: Variant


func receive(status: String, callable: Callable) -> PhoenixPush:
	if _phx_event.is_empty():
		push_error(
			(
				"PhoenixPush.receive(): this push was made with new() and is never sent; use a"
				+ " push that join(), push(), leave() or ping() returned."
			)
		)
		return self
	if callable.is_null():
		_PHX_CORE.mistake(
			"PhoenixPush.receive", _PHX_TEXT.about("status", status), _PHX_TEXT.NO_CALLABLE
		)
		return self
	if _phx_is_completed and status == _phx_latest_status:
		var late: Variant = _phx_latest_response
		_phx_inbox.post([0, _phx_call.bind(callable, late, _phx_event)])
	if not _phx_is_completed or _phx_is_lasting:
		if _phx_hooks == null:
			_phx_hooks = []
		(_phx_hooks as Array).append([status, callable])
	return self


func get_status() -> String:
	return _phx_status


func get_response() -> Variant:
	return _phx_response


func get_event() -> String:
	return _phx_event


func is_completed() -> bool:
	return _phx_is_completed


func _phx_hold() -> void:
	if not _phx_is_completed and completed.has_connections():
		_phx_listeners = completed.get_connections()


# Takes an outcome. The first completes the push; a join that lasts has further ones.
func _phx_complete(status: String, response: Variant) -> void:
	var is_first := not _phx_is_completed
	if not is_first and not _phx_is_lasting:
		return
	if is_first:
		_phx_is_completed = true
		_phx_status = status
		_phx_response = response
	if _phx_event == "heartbeat" and status == "ok" and _phx_inbox.socket != null:
		_phx_inbox.socket._phx_take_round_trip(response.round_trip_ms)
	_phx_latest_status = status
	_phx_latest_response = response
	if not _phx_is_lasting:
		_PHX_CORE.pushes.erase(_phx_id)
	if _phx_hooks != null:
		for hook: Array in (_phx_hooks as Array).duplicate():
			if hook[0] == status:
				_phx_call(hook[1] as Callable, response, _phx_event)
	if is_first:
		completed.emit(status, response)
		_phx_listeners = null
	if not _phx_is_lasting:
		_phx_hooks = null


static func _phx_call(callable: Callable, response: Variant, event: String) -> void:
	_PHX_CORE.invoke("PhoenixPush.receive", event, callable, response)


# Lets go of hooks, which may hold the push itself. What awaits it stays held; see _phx_listeners.
func _phx_forget() -> void:
	_PHX_CORE.pushes.erase(_phx_id)
	_phx_hooks = null


# Ends a join's push: there are no further outcomes.
func _phx_finish() -> void:
	_phx_is_lasting = false
	if _phx_is_completed:
		_PHX_CORE.pushes.erase(_phx_id)
		_phx_hooks = null
