extends PhoenixSocket

@export var lobby: String = "room:lobby"


func greet() -> String:
	return "hello " + lobby
