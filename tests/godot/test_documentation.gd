## The documentation's GDScript parses, and calls existing methods. tests/tutorial runs the
## tutorial's files.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := "reads the sources"

const PAGES: PackedStringArray = [
	"README.md",
	"docs",
	"server",
	"server/phoenix",
	"godot_project/addons/phoenix_channels",
]
## Names that examples use without declaring them, unless they are whole scripts.
const GIVEN := {
	"socket": "var socket: PhoenixSocket",
	"channel": "var channel: PhoenixChannel",
	"presence": "var presence: PhoenixPresence",
	"token": "var token: String",
	"log_in": "func log_in() -> String:\n\tawait get_tree().process_frame\n\treturn token",
}
const STATEMENTS := "func example() -> void:\n"

var _top_level := RegEx.create_from_string("(?m)^(func|signal|const|enum|class|static|@\\w+) ")
var _declared := RegEx.create_from_string("(?m)^(?:@\\w+ )?(?:static )?(?:var|func|const) (\\w+)")


func test_examples_are_scripts() -> void:
	var count := 0
	for page: String in _pages():
		for example: String in _blocks(page, "gdscript"):
			equal(_error_of(_script(example)), OK, "an example in %s:\n%s" % [page, example])
			count += 1
	check(count >= 5, "examples were found: %d" % count)


func test_what_must_be_changed_is_refused() -> void:
	for page: String in _pages():
		for example: String in _blocks(page, "gdscript refused"):
			allow_error("Parse Error: ")
			check(_error_of(example) != OK, "refused in %s:\n%s" % [page, example])


func _error_of(source: String) -> Error:
	var script := GDScript.new()
	script.source_code = source
	return script.reload()


## A whole script as it is; others with what they take as given, and statements in a function.
func _script(example: String) -> String:
	if example.begins_with("extends ") or example.contains("\nextends "):
		return example
	var declared := PackedStringArray()
	var is_statements := _top_level.search(example) == null
	if not is_statements:
		for found: RegExMatch in _declared.search_all(example):
			declared.append(found.get_string(1))
	var source := "extends Node\n"
	for given: String in GIVEN:
		if given not in declared:
			source += "%s\n" % GIVEN[given]
	return source + (STATEMENTS + example.indent("\t") if is_statements else example)


## The blocks of a language; not those below a file name.
func _blocks(page: String, language: String) -> PackedStringArray:
	var blocks := PackedStringArray()
	var parts := FileAccess.get_file_as_string(page).split("```%s\n" % language)
	for index: int in range(1, parts.size()):
		if not parts[index - 1].strip_edges(false).ends_with("`**"):
			blocks.append(parts[index].get_slice("```", 0))
	return blocks


func _pages() -> PackedStringArray:
	var root := ProjectSettings.globalize_path("res://").path_join("../..")
	var pages := PackedStringArray()
	for page: String in PAGES:
		if page.ends_with(".md"):
			pages.append(root.path_join(page))
			continue
		for file: String in DirAccess.get_files_at(root.path_join(page)):
			if file.ends_with(".md"):
				pages.append(root.path_join(page).path_join(file))
	return pages
