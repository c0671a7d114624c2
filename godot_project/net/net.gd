## The demo's one connection, shared by all screens: the autoload [code]Net[/code].
##
## A screen asks [member socket] for its channels and never looks after the connection itself: the
## socket reconnects and its channels rejoin automatically. The state in here is for showing it to
## the player.
extends Node

## There is a new [member socket], not connected yet.
signal started
## The connection is there, for the first time or again.
signal opened
## The connection, or an attempt at one, ended. The next attempt begins in [param retry_in_s].
signal lost(retry_in_s: float)
## There will be no connection, because of [param reason], a sentence to show.
signal failed(reason: String)
## Something that the status bar shows has changed.
signal changed

enum State { STOPPED, CONNECTING, OPEN, LOST, FAILED }

## Everyone who runs the demo is in this topic, so that its presence counts the players.
const TOPIC := "game:demo"
const PING_EVERY_S := 2.0

## The shared socket; null until [method start]. Freeing it is allowed: that stops the connection.
var socket: PhoenixSocket
## What the player is called, and what the server knows this window by.
var player_name := ""
var user_id := ""
var server_url := ""

var state := State.STOPPED
## Why the connection was lost or failed.
var reason := ""
## How many attempts to connect have failed since the connection was last there.
var attempts := 0
## Whether this server was connected to before.
var was_open := false
## Round trip to the server; negative while that is not known.
var round_trip_ms := -1.0
## The user ids of everyone who runs the demo.
var players := PackedStringArray()

var _presence: PhoenixPresence
var _retry_at_ms := 0
var _ping_timer := Timer.new()


func _ready() -> void:
	_ping_timer.wait_time = PING_EVERY_S
	_ping_timer.timeout.connect(_measure_round_trip)
	add_child(_ping_timer)


## Connects to [param url] as [param as_name], and stays connected until [method stop]. A socket for
## just that is kept.
func start(url: String, as_name: String) -> void:
	if is_started() and url == server_url and as_name == player_name:
		socket.connect_socket()
		return
	stop()
	server_url = url
	player_name = as_name
	user_id = _new_user_id(as_name)
	reason = ""
	was_open = false
	attempts = 0

	socket = (
		PhoenixSocket
		. create(
			url,
			{
				"params": {"user_id": user_id},
				# Quick at first, for a hiccup; then calm enough to count down.
				"reconnect_after": PackedInt32Array([200, 1000, 3000]),
				"reconnect_jitter": 0.0,
			}
		)
	)
	# Bound to the socket, as a stopped one may still emit signals.
	socket.on_connecting.connect(_on_connecting.bind(socket))
	socket.on_open.connect(_on_open.bind(socket))
	socket.on_close.connect(_on_close.bind(socket))
	socket.on_error.connect(_on_error.bind(socket))
	socket.tree_exiting.connect(_on_socket_exiting.bind(socket))
	add_child(socket)

	_presence = PhoenixPresence.new()
	_presence.on_sync.connect(_show_players.bind(_presence))
	socket.add_child(_presence)
	socket.channel(TOPIC, {"name": as_name}, _presence).join()

	started.emit()
	if socket.connect_socket() != OK:
		_fail("cannot connect to %s" % url)


## Disconnects and frees the socket, with all its channels.
func stop() -> void:
	if is_instance_valid(socket):
		socket.queue_free()
	_forget_socket()
	_set_state(State.STOPPED)


func is_started() -> bool:
	return is_instance_valid(socket) and not socket.is_queued_for_deletion()


func is_open() -> bool:
	return state == State.OPEN


## Seconds until the next attempt to connect, while the connection is lost.
func retry_in_s() -> float:
	return maxf(0.0, (_retry_at_ms - Time.get_ticks_msec()) / 1000.0)


func _on_connecting(is_connecting: bool, from: PhoenixSocket) -> void:
	if from == socket and is_connecting and state != State.LOST:
		_set_state(State.CONNECTING)


func _on_open(_params: Dictionary, from: PhoenixSocket) -> void:
	if from != socket:
		return
	was_open = true
	attempts = 0
	reason = ""
	_set_state(State.OPEN)
	_ping_timer.start()
	_measure_round_trip()
	opened.emit()


## Also for each attempt to connect that failed.
func _on_close(params: Dictionary, from: PhoenixSocket) -> void:
	if from != socket:
		return
	_ping_timer.stop()
	round_trip_ms = -1.0
	if not params.get("will_reconnect", false):
		_set_state(State.STOPPED)
		return
	attempts += 1
	reason = params.reason.message
	_retry_at_ms = Time.get_ticks_msec() + (params.retry_in_ms as int)
	_set_state(State.LOST)
	lost.emit(retry_in_s())


## A refusal by the server itself does not go away by trying again.
func _on_error(data: Dictionary, from: PhoenixSocket) -> void:
	var status := data.get("status_code", 0) as int
	if from == socket and not was_open and status >= 400 and status < 500:
		_fail("The server refused the connection (%d): is the address right?" % status)


func _on_socket_exiting(exiting: PhoenixSocket) -> void:
	if exiting == socket:
		_forget_socket()
		_set_state(State.STOPPED)


func _fail(why: String) -> void:
	stop()
	reason = why
	_set_state(State.FAILED)
	failed.emit(why)


func _forget_socket() -> void:
	socket = null
	_presence = null
	_ping_timer.stop()
	round_trip_ms = -1.0
	players.clear()


func _show_players(from: PhoenixPresence) -> void:
	if from == _presence:
		players = PackedStringArray(from.get_state().keys())
		changed.emit()


func _measure_round_trip() -> void:
	if not is_started() or not socket.get_is_connected():
		return
	var reply: Array = await socket.ping().completed
	if is_open() and reply[0] == "ok":
		round_trip_ms = reply[1].round_trip_ms
		changed.emit()


func _set_state(new_state: State) -> void:
	state = new_state
	changed.emit()


## Two windows of one player are two users.
func _new_user_id(from_name: String) -> String:
	var readable := RegEx.create_from_string("[^a-z0-9]+").sub(from_name.to_lower(), "-", true)
	readable = readable.trim_prefix("-").trim_suffix("-")
	return "%s-%04x" % ["player" if readable.is_empty() else readable, randi() % 0x10000]
