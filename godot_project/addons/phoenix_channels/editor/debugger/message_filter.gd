@tool
extends RefCounted
## Which rows are shown, as one types it: [code]topic:chat* event:move error size>1k dir:in[/code].
## All terms have to hold; a minus sign before a term turns it around.

const Terms := preload("filter_terms.gd")
const Chunk := preload("message_chunk.gd")

const TEXT_KEYS: Array[String] = ["topic", "event", "status"]
const NUMBER_KEYS: Array[String] = ["size", "took", "socket", "ref"]
const WORD_KEYS := {
	"dir":
	{
		"in": Terms.OfKind.RECEIVED,
		"out": Terms.OfKind.SENT,
	},
	"is":
	{
		"reply": Terms.OfKind.REPLY,
		"happening": Terms.OfKind.HAPPENING,
		"error": Terms.OfKind.ERROR,
		"binary": Terms.OfKind.BINARY,
		"cut": Terms.OfKind.CUT,
		"hidden": Terms.OfKind.HIDDEN,
	},
}
const UNITS := {
	"size": {"": 1.0, "b": 1.0, "k": 1024.0, "kb": 1024.0, "m": 1048576.0, "mb": 1048576.0},
	"took": {"": 1e3, "ms": 1e3, "us": 1.0, "s": 1e6},
	"socket": {"": 1.0},
	"ref": {"": 1.0},
}

## What is wrong with the text, and what to write in its place; empty when nothing is.
var problem := ""

var _terms: Array[Terms.Term] = []


## The filter that [param text] describes. One with a [member problem] shows nothing.
static func parse(text: String) -> RefCounted:
	var made := new()
	for word: Word in _words(text):
		var term: Terms.Term = made._term(word)
		if term == null:
			return made
		term.is_negative = word.is_negative
		made._terms.append(term)
	return made


## Shows everything.
func is_empty() -> bool:
	return _terms.is_empty()


## Those of the chunk's rows [param from] to [param to], without it, that are shown.
func rows_of(chunk: Chunk, from: int, to: int) -> PackedInt32Array:
	var rows := PackedInt32Array(range(from, to))
	for term: Terms.Term in _terms:
		if rows.is_empty():
			break
		rows = term.narrow(chunk, rows)
	return rows


func _term(word: Word) -> Terms.Term:
	var operator := "" if word.is_quoted else _operator_in(word.text)
	if operator:
		return _keyed_term(word.text, operator)
	if not word.is_quoted and word.text.to_lower() == "error":
		return Terms.OfKind.new(Terms.OfKind.ERROR)
	return Terms.Anywhere.new(word.text)


func _keyed_term(text: String, operator: String) -> Terms.Term:
	var key := text.get_slice(operator, 0).to_lower()
	var value := text.substr(key.length() + operator.length())
	problem = _problem_of(key, operator, value)
	if problem:
		return null
	if key in NUMBER_KEYS:
		return _number_term(key, operator, value)
	if key in TEXT_KEYS:
		return Terms.OfText.new(key, value)
	return _word_term(key, value)


func _problem_of(key: String, operator: String, value: String) -> String:
	if not key in _keys():
		return (
			'"%s" is not a filter key. The keys are %s. Put text that contains "%s" in quotes.'
			% [key, ", ".join(_keys()), operator]
		)
	if operator != ":" and not key in NUMBER_KEYS:
		return '"%s" is not a number. Write "%s:" instead of "%s%s".' % [key, key, key, operator]
	if value.is_empty():
		return '"%s%s" needs a value: "%s".' % [key, operator, key + operator + _example_of(key)]
	return ""


func _word_term(key: String, value: String) -> Terms.Term:
	var values: Dictionary = WORD_KEYS[key]
	if not values.has(value.to_lower()):
		problem = (
			'"%s:%s" is not a filter. Use "%s:" with one of: %s.'
			% [key, value, key, ", ".join(PackedStringArray(values.keys()))]
		)
		return null
	return Terms.OfKind.new(values[value.to_lower()])


func _number_term(key: String, operator: String, value: String) -> Terms.Term:
	var units: Dictionary = UNITS[key]
	var digits := value.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	var unit := value.substr(digits.length()).to_lower()
	if not digits.is_valid_float() or not units.has(unit):
		problem = (
			'"%s%s%s": "%s" needs a number, such as "%s".'
			% [key, operator, value, key + operator, key + operator + _example_of(key)]
		)
		return null
	return Terms.OfNumber.new(key, operator, digits.to_float() * units[unit])


static func _keys() -> PackedStringArray:
	var keys := PackedStringArray()
	for key: String in TEXT_KEYS + NUMBER_KEYS:
		keys.append(key)
	keys.append_array(PackedStringArray(WORD_KEYS.keys()))
	return keys


static func _example_of(key: String) -> String:
	var examples := {
		"topic": "chat*",
		"event": "move",
		"status": "ok",
		"size": "2k",
		"took": "100ms",
		"socket": "1",
		"ref": "12",
		"dir": "in",
		"is": "reply",
	}
	return examples[key]


# The first of the operators, which may be two characters long.
static func _operator_in(text: String) -> String:
	for i: int in text.length():
		if text[i] in [">", "<"]:
			return text[i] + ("=" if text.substr(i + 1, 1) == "=" else "")
		if text[i] in [":", "="]:
			return text[i]
	return ""


static func _words(text: String) -> Array[Word]:
	var words: Array[Word] = []
	var i := 0
	while i < text.length():
		if text[i] in [" ", "\t"]:
			i += 1
			continue
		var word := Word.new()
		if text[i] == "-" and text.substr(i + 1, 1).strip_edges():
			word.is_negative = true
			i += 1
		word.is_quoted = text[i] == '"'
		var end := text.find('"' if word.is_quoted else " ", i + 1)
		end = end if end >= 0 else text.length()
		word.text = text.substr(i + 1, end - i - 1) if word.is_quoted else text.substr(i, end - i)
		i = end + 1
		if word.text:
			words.append(word)
	return words


class Word:
	var text := ""
	var is_quoted := false
	var is_negative := false
