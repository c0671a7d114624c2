## The lobby's colours.
extends RefCounted

const CALM := Color("#8b93b5")
const GOOD := Color("#5dd39e")
const BUSY := Color("#f5b841")
const BAD := Color("#f25f5c")

const _PLAYERS: Array[Color] = [
	Color("#fd7b4c"),
	Color("#5dd39e"),
	Color("#6c8cff"),
	Color("#f5b841"),
	Color("#e56bb4"),
	Color("#4cc9f0"),
	Color("#b58bff"),
	Color("#d0e562"),
]


## Everybody sees a player in the same colour, as it follows from the name.
static func of_player(player: String) -> Color:
	return _PLAYERS[posmod(player.hash(), _PLAYERS.size())]
