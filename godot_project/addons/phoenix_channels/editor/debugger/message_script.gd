@tool
extends RefCounted
## A message as a line of a script, to be pasted into a test or a game.

const JsonText := preload("json_text.gd")
const Row := preload("message_row.gd")


## A push as a call, and anything else as its payload.
static func of(row: Row) -> String:
	var payload := (
		'"%s".hex_decode()' % row.payload.hex_encode()
		if row.is_binary()
		else JsonText.to_gdscript(row.text())
	)
	if not row.is_push():
		return payload
	return "channel.push(%s, %s)" % [JSON.stringify(row.event), payload]
