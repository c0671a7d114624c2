## The lobby's colours.
extends RefCounted

const CALM := Color("#8b93b5")
const GOOD := Color("#5dd39e")
const BUSY := Color("#f5b841")
const BAD := Color("#f25f5c")

## Spreads numbers over the colour circle.
const _GOLDEN := 0.618033988749895


## Everybody sees a player in the same colour, as it follows from the name.
static func of_player(player: String) -> Color:
	return Color.from_ok_hsl(fposmod(player.hash() % 1024 * _GOLDEN, 1.0), 0.85, 0.68)
