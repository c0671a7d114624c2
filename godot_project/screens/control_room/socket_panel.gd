## Connects and disconnects the shared socket, and frees it.
extends PanelContainer

@onready var _state: Label = %SocketState
@onready var _connect: Button = %Connect
@onready var _free: Button = %FreeSocket


func _ready() -> void:
	_connect.pressed.connect(_on_connect_pressed)
	_free.pressed.connect(_on_free_pressed)
	Net.changed.connect(_show)
	_show()


func _show() -> void:
	var wanted := Net.state in [Net.State.CONNECTING, Net.State.OPEN, Net.State.LOST]
	_connect.text = "Disconnect" if wanted else "Connect"
	_free.disabled = not Net.is_started()
	_state.text = Net.user_id if Net.is_started() else "freed"


func _on_connect_pressed() -> void:
	if _connect.text == "Disconnect":
		Net.socket.disconnect_socket()
	else:
		# Makes a new socket if this one was freed.
		Net.start(Net.server_url, Net.player_name)


## A node may be freed at any time: it disconnects first, and pending pushes complete.
func _on_free_pressed() -> void:
	Net.socket.queue_free()
