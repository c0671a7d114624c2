## The demo's colours, for parts that the theme does not colour.
extends RefCounted

const INK := Color("#e9ebf4")
const CALM := Color("#8b93b5")
const ACCENT := Color("#fd7b4c")
const GOOD := Color("#5dd39e")
const BUSY := Color("#f5b841")
const BAD := Color("#f25f5c")
const BACKGROUND := Color("#13151f")
const PANEL := Color("#1b1e2c")


## Everybody sees a player in the same colour, as it follows from the id.
static func of_player(user_id: String) -> Color:
	return of_hue(hash(user_id) % 360)


## The colour of a hue in degrees; all are equally bright.
static func of_hue(degrees: float) -> Color:
	return Color.from_ok_hsl(fposmod(degrees / 360.0, 1.0), 0.85, 0.68)
