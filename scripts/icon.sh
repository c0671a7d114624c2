# The addon's icon for the Asset Library, which wants a picture of pixels.
# shellcheck shell=bash

readonly ICON=docs/images/icon
readonly ICON_LIMIT=60 # seconds

# icon_run: draws docs/images/icon.png from the SVG beside it, in the engine.
icon_run() {
	local engine project=build/icon
	engine=$(engine_find) || return
	rm -rf "$project"
	mkdir -p "$project"
	cp scripts/icon.gd "$project/"
	printf 'config_version=5\n' >"$project/project.godot"
	process_run "$ICON_LIMIT" "$engine" --headless --path "$project" --script icon.gd -- "$PWD/$ICON.svg" "$PWD/$ICON.png" >&2 ||
		die "the engine cannot draw $ICON.svg; its own words stand above"
	say "icon: $ICON.png"
}
