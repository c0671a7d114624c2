## A game's own socket: the engine's callbacks in a subclass.
extends PhoenixSocket

var calls: Array[String] = []
var user := ""


func _init(user_id: String = "nobody", url: String = "") -> void:
	user = user_id
	params = {"user_id": user_id}
	if not url.is_empty():
		endpoint = url
	calls.append("init")
	on_open.connect(func(_params: Dictionary) -> void: calls.append("open"))


func _enter_tree() -> void:
	calls.append("enter")


func _ready() -> void:
	calls.append("ready")
	connect_socket()


func _process(_delta: float) -> void:
	if not calls.has("process"):
		calls.append("process")


func _exit_tree() -> void:
	calls.append("exit")


func _notification(what: int) -> void:
	if what == NOTIFICATION_POST_ENTER_TREE:
		calls.append("post-enter")


func whoami(channel: PhoenixChannel) -> Array:
	return await channel.push("whoami").completed
