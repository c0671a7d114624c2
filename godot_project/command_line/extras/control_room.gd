## The control room's picture: topics of two kinds, others in them, messages both ways.
extends "res://command_line/extras/extras.gd"


func play(screen: Control) -> void:
	var bob := await joined("bob", "room:lobby", {"device": "phone"})
	await joined("emi", "room:lobby", {"device": "desktop"})
	await joined("finn", "game:lobby")
	var topic := screen.get_node("%Topic") as LineEdit
	var params := screen.get_node("%Params") as LineEdit
	var join := screen.get_node("%Join") as Button
	var event := screen.get_node("%Event") as LineEdit
	var payload := screen.get_node("%Payload") as TextEdit
	var push := screen.get_node("%Push") as Button
	topic.text = "game:lobby"
	join.pressed.emit()
	await seconds(0.3)
	event.text = "ping"
	push.pressed.emit()
	await seconds(0.2)
	topic.text = "room:lobby"
	params.text = '{"device": "desktop"}'
	join.pressed.emit()
	await seconds(0.3)

	var script := [
		["echo", '{"hello": "world"}'],
		["shout", '{"text": "anybody here?"}'],
		["update_meta", '{"mood": "cheerful"}'],
		["echo_error", '{"why": "asked for"}'],
	]
	for line: Array in script:
		event.text = line[0]
		payload.text = line[1]
		await seconds(0.1)
		push.pressed.emit()
		await seconds(0.25)
		if line[0] == "shout":
			bob.push("shout", {"text": "yes, over here!"})
			await seconds(0.2)
	event.text = "echo"
	payload.text = '{\n  "hello": "world"\n}'
