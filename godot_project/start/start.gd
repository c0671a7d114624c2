## The start screen: what the player is called, which server, which screen.
extends Control

## The height, in pixels, below which there is no room for the title.
const LOW := 440.0
## The opacity of the text on a disabled card.
const SHUT := 0.35

const Options := preload("res://command_line/options.gd")
const Settings := preload("res://start/settings.gd")
const ServerUrl := preload("res://start/server_url.gd")

@onready var _name: LineEdit = %PlayerName
@onready var _another_name: Button = %AnotherName
@onready var _server: LineEdit = %Server
@onready var _default_server: Button = %DefaultServer
@onready var _problem: Label = %Problem
@onready var _middle: Control = %Middle
@onready var _hero: Control = %Hero
@onready var _cards: Dictionary = {
	"control_room": %ControlRoom as Button,
	"arena": %Arena as Button,
	"chat": %Chat as Button,
	"coop": %Coop as Button,
}


func _ready() -> void:
	_name.max_length = Options.MAX_NAME
	_name.text = Settings.player_name()
	_server.text = Settings.server_url()
	_show_problem(Net.reason if Net.state == Net.State.FAILED else "")

	_name.text_changed.connect(func(_text: String) -> void: _check())
	_server.text_changed.connect(func(_text: String) -> void: _check())
	# Enter goes on to the cards, where Enter opens a screen.
	_name.text_submitted.connect(_go_to_cards)
	_server.text_submitted.connect(_go_to_cards)
	_another_name.pressed.connect(_take_another_name)
	_default_server.pressed.connect(_take_default_server)
	for screen: String in _cards:
		(_cards[screen] as Button).pressed.connect(_enter.bind(screen))
	resized.connect(_fit)
	_fit()
	_check_default()
	_enable_cards(true)
	_first_card().grab_focus()


func _fit() -> void:
	var low := size.y < LOW
	_hero.visible = not low
	for margin: String in ["margin_top", "margin_bottom"]:
		_middle.add_theme_constant_override(margin, 8 if low else 20)


func _take_another_name() -> void:
	_name.text = Settings.another_name()
	_check()


func _take_default_server() -> void:
	_server.text = Settings.default_server_url()
	_check()


## While the player types: says what is wrong, and disables the cards until it is right.
func _check() -> void:
	var problem := _what_is_wrong()
	_show_problem(problem)
	_enable_cards(problem.is_empty())
	_check_default()


## The way back to the embedded server is there when another one is chosen.
func _check_default() -> void:
	_default_server.visible = _server.text != Settings.default_server_url()


func _show_problem(problem: String) -> void:
	_problem.text = problem
	_problem.visible = problem != ""


func _what_is_wrong() -> String:
	if _name.text.strip_edges().is_empty():
		return "Enter a name of 1 to %d characters" % Options.MAX_NAME
	return ServerUrl.problem(_server.text.strip_edges())


func _enable_cards(enabled: bool) -> void:
	for screen: String in _cards:
		var card := _cards[screen] as Button
		card.disabled = not enabled or not Screens.exists(screen)
		card.focus_mode = FOCUS_NONE if card.disabled else FOCUS_ALL
		# The theme dims the button, but not the text, which is drawn over it.
		(card.get_parent().get_node("Margin") as Control).modulate.a = (
			SHUT if card.disabled else 1.0
		)


func _go_to_cards(_text: String) -> void:
	if not _first_card().disabled:
		_first_card().grab_focus()


func _first_card() -> Button:
	return _cards.values()[0]


func _enter(screen: String) -> void:
	var server := _server.text.strip_edges()
	var player_name := _name.text.strip_edges()
	Settings.choose(server, player_name)
	Net.start(server, player_name)
	Screens.open(screen)
