@tool
extends RefCounted
## The columns of the message list, and how wide they are. The last one has the rest.

## A width has changed.
signal changed

enum { TIME, DIRECTION, TOPIC, EVENT, STATUS, SIZE, TOOK, PAYLOAD }

const Look := preload("../look.gd")

const TITLES: Array[String] = ["Time", "", "Topic", "Event", "Status", "Size", "Reply", "Payload"]
const TOOLTIPS: Array[String] = [
	"When the game sent or received it, in this computer's time zone.",
	"Sent or received.",
	"",
	"",
	"Of a reply.",
	"Of the payload, as it travelled.",
	"Time from the push to its reply. The bar is logarithmic: full at 10 seconds.",
	"",
]
const NARROWEST := 24.0

# In pixels at scale 1.
var _widths: Array[float] = [106.0, 24.0, 130.0, 110.0, 62.0, 70.0, 80.0]


func width(column: int) -> float:
	return Look.px(_widths[column]) if column < _widths.size() else INF


func left(column: int) -> float:
	var x := 0.0
	for i: int in column:
		x += width(i)
	return x


func set_width(column: int, pixels: float) -> void:
	_widths[column] = maxf(NARROWEST, pixels / Look.scale())
	changed.emit()


## The column at [param x].
func at(x: float) -> int:
	for column: int in _widths.size():
		x -= width(column)
		if x < 0.0:
			return column
	return PAYLOAD


## The column whose right edge is within [param reach] of [param x]; -1 when there is none.
func edge_at(x: float, reach: float) -> int:
	for column: int in _widths.size():
		if absf(left(column) + width(column) - x) <= reach:
			return column
	return -1
