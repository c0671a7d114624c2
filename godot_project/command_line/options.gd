## What the command line asks for: the arguments after [code]--[/code].
extends RefCounted

const Options := preload("res://command_line/options.gd")

## Who is in the pictures, unless a name is given.
const PICTURED := "Ada"
## Characters that a player's name may have; the servers take no more.
const MAX_NAME := 24

## The server that the player asked for, and the one to use without a choice.
var server := ""
var default_server := "ws://127.0.0.1:4000/socket"
var player_name := ""
var screen := ""
var bots := 0
var quit_after_s := 0
var session := false
var enet := false
var screenshot_folder := ""
## Where the frames of a recording go.
var recording_folder := ""
## What is wrong with the arguments; empty when nothing is.
var problem := ""


static func read(arguments: PackedStringArray) -> Options:
	var options := Options.new()
	var i := 0
	while i < arguments.size():
		var argument := arguments[i]
		if argument == "--session":
			options.session = true
		elif argument == "--enet":
			options.enet = true
		elif i + 1 == arguments.size():
			options.problem = "%s is not an option, or needs a value" % argument
		else:
			i += 1
			options._set_value(argument, arguments[i])
		i += 1
	if options.screenshot_folder != "" and options.player_name == "":
		options.player_name = PICTURED
	return options


func _set_value(argument: String, value: String) -> void:
	match argument:
		"--server":
			server = value
		"--default-server":
			default_server = value
		"--name":
			player_name = value.strip_edges()
			if player_name.is_empty() or player_name.length() > MAX_NAME:
				problem = "a name has 1 to %d characters, not '%s'" % [MAX_NAME, value]
		"--screen":
			screen = value
			if value not in Screens.NAMES:
				problem = (
					"there is no screen '%s'; there are: %s" % [value, ", ".join(Screens.NAMES)]
				)
		"--bots":
			bots = _count(argument, value)
		"--screenshot":
			screenshot_folder = value
		"--record":
			recording_folder = value
		"--quit-after":
			quit_after_s = _count(argument, value)
		_:
			problem = "unknown option %s" % argument


func _count(argument: String, value: String) -> int:
	if not value.is_valid_int() or value.to_int() < 0:
		problem = "%s needs an integer, not '%s'" % [argument, value]
	return value.to_int()
