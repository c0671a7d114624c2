## How much memory this process holds, on Linux; elsewhere nothing.
extends RefCounted

const STATUS := "/proc/self/status"

var _first_kib := 0
var _most_kib := 0


func _init() -> void:
	_first_kib = now_kib()
	look()


## Notes what is held now.
func look() -> void:
	_most_kib = maxi(_most_kib, now_kib())


## The most that was held at a look, over what it was at first.
func grown_mib() -> int:
	return (_most_kib - _first_kib) >> 10


func most_mib() -> int:
	return _most_kib >> 10


func now_kib() -> int:
	var file := FileAccess.open(STATUS, FileAccess.READ)
	# Its length is unknown, so it is read by lines.
	while file != null and not file.eof_reached():
		var line := file.get_line()
		if line.begins_with("VmRSS:"):
			return line.get_slice(":", 1).strip_edges().to_int()
	return 0
