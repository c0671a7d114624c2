# gdlint: disable=private-method-call
extends Node
## Who is present in a channel.

signal on_join(joins: Array[Dictionary])
signal on_leave(leaves: Array[Dictionary])
signal on_sync

const _PHX_CORE := preload("core.gd")
const _PHX_COMMAND := _PHX_CORE.Protocol.Command
const _PHX_SYNC := preload("presence_sync.gd")

@export var auto_sync: bool = true:
	set = set_auto_sync,
	get = get_auto_sync

var _phx_auto_sync := true
# Of the worker's presence, which follows a channel; 0 before the first.
var _phx_id := 0
# The entries by key; they are read-only, as all copies share them.
var _phx_list := {}
# The PhoenixChannel that it belongs to, and follows with auto_sync.
var _phx_channel: PhoenixChannel
# The PhoenixChannel that has it as its presence, and whether it was placed under that.
var _phx_given: PhoenixChannel
var _phx_is_found := false
# The number of the last command that changed the list: what the worker worked out before that may
# be known already. And of the last one after which none of it counts.
var _phx_command := 0
var _phx_outdated := 0
var _phx_is_gone := false


func set_auto_sync(value: bool) -> void:
	_phx_auto_sync = value
	_phx_follow_if_asked()


func get_auto_sync() -> bool:
	return _phx_auto_sync


func sync_state(state: Dictionary) -> Dictionary:
	var sync := _PHX_SYNC.new(_phx_list)
	sync.take_state(state)
	return _phx_synced(sync, "sync_state", _PHX_COMMAND.SYNC_STATE, state)


func sync_diff(diff: Dictionary) -> Dictionary:
	var sync := _PHX_SYNC.new(_phx_list)
	sync.take_diff(diff)
	return _phx_synced(sync, "sync_diff", _PHX_COMMAND.SYNC_DIFF, diff)


func list(chooser: Callable = Callable()) -> Array:
	if chooser.is_null():
		return _phx_list.values()
	var chosen := []
	if not chooser.is_valid() or chooser.get_argument_count() < 2:
		push_error(
			(
				"PhoenixPresence.list(): the chooser cannot be called with a key and a presence: %s."
				% (
					"its object is gone"
					if not chooser.is_valid()
					else "it takes %d arguments" % chooser.get_argument_count()
				)
			)
		)
		return chosen
	var all := get_state()
	for key: String in all:
		chosen.append(chooser.call(key, all[key]))
	return chosen


func clear() -> void:
	if _phx_all_leave() and is_instance_valid(self):
		on_sync.emit()


func get_state() -> Dictionary:
	return _phx_list.duplicate()


func get_count() -> int:
	return _phx_list.size()


func get_keys() -> PackedStringArray:
	return PackedStringArray(_phx_list.keys())


func get_presence(key: String) -> Dictionary:
	return (_phx_list[key] as Dictionary).duplicate(true) if _phx_list.has(key) else {}


func has(key: String) -> bool:
	return _phx_list.has(key)


func _notification(what: int) -> void:
	match what:
		NOTIFICATION_PARENTED, NOTIFICATION_ENTER_TREE:
			_phx_find_place()
		NOTIFICATION_PREDELETE:
			_phx_is_gone = true
			if _phx_id != 0:
				_PHX_CORE.nodes.erase(_phx_id)
				_PHX_CORE.send([_PHX_COMMAND.FREE, _phx_id])


# Belongs to the channel that it was placed under, unless it was given to one, or that has another.
func _phx_find_place() -> void:
	var above := _phx_channel_above()
	if above == null:
		return
	var of := _phx_owner()
	if of == above or of != null and not _phx_is_found or above.get_presence() != null:
		return
	if of != null:  # placed under another one before
		of._phx_use_presence(null)
	above._phx_use_presence(self)
	_phx_is_found = true


func _phx_channel_above() -> PhoenixChannel:
	var at := get_parent()
	while at != null and not at is PhoenixChannel:
		at = at.get_parent()
	return at


func _phx_owner() -> PhoenixChannel:
	return _phx_given if is_instance_valid(_phx_given) else null


