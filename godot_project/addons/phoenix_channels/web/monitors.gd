# gdlint: disable=private-method-call
extends RefCounted
## The numbers of all sockets in the tree together that the debugger shows, while there are any.

const EMPTY := {
	"round_trip_ms": 0.0,
	"connects": 0,
	"reconnects": 0,
	"messages_in": 0,
	"messages_out": 0,
	"bytes_in": 0,
	"bytes_out": 0,
	"buffered_pushes": 0,
	"buffered_bytes": 0,
	"pending_pushes": 0,
	"queued_events": 0,
	"queued_bytes": 0,
	"late_replies": 0,
	"malformed_messages": 0,
}
## What only grows.
const COUNTS: Array[String] = ["messages_in", "messages_out", "bytes_in", "bytes_out", "reconnects"]
const OPEN := 2
const JOINED := 2

static var _sockets: Array[Node] = []
# Of sockets that have left the tree, less what others had when they entered it.
static var _left: Dictionary[String, int] = {}
static var _shown: PackedStringArray = []


## The growth of a number in the last second, independent of callers and their frequency. A caller
## that asks less often gets the mean since its last call.
class Rate:
	var _times: PackedFloat64Array = []
	var _totals: PackedInt64Array = []

	func at(now: float, total: int) -> float:
		while _times.size() > 1 and now - _times[1] >= 1.0:
			_times.remove_at(0)
			_totals.remove_at(0)
		_times.append(now)
		_totals.append(total)
		return (total - _totals[0]) / maxf(now - _times[0], 1.0)


## Takes a socket that entered the tree, unless it has not left it since. The first one brings the
## monitors.
static func entered(socket: Node) -> void:
	if socket in _sockets:
		return
	_count(socket, -1)
	_sockets.append(socket)
	if _sockets.size() == 1:
		_show()


## Takes a socket that has left the tree. The last one takes the monitors along.
static func exited(socket: Node) -> void:
	if not socket in _sockets:
		return
	_sockets.erase(socket)
	_count(socket, 1)
	if _sockets.is_empty():
		for title: String in _shown:
			if Performance.has_custom_monitor(title):  # else the game has taken it away
				Performance.remove_custom_monitor(title)
		_shown.clear()


static func _count(socket: Node, times: int) -> void:
	var statistics: Dictionary = socket.get_statistics()
	for title: String in COUNTS:
		_left[title] = _left.get(title, 0) + times * (statistics[title] as int)


static func _show() -> void:
	# The debugger knows a category only before a single slash, so the names have no "/s".
	_monitor("Open Sockets", _open)
	_monitor("Joined Channels", _joined)
	var before := _total("reconnects")
	_monitor("Reconnects", func() -> float: return _total("reconnects") - before)
	_rate("Messages In per Second", "messages_in")
	_rate("Messages Out per Second", "messages_out")
	_rate("Bytes In per Second", "bytes_in")
	_rate("Bytes Out per Second", "bytes_out")
	_monitor("Round Trip (ms)", _longest)
	_monitor("Pending Pushes", _sum.bind("pending_pushes"))
	_monitor("Queued Events", _sum.bind("queued_events"))
	_monitor("Queued Bytes", _sum.bind("queued_bytes"))


static func _monitor(title: String, value: Callable) -> void:
	if not Performance.has_custom_monitor("Phoenix/" + title):
		Performance.add_custom_monitor("Phoenix/" + title, value)
		_shown.append("Phoenix/" + title)


static func _rate(title: String, count: String) -> void:
	var rate := Rate.new()
	rate.at(Time.get_ticks_usec() / 1e6, _total(count))
	_monitor(title, func() -> float: return rate.at(Time.get_ticks_usec() / 1e6, _total(count)))


static func _open() -> float:
	return _sockets.filter(func(s: Node) -> bool: return s.get_state() == OPEN).size()


static func _joined() -> float:
	var count := 0.0
	for socket: Node in _sockets:
		for channel: Node in socket.get_channels():
			count += 1.0 if channel.get_state() == JOINED else 0.0
	return count


static func _longest() -> float:
	var longest := 0.0
	for socket: Node in _sockets:
		longest = maxf(longest, socket.get_round_trip_ms() as float)
	return longest


static func _sum(title: String) -> float:
	var sum := 0.0
	for socket: Node in _sockets:
		sum += socket.get_statistics()[title] as float
	return sum


static func _total(count: String) -> int:
	return _left.get(count, 0) + int(_sum(count))
