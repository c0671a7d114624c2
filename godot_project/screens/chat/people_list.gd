## Who is in the room, from its presence.
extends PanelContainer

## The player wants to see the conversation again.
signal closed

const Palette := preload("res://ui/palette.gd")

@onready var _title: Label = %PeopleTitle
@onready var _people: RichTextLabel = %People
@onready var _close: Button = %ClosePeople


func _ready() -> void:
	_close.pressed.connect(closed.emit)


func focus() -> void:
	if _close.is_visible_in_tree():
		_close.grab_focus()


func show_close(shown: bool) -> void:
	_close.visible = shown


## A heading for this many people. With none, the presence has not arrived: players see at least
## themselves.
static func counted(count: int) -> String:
	match count:
		0:
			return "People"
		1:
			return "1 person"
	return "%d people" % count


func show_people(people: Array[Dictionary]) -> void:
	_title.text = counted(people.size())
	_people.clear()
	for person: Dictionary in people:
		_people.push_color(Palette.of_player(person.key as String))
		_people.add_text("●  ")
		_people.pop()
		_people.add_text(person.name as String)
		_people.push_color(Palette.CALM)
		if person.me:
			_people.add_text("  you")
		if person.typing:
			_people.add_text("  …")
		_people.pop()
		_people.newline()
