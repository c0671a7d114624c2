## Logs in over HTTP, and connects with the token that the login returned.
##
## A token expires, and the socket may have to reconnect hours later. So it gets a function instead
## of a token, and calls it before each attempt to connect.
extends Control

const LOGIN_PATH := "/api/login"
const LOGIN_TIMEOUT_S := 5.0
const RENEW_BEFORE_MS := 5_000

var _token := ""
var _expires_at_ms := 0

@onready var _socket: PhoenixSocket = %Socket
@onready var _channel: PhoenixChannel = %Channel
@onready var _status: Label = %Status
@onready var _form: Container = %Form
@onready var _name: LineEdit = %Name
@onready var _password: LineEdit = %Password
@onready var _log_in: Button = %LogIn
@onready var _log_out: Button = %LogOut


func _ready() -> void:
	_socket.auth_token = _valid_token
	_socket.on_close.connect(_on_close)
	_socket.on_error.connect(_on_error)
	_channel.on_join_result.connect(_on_join_result)
	_log_in.pressed.connect(_on_log_in)
	_log_out.pressed.connect(_on_log_out)
	_password.text_submitted.connect(func(_text: String) -> void: _on_log_in())


func _on_log_in() -> void:
	_show_form(false)
	_status.text = "Logging in …"
	_socket.connect_socket()


func _on_log_out() -> void:
	_token = ""
	_password.clear()
	_socket.disconnect_socket()
	_show_form(true)
	_status.text = "Log in to connect."


## Without a token this attempt fails, and the socket tries again later.
func _valid_token() -> Variant:
	if _token == "" or Time.get_ticks_msec() > _expires_at_ms - RENEW_BEFORE_MS:
		await _renew_token()
	return _token if _token != "" else null


func _renew_token() -> void:
	_token = ""
	var user := _name.text
	var request := HTTPRequest.new()
	request.timeout = LOGIN_TIMEOUT_S
	add_child(request)
	request.request(
		"http" + _socket.endpoint.trim_prefix("ws").trim_suffix("/socket") + LOGIN_PATH,
		["Content-Type: application/json"],
		HTTPClient.METHOD_POST,
		JSON.stringify({"user_id": user, "password": _password.text})
	)
	var answer: Array = await request.request_completed
	request.queue_free()
	if _form.visible or user != _name.text:
		return  # logged out meanwhile
	if answer[1] == HTTPClient.RESPONSE_OK:
		var body: Variant = JSON.parse_string((answer[3] as PackedByteArray).get_string_from_utf8())
		if body is Dictionary and body.has("token"):
			_token = str(body.token)
			_expires_at_ms = Time.get_ticks_msec() + int(body.get("expires_in_s", 0)) * 1000
	elif answer[1] in [HTTPClient.RESPONSE_BAD_REQUEST, HTTPClient.RESPONSE_UNAUTHORIZED]:
		_on_log_out()
		_status.text = "The name or the password is wrong."


func _on_join_result(status: String, result: Variant) -> void:
	if status != "ok":
		_status.text = "Cannot join: %s" % result
		return
	var reply: Array = await _channel.push("whoami").completed
	if reply[0] == "ok":
		_status.text = "Connected. The server knows you as %s." % reply[1].user_id


func _on_close(params: Dictionary) -> void:
	if params.will_reconnect:
		_status.text = "No connection. Trying again …"


func _on_error(error: Dictionary) -> void:
	if error.get("status_code") == HTTPClient.RESPONSE_FORBIDDEN:
		_token = ""  # the server no longer accepts it


func _show_form(is_shown: bool) -> void:
	_form.visible = is_shown
	_log_out.visible = not is_shown
