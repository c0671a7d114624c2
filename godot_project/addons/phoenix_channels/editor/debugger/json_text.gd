@tool
extends RefCounted
## JSON as a text, reformatted without being parsed: numbers, the order of keys and even a text that
## was cut stay as they travelled.

const INDENT := "\t"
const DEEPEST_INDENT := 60
const SPACE := " \t\r\n"
const PUNCTUATION := "{}[],:"
## A value this short stays on one line.
const SHORT := 60
const ALL := 1 << 62


## One line for each member, so that a code editor can fold it.
static func indented(text: String) -> String:
	return laid_out(tokens(text))


## Tokens as [method indented] shows them.
static func laid_out(of: PackedStringArray) -> String:
	var out := PackedStringArray()
	var depth := 0
	var before := ""
	for token: String in of:
		match token:
			"}", "]":
				depth = maxi(0, depth - 1)
				if not before in ["{", "["]:
					out.append(_new_line(depth))
			_:
				if before in ["{", "[", ","]:
					out.append(_new_line(depth))
		out.append(": " if token == ":" else token)
		if token in ["{", "["]:
			depth += 1
		before = token
	return "".join(out)


## On one line.
static func compact(text: String) -> String:
	var out := PackedStringArray()
	for token: String in tokens(text):
		out.append(token + " " if token in [",", ":"] else token)
	return "".join(out)


## The same value as GDScript writes it.
static func to_gdscript(text: String) -> String:
	var out := PackedStringArray()
	for token: String in tokens(text):
		out.append(_literal(token))
	var made := "".join(out)
	return compact(made) if made.length() <= SHORT else indented(made)


## The text's tokens, without the space between them: the first ones.
static func tokens(text: String, most: int = ALL) -> PackedStringArray:
	var found := PackedStringArray()
	var i := 0
	while i < text.length() and found.size() < most:
		var at := i
		var character := text[i]
		if character == '"':
			i = _end_of_string(text, i)
		elif character in PUNCTUATION:
			i += 1
		elif character in SPACE:
			i += 1
			continue
		else:
			while i < text.length() and not text[i] in PUNCTUATION and not text[i] in SPACE:
				i += 1
		found.append(text.substr(at, i - at))
	return found


static func _end_of_string(text: String, begin: int) -> int:
	var end := begin + 1
	while true:
		var quote := text.find('"', end)
		var escape := text.find("\\", end)
		if quote < 0:
			return text.length()
		if escape < 0 or quote < escape:
			return quote + 1
		end = escape + 2
	return text.length()


static func _new_line(depth: int) -> String:
	return "\n" + INDENT.repeat(mini(depth, DEEPEST_INDENT))


# GDScript has all of JSON but an escaped slash, and integers only up to 64 bits.
static func _literal(token: String) -> String:
	if token.begins_with('"'):
		return _without_escaped_slashes(token)
	if token.trim_prefix("-").is_valid_int() and str(token.to_int()) != token:
		return token + ".0"
	return token


static func _without_escaped_slashes(token: String) -> String:
	var out := PackedStringArray()
	var i := 0
	while i < token.length():
		var escape := token.find("\\", i)
		if escape < 0:
			break
		out.append(token.substr(i, escape - i))
		var escaped := token.substr(escape, 2)
		out.append("/" if escaped == "\\/" else escaped)
		i = escape + 2
	out.append(token.substr(i))
	return "".join(out)
