## Plays one scenario after the other, as the control asks for over a connection of its own. What a
## scenario reports is printed, so that it is in order with the engine's output.
extends Node

const Scenario := preload("res://scenario.gd")
const Transport := preload("res://transport.gd")

var _role: String
var _control := StreamPeerTCP.new()
var _received := PackedByteArray()
var _transport: Transport
var _scenario: Scenario


## [param arguments] are those of player.gd.
func _init(arguments: PackedStringArray) -> void:
	var options := {}
	for i: int in range(0, arguments.size() - 1, 2):
		options[arguments[i].trim_prefix("--")] = arguments[i + 1]
	name = "Stage"
	_role = options.role
	var address := (options.control as String).split(":")
	_control.connect_to_host(address[0], address[1].to_int())
	var script := load("res://transport_%s.gd" % options.transport) as GDScript
	_transport = script.new(options.server)
	add_child(_transport)


func _ready() -> void:
	while _control.get_status() != StreamPeerTCP.STATUS_CONNECTED:
		_control.poll()
		OS.delay_msec(1)
	_control.set_no_delay(true)
	_control.put_data(("%s %d\n" % [_role, OS.get_process_id()]).to_utf8_buffer())


func _process(_delta: float) -> void:
	_control.poll()
	if _control.get_status() != StreamPeerTCP.STATUS_CONNECTED:
		get_tree().quit(1)  # the control is gone
		return
	var count := _control.get_available_bytes()
	if count > 0:
		_received.append_array(_control.get_data(count)[1] as PackedByteArray)
	var end := _received.find(10)
	while end >= 0:
		var request: Dictionary = JSON.parse_string(_received.slice(0, end).get_string_from_utf8())
		_received = _received.slice(end + 1)
		_take(request)
		end = _received.find(10)


func _take(request: Dictionary) -> void:
	if request.has("run"):
		_run(request.run as String, request.room as String)
	elif request.has("met"):
		_scenario.met.emit(request.data)
	elif request.has("quit"):
		get_tree().quit()


func _run(scenario: String, room: String) -> void:
	var script := load("res://scenarios/%s.gd" % scenario) as GDScript
	if script == null or not script.can_instantiate():
		print("[play] failure no usable scenario '%s'" % scenario)
		print("[play] done")
		return
	_scenario = script.new()
	_scenario.name = "Scenario"
	_scenario.role = _role
	_scenario.room = room
	_scenario.transport = _transport
	_transport.begin(room)
	get_tree().set_multiplayer(MultiplayerAPI.create_default_interface())
	_scenario.ended.connect(_end, CONNECT_DEFERRED)
	get_tree().root.add_child(_scenario)
	_scenario.play()


func _end() -> void:
	multiplayer.multiplayer_peer = OfflineMultiplayerPeer.new()
	_scenario.free()
	_transport.end()
	print("[play] done")