func _phx_given_to(channel: PhoenixChannel) -> void:
	_phx_given = channel
	_phx_is_found = false


func _phx_taken_from(channel: PhoenixChannel) -> void:
	if _phx_owner() == channel:
		_phx_given = null
		_phx_is_found = false


# Makes the node follow a channel; null: none, it is synced by hand. Who was present in the channel
# before has left it.
func _phx_follow(channel: PhoenixChannel) -> void:
	clear()
	if not is_instance_valid(self):
		return
	_phx_channel = channel
	_phx_follow_if_asked()


func _phx_follow_if_asked() -> void:
	var follows := _phx_auto_sync and is_instance_valid(_phx_channel) and _phx_channel._phx_id != 0
	if _phx_id == 0:
		if not follows:
			return
		_phx_id = _PHX_CORE.new_id()
		_PHX_CORE.nodes[_phx_id] = self
		_PHX_CORE.send([_PHX_COMMAND.PRESENCE, _phx_id])
		if not _phx_list.is_empty():
			_PHX_CORE.send([_PHX_COMMAND.SYNC_STATE, _phx_id, _phx_list])
	var channel := _phx_channel._phx_id if follows else 0
	_PHX_CORE.send([_PHX_COMMAND.FOLLOW, _phx_id, channel])


# Emits the changes of a manual state or diff, and returns the new state.
func _phx_synced(sync: _PHX_SYNC, method: String, command: int, given: Dictionary) -> Dictionary:
	if sync.problem:
		_PHX_CORE.mistake("PhoenixPresence." + method, "", sync.problem)
		return get_state()
	if _phx_id != 0:
		_phx_command = _PHX_CORE.send([command, _phx_id, given])
		if command == _PHX_COMMAND.SYNC_STATE:
			_phx_outdated = _phx_command
	_phx_tell(sync.joins, sync.leaves)
	if is_instance_valid(self):
		on_sync.emit()
	return get_state() if is_instance_valid(self) else {}


func _phx_tell(joins: Array[Dictionary], leaves: Array[Dictionary]) -> void:
	var channel := _phx_channel
	if not joins.is_empty():
		on_join.emit(joins)
	# A handler may have given the node to another one.
	if not leaves.is_empty() and is_instance_valid(self) and is_same(_phx_channel, channel):
		on_leave.emit(leaves)


# Takes a part of what the worker worked out.
func _phx_change(
	joins: Array[Dictionary], leaves: Array[Dictionary], now: Dictionary, processed: int
) -> void:
	if processed < _phx_outdated:
		return
	if processed < _phx_command:
		_phx_change_again(joins, leaves)
		return
	for key: String in now:
		if now[key] == null:
			_phx_list.erase(key)
		else:
			_PHX_SYNC.freeze(now[key])
			_phx_list[key] = now[key]
	_phx_tell(joins, leaves)


# The list was changed by hand since: only what it does not have yet counts.
func _phx_change_again(joins: Array[Dictionary], leaves: Array[Dictionary]) -> void:
	var joined := {}
	var left := {}
	for join: Dictionary in joins:
		joined[join.key] = join.new_presence
	for leave: Dictionary in leaves:
		left[leave.key] = leave.left_presence
	var sync := _PHX_SYNC.new(_phx_list)
	sync.apply(joined, left)
	_phx_tell(sync.joins, sync.leaves)


# clear() without on_sync, on which a game shows the state again: not while it tears down its
# nodes.
func _phx_all_leave() -> bool:
	if _phx_id != 0:
		_phx_outdated = _PHX_CORE.send([_PHX_COMMAND.CLEAR, _phx_id])
	if _phx_list.is_empty():
		return false
	var leaves: Array[Dictionary] = []
	for key: String in _phx_list:
		var entry: Dictionary = _phx_list[key]
		(
			leaves
			. append(
				{
					"key": key,
					"current_presence": _PHX_SYNC.emptied(entry),
					"left_presence": entry,
				}
			)
		)
	_phx_list = {}
	on_leave.emit(leaves)
	return true
