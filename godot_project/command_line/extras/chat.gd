## For the picture of the chat: four people talk about a game, one of them is just writing.
extends "res://command_line/extras/extras.gd"

const ROOM := "chat:lobby"

var _screen: Control


func play(screen: Control) -> void:
	_screen = screen
	var bob := await joined("bob-1f", ROOM, {"name": "Bob"})
	var cleo := await joined("cleo-ab12", ROOM, {"name": "Cleo"})
	var dov := await joined("dov-09c1", ROOM, {"name": "Dov"})
	var help := await joined("emi-77e0", "chat:help", {"name": "Emi"})
	(_screen.get_node("%RoomButtons/help") as Button).pressed.emit()
	(_screen.get_node("%RoomButtons/lobby") as Button).pressed.emit()

	await _say(cleo, "Anyone for the arena at nine?")
	await _say(bob, "Me. I'll bring twelve bots, so we have something to shoot at.")
	await _say(bob, "They aim better since yesterday. You have been warned.")
	await _say_here("I'm in. Same server as last time?")
	await _say(dov, "Yes. I restarted it at noon; did you notice?")
	await _say_here("It said “reconnecting”, and then it was back.\nNothing was lost.")
	await _say(cleo, "[b]Nice.[/b] And my text stays plain text, too.")
	await _say(help, "How do I open a room of my own?")
	await _say(help, "Ah, by typing its name. Found it.")
	await bob.push("typing", {"typing": true}).completed
	await seconds(0.3)


func _say(channel: PhoenixChannel, text: String) -> void:
	await channel.push("message", {"text": text}).completed


func _say_here(text: String) -> void:
	var field := _screen.get_node("%Write") as TextEdit
	field.text = text
	field.text_changed.emit()
	(_screen.get_node("%Send") as Button).pressed.emit()
	await seconds(0.2)
