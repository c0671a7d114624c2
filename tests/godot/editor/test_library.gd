@tool
## The library's file in the editor. On Windows the engine loads a copy of it, as the file itself
## could not be replaced then, and removes the copy at its end and before it makes the next. The
## library stays loaded to the very end, so there it is the next editor that removes it.
extends "res://case.gd"

const FOLDER := "res://addons/phoenix_channels/"


## A library that may be reloaded would be copied and loaded again in a running editor.
func test_library_is_loaded_once() -> void:
	var manifest := ConfigFile.new()
	equal(manifest.load(FOLDER + "phoenix_channels.gdextension"), OK, "load()")
	equal(manifest.get_value("configuration", "reloadable"), false, "reloadable")


## This editor is not the first of the project: one has imported it.
func test_copies_of_the_library_do_not_pile_up() -> void:
	var folder := ProjectSettings.globalize_path(FOLDER + "bin")
	var directory := DirAccess.open(folder)
	directory.include_hidden = true
	var libraries: Array[String] = []
	var copies: Array[String] = []
	for file: String in directory.get_files():
		if file.begins_with("~"):
			copies.append(file)
		elif file.get_extension() in ["dll", "so", "dylib"]:
			libraries.append(file)
	check(not libraries.is_empty(), "there is a library")
	if OS.get_name() != "Windows":
		equal(copies, [] as Array[String], "copies")
		return
	equal(copies.size(), 1, "copies, of which there are %s" % [copies])
	check(libraries.has(copies[0].trim_prefix("~")), "%s is a copy of %s" % [copies, libraries])
