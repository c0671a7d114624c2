## One message of a room: what was said, by whom, and whether the server has it yet.
extends RefCounted

enum State {
	WAITING,  ## for the connection, or for the messages before it
	SENDING,  ## pushed, the reply is on its way
	SENT,  ## the server has it
	UNANSWERED,  ## no reply came in time; the server may have it or not
	REFUSED,  ## the server did not take it; [member error] tells why
}

## Set by the server; it grows within a room. 0 until the server has the message.
var id := 0
## The sender's user id.
var from := ""
## The name the sender goes by.
var name := ""
var text := ""
## When the server took it, in Unix milliseconds; until then, when it was written.
var at_ms := 0
var state := State.SENT
## Why it failed, in words for the player.
var error := ""
## A name for this message that this client made up. With it a message can be sent again without
## being stored twice: the server knows it by its nonce.
var nonce := ""
## Written while there was no connection.
var was_late := false
## Counts how often the server has forgotten its history, as ids start again then.
var era := 0


## Reads a message from the server. False if it is invalid: nothing from the network is trusted.
func read(payload: Variant) -> bool:
	if not payload is Dictionary:
		return false
	var fields := payload as Dictionary
	for key: String in ["from", "name", "text"]:
		if not fields.get(key) is String:
			return false
	if not fields.get("id") is int or fields.id < 1 or not fields.get("at") is int:
		return false
	id = fields.id
	from = fields.from
	name = (fields.name as String).strip_escapes()  # one line, whatever is in it
	text = fields.text
	at_ms = fields.at
	state = State.SENT
	error = ""
	return true


## Makes it a new message that the server does not know yet.
func write(own_id: String, own_name: String, own_text: String) -> void:
	from = own_id
	name = own_name
	text = own_text
	at_ms = int(Time.get_unix_time_from_system() * 1000.0)
	nonce = "%s-%d-%d" % [own_id.md5_text().left(8), at_ms, randi()]
	state = State.WAITING
