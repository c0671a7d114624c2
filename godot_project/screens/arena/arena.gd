## The arena: a small game in real time for up to 64 players.
##
## Each player's game is the authority on its own ship: it flies immediately and sends its position
## to the server 20 times a second. A shot is judged by the shooter's game, and counted by the
## server. Names, colours and scores are Presence metas. So the server only passes on and counts,
## which a Phoenix channel does well; it also means that a player who cheats is believed.
extends "res://screens/screen.gd"

const Palette := preload("res://ui/palette.gd")
const ArenaLayout := preload("res://screens/arena/arena_layout.gd")
const ArenaLink := preload("res://screens/arena/arena_link.gd")
const Bots := preload("res://screens/arena/bots.gd")
const Effects := preload("res://screens/arena/effects.gd")
const FieldView := preload("res://screens/arena/field_view.gd")
const Ground := preload("res://screens/arena/ground.gd")
const Hud := preload("res://screens/arena/hud.gd")
const Pilot := preload("res://screens/arena/pilot.gd")
const PositionSender := preload("res://screens/arena/position_sender.gd")
const Radar := preload("res://screens/arena/radar.gd")
const RemoteShips := preload("res://screens/arena/remote_ships.gd")
const Roster := preload("res://screens/arena/roster.gd")
const Ship := preload("res://screens/arena/ship.gd")
const ShipView := preload("res://screens/arena/ship_view.gd")
const Shots := preload("res://screens/arena/shots.gd")
const TouchStick := preload("res://screens/arena/touch_stick.gd")
const TouchTrigger := preload("res://screens/arena/touch_trigger.gd")
const Tracers := preload("res://screens/arena/tracers.gd")

const TOPIC := "arena:main"
const NEWS_EVERY_S := 0.2
## A window with less than this width or height has touch controls, as on a phone.
const PHONE := Vector2(ArenaLayout.NARROW, 400.0)

var link := ArenaLink.new()
var roster := Roster.new()
var ship := Ship.new()

var _presence := PhoenixPresence.new()
var _radar := Radar.new()
var _sender := PositionSender.new()
var _shots := Shots.new(link)
var _fallen_by := ""
var _has_news := false  # of who is here
var _news_in_s := 0.0
var _was_touched := false

@onready var view: FieldView = %View
@onready var ships: RemoteShips = %Ships
@onready var bots: Bots = %Bots
@onready var _ground: Ground = %Ground
@onready var _own_view: ShipView = %OwnShip
@onready var _tracers: Tracers = %Tracers
@onready var _effects: Effects = %Effects
@onready var _hud: Hud = %Hud
@onready var _stick: TouchStick = %Stick
@onready var _trigger: TouchTrigger = %Trigger
@onready var _pilot := Pilot.new(_stick, _trigger)


func _ready() -> void:
	link.joined.connect(_on_joined)
	link.refused.connect(_on_refused)
	link.positions.connect(_on_positions)
	link.shot.connect(_on_shot)
	link.hit.connect(_on_hit)
	_shots.met.connect(_on_met)
	ships.started.connect(_effects.start)
	roster.changed.connect(_on_roster_changed)
	roster.arrived.connect(_on_arrived)
	roster.left.connect(_on_left)
	Net.lost.connect(_on_lost)
	view.zoomed.connect(_on_zoomed)
	_hud.bots_asked.connect(func(more: int) -> void: bots.want(bots.wanted() + more))

	_tracers.own = _shots
	_own_view.is_own = true
	_hud.minimap.view = view
	_hud.minimap.ships = ships
	_hud.minimap.own = ship
	_on_zoomed(view.zoom)
	_make_bots()

	_hud.tell("Joining the arena …")
	if Net.state == Net.State.LOST:
		_on_lost(Net.retry_in_s())
	add_child(_presence)
	_presence.on_sync.connect(func() -> void: _has_news = true)
	link.open(new_channel(TOPIC, {"name": Net.player_name}, _presence))
	view.gui_input.connect(_on_view_input)
	resized.connect(_show_thumbs)
	_show_thumbs()
	view.grab_focus()


## The first touch shows the controls, wherever it was.
func _input(event: InputEvent) -> void:
	if event is InputEventScreenTouch and not _was_touched:
		_was_touched = true
		_show_thumbs()


func _process(delta: float) -> void:
	var now_ms := Time.get_ticks_usec() / 1000.0
	_follow_presence(delta)
	_radar.clear()
	ships.seen = view.seen()
	ships.show_at(now_ms, _radar)
	if link.is_joined():
		_fly(delta)
		link.send_position(_sender.next(ship, link.field, now_ms))
	_show_own_ship(now_ms)
	view.follow(ship.place, delta)
	_hud.show_standing(link.score, roster)
	_hud.is_alone = (link.is_joined() and roster.players.keys() == [link.id] and bots.wanted() == 0)


## Fifty players who score change their metas many times a second; to read them a few times will do.
func _follow_presence(delta: float) -> void:
	_news_in_s -= delta
	if _has_news and _news_in_s <= 0.0:
		_has_news = false
		_news_in_s = NEWS_EVERY_S
		roster.follow(_presence.get_state())


