## What the tests of the co-op game share, those of its partner included.
extends "res://demo_case.gd"

const Coop := preload("res://screens/coop/coop.gd")
const Player := preload("res://screens/coop/player.gd")


func coop() -> Coop:
	return Screens.scene as Coop


## Waits until these players are in the game, and each has a ship.
func until_players(names: Array[String]) -> void:
	await wait_until(func() -> bool: return players() == names, "%s in the game" % [names], 20_000)


## Who has a ship, by name.
func players() -> Array[String]:
	var names: Array[String] = []
	if coop().meadow != null:
		for player: Player in coop().meadow.get_node("%Players").get_children():
			if not player.is_queued_for_deletion():
				names.append(player.player_name)
	names.sort()
	return names


func score() -> int:
	return coop().meadow.profiles[coop().meadow.multiplayer.get_unique_id()].score


func status() -> String:
	return (part("Status") as Label).text


## Flies to the stars, as a player with the keys would, until so many were gathered.
func gather(stars: int) -> void:
	coop().set_process(false)
	await wait_until(
		func() -> bool:
			var own := coop().meadow.player_of(coop().meadow.multiplayer.get_unique_id())
			if own == null:
				return false
			var nearest := Vector2.INF
			for star: Node2D in coop().meadow.get_node("%Stars").get_children():
				var way := star.position - own.position
				nearest = way if way.length() < nearest.length() else nearest
			coop().meadow.steer(nearest.normalized() if nearest != Vector2.INF else Vector2.ZERO)
			return score() >= stars,
		"%d stars" % stars,
		20_000
	)
	coop().meadow.steer(Vector2.ZERO)
	coop().set_process(true)
