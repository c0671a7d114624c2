## What the player chose: the server and the name, remembered between runs. The command line goes
## first; without any choice it is the embedded server, and a new name each time.
extends RefCounted

const Options := preload("res://command_line/options.gd")

const SECTION := "player"
const ADJECTIVES: Array[String] = [
	"Brave", "Calm", "Clever", "Cosmic", "Gentle", "Happy", "Jolly", "Lucky", "Mighty", "Nimble"
]
const ANIMALS: Array[String] = [
	"Badger", "Falcon", "Fox", "Heron", "Lynx", "Otter", "Owl", "Panda", "Raven", "Wolf"
]

## Where the choices are kept; tests have a file of their own.
static var path := "user://settings.cfg"

static var _options := Options.new()
static var _random_name := ""
static var _chosen_server := ""


static func begin(options: Options) -> void:
	_options = options
	another_name()


static func default_server_url() -> String:
	return _options.default_server


static func server_url() -> String:
	return _first([_options.server, _remembered("server"), _options.default_server])


static func player_name() -> String:
	return _first([_options.player_name, _remembered("name"), _random_name])


static func another_name() -> String:
	_random_name = "%s %s" % [ADJECTIVES.pick_random(), ANIMALS.pick_random()]
	return _random_name


## Sets both for this run, in place of the command line. The name is also remembered.
static func choose(server: String, name: String) -> void:
	_options.server = server
	_options.player_name = name
	_chosen_server = server
	_remember("name", name, _random_name)


## Remembers a chosen server now that it has been reached. A mistyped address must not be what the
## next run starts with.
static func was_reached(server: String) -> void:
	if server == _chosen_server:
		_remember("server", server, _options.default_server)


## A default is forgotten, as it may be another one next time.
static func _remember(key: String, value: String, default: String) -> void:
	var file := ConfigFile.new()
	file.load(path)
	file.set_value(SECTION, key, "" if value == default else value)
	var error := file.save(path)
	if error != OK:
		push_warning("cannot save the settings in %s: %s" % [path, error_string(error)])


static func _remembered(key: String) -> String:
	var file := ConfigFile.new()
	return str(file.get_value(SECTION, key, "")) if file.load(path) == OK else ""


static func _first(values: Array[String]) -> String:
	for value: String in values:
		if value != "":
			return value
	return ""
