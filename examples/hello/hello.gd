## Pushes what the player types, and shows the server's reply. The socket and the channel are nodes
## of the scene, set up in the inspector.
extends Control

@onready var _socket: PhoenixSocket = %Socket
@onready var _channel: PhoenixChannel = %Channel
@onready var _status: Label = %Status
@onready var _replies: RichTextLabel = %Replies
@onready var _text: LineEdit = %Text
@onready var _send: Button = %Send


func _ready() -> void:
	_socket.on_close.connect(_on_close)
	_socket.on_error.connect(_on_error)
	_channel.on_join_result.connect(_on_join_result)
	_text.text_submitted.connect(func(_submitted: String) -> void: _say())
	_send.pressed.connect(_say)
	_text.grab_focus()


func _say() -> void:
	if not _channel.is_joined():
		return
	var push := _channel.push("echo", {"text": _text.text})
	_text.clear()
	var reply: Array = await push.completed
	match reply[0]:
		"ok":
			_show(reply[1].text as String, Color.WHITE)
		"error":
			_show("The server refused it: %s" % reply[1].reason, Color.TOMATO)
		_:
			_show("The reply was lost.", Color.TOMATO)


## add_text() shows a server's text as it is; append_text() would read [b] as bold.
func _show(line: String, color: Color) -> void:
	_replies.push_color(color)
	_replies.add_text(line + "\n")
	_replies.pop()


func _on_join_result(status: String, result: Variant) -> void:
	_status.text = "Connected" if status == "ok" else "Cannot join: %s" % result


func _on_close(params: Dictionary) -> void:
	if params.will_reconnect:
		_status.text = "No connection. Trying again …"


func _on_error(error: Dictionary) -> void:
	print(error.message)
