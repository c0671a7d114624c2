@tool
extends RefCounted
## Bytes as lines of their place, sixteen of them in hex, and the same as characters.

const IN_LINE := 16


static func lines(bytes: PackedByteArray) -> String:
	var made := PackedStringArray()
	for begin: int in range(0, bytes.size(), IN_LINE):
		var part := bytes.slice(begin, begin + IN_LINE)
		var numbers := PackedStringArray()
		var characters := ""
		for byte: int in part:
			numbers.append("%02x" % byte)
			characters += char(byte) if byte >= 0x20 and byte < 0x7f else "."
		made.append("%06x  %s  %s" % [begin, " ".join(numbers).rpad(IN_LINE * 3 - 1), characters])
	return "\n".join(made)


## The bytes that hex digits stand for, with any space between them. [param problem] gets what is
## wrong with them.
static func parse(text: String, problem: PackedStringArray) -> PackedByteArray:
	var digits := "".join(text.split(" ", false)).strip_edges().replace("\n", "").replace("\t", "")
	if digits.length() % 2 == 1 or (digits and not digits.is_valid_hex_number()):
		problem.append("The payload is not hex: write two digits for each byte, such as 00 ff 1a.")
		return PackedByteArray()
	return digits.hex_decode()
