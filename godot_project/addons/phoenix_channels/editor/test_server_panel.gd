@tool
extends VBoxContainer
## Controls of this editor's test server: start and stop, its addresses, its log.

const Addresses := preload("test_server_addresses.gd")
const StatusLabel := preload("status_label.gd")
const TestServer := preload("test_server.gd")

const WARNING := (
	"Everyone in your networks can connect to the server while it runs: it asks for no password. Your"
	+ " firewall may ask whether it should let them."
)
const CONNECTIONS_SECONDS := 0.5

var _server: TestServer
var _toggle := Button.new()
var _port := SpinBox.new()
var _network := CheckBox.new()
var _warning := StatusLabel.new()
var _problem := StatusLabel.new()
var _addresses := Addresses.new()
var _connections := Label.new()
var _log := TextEdit.new()
var _refresh := Timer.new()


func _init() -> void:
	size_flags_vertical = SIZE_EXPAND_FILL
	size_flags_horizontal = SIZE_EXPAND_FILL
	_toggle.pressed.connect(_start_or_stop)
	_port.max_value = 65_535
	_port.prefix = "Port"
	_port.tooltip_text = "0 is 4000, or any free port if another program uses that."
	_network.text = "Open to the Network"
	_network.tooltip_text = "Lets other devices connect, such as a phone on your desk."
	_network.toggled.connect(func(is_on: bool) -> void: _warning.visible = is_on)
	_warning.text = WARNING
	_warning.color = &"warning_color"
	_problem.color = &"error_color"
	_warning.visible = false
	for label: Label in [_warning, _problem]:
		label.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	_log.editable = false
	_log.size_flags_vertical = SIZE_EXPAND_FILL
	_log.placeholder_text = "What the server's clients do is shown here."
	_refresh.wait_time = CONNECTIONS_SECONDS
	_refresh.autostart = true
	_refresh.timeout.connect(_count)
	var row := HBoxContainer.new()
	for control: Control in [_toggle, _port, _network, _connections]:
		row.add_child(control)
	_connections.size_flags_horizontal = SIZE_EXPAND_FILL
	_connections.horizontal_alignment = HORIZONTAL_ALIGNMENT_RIGHT
	for node: Node in [row, _warning, _problem, _addresses, _log, _refresh]:
		add_child(node)


func _enter_tree() -> void:
	_server = TestServer.of_editor() as TestServer
	_server.changed.connect(_show_state)
	_server.logged.connect(_show_log)
	_show_log()
	_show_state()


func _exit_tree() -> void:
	_server.changed.disconnect(_show_state)
	_server.logged.disconnect(_show_log)


func _start_or_stop() -> void:
	if _server.is_running():
		_server.stop()
	else:
		_server.start(int(_port.value), _network.button_pressed)


func _show_state() -> void:
	var is_running := _server.is_running()
	_toggle.text = "Stop Server" if is_running else "Start Server"
	_port.editable = not is_running
	_network.disabled = is_running
	_problem.text = _server.problem
	_problem.visible = not _server.problem.is_empty()
	_addresses.show_endpoints(_server.endpoints())
	_count()


func _count() -> void:
	var count := _server.connections()
	var words := "1 connection" if count == 1 else "%d connections" % count
	_connections.text = words if _server.is_running() else "not running"


func _show_log() -> void:
	_log.text = "\n".join(_server.log_lines())
	_log.scroll_vertical = _log.get_line_count()