func _fly(delta: float) -> void:
	if ship.is_ready():
		ship.start(_radar.quiet_place(link.field))
		_effects.start(ship.place, roster.color_of(link.id))
		_hud.be_silent()
	var to_field := view.to_field()
	var direction := _pilot.direction(ship, to_field)
	ship.fly(direction, _pilot.aim(ship, direction, to_field), link.field, delta)
	if _pilot.fires():
		_shots.fire(ship)
	# After the own ship was moved: bots see it where it is.
	if ship.flies and not ship.is_shielded():
		_radar.add(link.id, ship.place, ship.velocity)
	_shots.advance(_radar, link.id, delta)


func _show_own_ship(now_ms: float) -> void:
	_own_view.visible = ship.flies
	_own_view.put(ship.place, ship.heading, ship.thrusts, ship.is_shielded(), now_ms / 1000.0)
	if not ship.flies and link.is_joined() and _fallen_by != "":
		_hud.tell("%s hit you" % _fallen_by, "back in %.1f s" % ship.down_s)


func _make_bots() -> void:
	bots.url = Net.server_url
	bots.topic = TOPIC
	bots.radar = _radar
	bots.changed.connect(_on_bots_changed)
	bots.want(Screens.bots)


func _on_bots_changed() -> void:
	Screens.bots = bots.wanted()  # for when the player comes back
	_hud.show_bots(Screens.bots)


## At first, and whenever the connection has come back: then as another number, and with what the
## server still knows of the score.
func _on_joined() -> void:
	_sender.tick_ms = link.tick_ms
	ships.own_id = link.id
	ships.tick_ms = link.tick_ms
	for part: Node in [ships, view, _ground, _tracers] as Array[Node]:
		part.set("field", link.field)
	ships.clear()
	_shots.clear()
	_tracers.clear()
	_hud.be_silent()
	if ship.flies:
		ship.shield_s = Ship.SHIELD_S
	_on_roster_changed()


## The channel goes on trying, so a place that becomes free is taken.
func _on_refused(reason: String) -> void:
	match reason:
		"full":
			_hud.tell("The arena is full", "You join as soon as somebody leaves.")
		"timeout":
			_hud.tell("The arena is not responding", "Trying again …")
		"unmatched topic":
			_hud.tell("This server has no arena", "It has no topic %s." % TOPIC)
		_:
			_hud.tell("The arena refused you", "The server's reason: %s" % reason)


func _on_lost(_retry_in_s: float) -> void:
	if Net.was_open:
		_hud.tell("Connection lost", "The game continues automatically.")
	else:
		_hud.tell("No server yet, trying again …", "No response from %s" % Net.server_url)


func _on_positions(bytes: PackedByteArray) -> void:
	ships.take(bytes, Time.get_ticks_usec() / 1000.0)


func _on_shot(shooter: int, number: int, place: Vector2, heading: float) -> void:
	_tracers.add(shooter, number, place, heading, roster.color_of(shooter))


## The player's own shot has met somebody, as far as can be seen from here.
func _on_met(shot: Shots.Shot, _target: int) -> void:
	_effects.spark(shot.place, roster.color_of(link.id))


func _on_hit(shooter: int, target: int, number: int, _score: int) -> void:
	_tracers.remove(shooter, number)
	_tell_hit(shooter, target)
	if target != link.id:
		_effects.burst(ships.place_of(target), roster.color_of(target))
		ships.fell(target, Time.get_ticks_usec() / 1000.0)
	elif ship.flies:
		_effects.burst(ship.place, roster.color_of(target))
		view.shake()
		ship.fall()
		_fallen_by = roster.name_of(shooter)


func _tell_hit(shooter: int, target: int) -> void:
	_hud.feed.tell(
		PackedStringArray([_called(shooter), "hit", _called(target)]),
		PackedColorArray([roster.color_of(shooter), Palette.CALM, roster.color_of(target)])
	)


func _called(id: int) -> String:
	return "you" if id == link.id else roster.name_of(id)


func _on_arrived(player: Roster.Player) -> void:
	if player.id != link.id and not player.is_bot:
		_tell_of(player, "is here")


func _on_left(player: Roster.Player) -> void:
	if not player.is_bot:
		_tell_of(player, "left")


func _tell_of(player: Roster.Player, what: String) -> void:
	_hud.feed.tell(
		PackedStringArray([player.name, what]), PackedColorArray([player.color, Palette.CALM])
	)


func _on_roster_changed() -> void:
	ships.follow(roster)
	_own_view.color = roster.color_of(link.id)
	_tracers.own_color = roster.color_of(link.id)
	_hud.board.show_ranking(roster.ranking(), link.id)


func _on_zoomed(zoom: float) -> void:
	ships.set_zoom(zoom)
	_own_view.set_zoom(zoom)
	_hud.minimap.visible = not view.shows_all()


func _show_thumbs() -> void:
	var is_phone := size.x < PHONE.x or size.y < PHONE.y
	var shown := _was_touched or is_phone or DisplayServer.is_touchscreen_available()
	_stick.visible = shown
	_trigger.visible = shown


func _on_view_input(event: InputEvent) -> void:
	if _pilot.take(event):
		view.accept_event()
