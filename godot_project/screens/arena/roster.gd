## The players in the arena, as Presence reports them: names, colours and scores. The server keeps
## these; a score is part of the player's meta, and changes there.
extends RefCounted

signal arrived(player: Player)
signal left(player: Player)
signal changed

const Payload := preload("res://screens/arena/payload.gd")


class Player:
	var id := 0
	var name := ""
	var color := Color.WHITE
	var score := 0
	var is_bot := false


var players := {}  # id -> Player
var bots := 0  # among them

var _known := false  # the first state is not news


## Takes over [param state], as [method PhoenixPresence.get_state] gives it. One user in two windows
## has two metas, and is two players.
func follow(state: Dictionary) -> void:
	var before := players
	players = {}
	bots = 0
	for user: String in state:
		for meta: Variant in (state[user] as Dictionary).get("metas", []):
			if meta is Dictionary:
				_take(meta as Dictionary)
	if _known:
		_tell_difference(before)
	_known = not players.is_empty()
	changed.emit()


func player(id: int) -> Player:
	return players.get(id)


## For messages; somebody may have left by now.
func name_of(id: int) -> String:
	var known := player(id)
	return known.name if known else "somebody"


func color_of(id: int) -> Color:
	var known := player(id)
	return known.color if known else Color.LIGHT_GRAY


## The best first; equal ones in the order they came.
func ranking() -> Array[Player]:
	var ranked: Array[Player] = []
	ranked.assign(players.values())
	ranked.sort_custom(
		func(a: Player, b: Player) -> bool:
			return a.score > b.score if a.score != b.score else a.id < b.id
	)
	return ranked


## From a meta's hue, 0 to 359: bright on a dark ground whatever the hue, which OKHSL is for.
static func color_of_hue(hue: int) -> Color:
	return Color.from_ok_hsl(posmod(hue, 360) / 360.0, 0.95, 0.7)


func _take(meta: Dictionary) -> void:
	var taken := Player.new()
	taken.id = Payload.whole(meta, "id")
	taken.name = str(meta.get("name", ""))
	taken.color = color_of_hue(Payload.whole(meta, "hue"))
	taken.score = Payload.whole(meta, "score")
	taken.is_bot = meta.get("bot") == true
	if taken.id > 0:
		players[taken.id] = taken
		bots += int(taken.is_bot)


func _tell_difference(before: Dictionary) -> void:
	for id: int in players:
		if not before.has(id):
			arrived.emit(players[id])
	for id: int in before:
		if not players.has(id):
			left.emit(before[id])
