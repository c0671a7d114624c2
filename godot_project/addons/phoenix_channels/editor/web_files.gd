@tool
extends RefCounted
## The files next to an exported game's page.

const Classes := preload("web_classes.gd")

const FOLDER := Classes.FOLDER
const FILES: PackedStringArray = ["phoenix_channels.worker.js", "phoenix_channels.wasm"]
const SHARED_NAME := "The page would share %s with the addon. Export to another file name."
const NOT_COPIED := "%s could not be copied to %s: %s."
const NOT_CACHED := "%s has no list CACHED_FILES, so the files of the addon will not be cached."


## Copies the files beside the page. If the page has a service worker, that will cache them. Returns
## the errors.
static func add_to(page: String) -> PackedStringArray:
	var problems: PackedStringArray = []
	var folder := _absolute(page).get_base_dir()
	if page.get_file().get_basename() + ".wasm" in FILES:
		problems.append(SHARED_NAME % FILES[1])
		return problems
	for file: String in FILES:
		if not FileAccess.file_exists(FOLDER + file):
			problems.append(Classes.MISSING % (FOLDER + file))
			continue
		var from := ProjectSettings.globalize_path(FOLDER + file)
		var error := DirAccess.copy_absolute(from, folder.path_join(file))
		if error != OK:
			problems.append(NOT_COPIED % [FOLDER + file, folder, error_string(error)])
	var worker := folder.path_join(page.get_file().get_basename() + ".service.worker.js")
	if FileAccess.file_exists(worker) and not _cache_in(worker):
		problems.append(NOT_CACHED % worker)
	return problems


# The engine writes the list into the service worker's source, and has no setting that adds to it.
static func _cache_in(worker: String) -> bool:
	var source := FileAccess.get_file_as_string(worker)
	var list := RegEx.create_from_string("CACHED_FILES\\s*=\\s*(\\[[^\\]]*\\])").search(source)
	if list == null:
		return false
	var cached := JSON.parse_string(list.get_string(1)) as Array
	if cached == null:
		return false
	for name: String in FILES:
		if not cached.has(name):
			cached.append(name)
	var before := source.substr(0, list.get_start(1))
	var after := source.substr(list.get_end(1))
	var file := FileAccess.open(worker, FileAccess.WRITE)
	if file == null:
		return false
	file.store_string(before + JSON.stringify(cached) + after)
	return true


static func _absolute(path: String) -> String:
	if path.is_relative_path():
		return ProjectSettings.globalize_path("res://").path_join(path)
	return ProjectSettings.globalize_path(path)
