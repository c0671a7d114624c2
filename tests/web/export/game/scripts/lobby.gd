extends PhoenixSocket

var greeting := "hello"


func _init() -> void:
	timeout = 4321
