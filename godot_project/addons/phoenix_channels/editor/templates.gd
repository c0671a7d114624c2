@tool
extends RefCounted
## The addon's script templates in the editor's list. The editor looks into one folder of a project.
## A project that has that folder keeps it; any other gets the addon's, without a change in a file.

const SETTING := "editor/script/templates_search_path"
const FOLDER := "res://addons/phoenix_channels/editor/script_templates"


static func register() -> void:
	var chosen: Variant = ProjectSettings.get_setting(SETTING)
	if chosen != ProjectSettings.property_get_revert(SETTING):
		return
	if DirAccess.dir_exists_absolute(str(chosen)):
		return
	ProjectSettings.set_setting(SETTING, FOLDER)
	ProjectSettings.set_initial_value(SETTING, FOLDER)  # so that it is not saved
