# An exported game: the engine's tests again, in a game that the release template runs.
# shellcheck shell=bash

readonly EXPORT_PROJECT=build/export
readonly EXPORT_FOLDER=build/exported
# The files of tests/godot whose tests make sense there: those that need neither the sources, nor
# the editor, nor an engine's options.
readonly EXPORT_TESTS=(test_{channel,push,presence,await,porting,life,life_tree,life_threads,life_handlers}.gd)

# export_test ENGINE STAGE: exports a game and runs its tests; one that is skipped where there is no
# template for the engine.
export_test() {
	local engine=$1 stage=$2 template
	template=$(export_template "$engine") || {
		say "skip export (there is no release template for this engine; install it with the editor)"
		printf '0 0 1\n' >"$TEST_DIR/$stage.totals"
		return 0
	}
	export_assemble "$template"
	export_game "$engine" || return
	test_in_engine "$engine" "$EXPORT_PROJECT" "$stage" -exported "$EXPORT_FOLDER/game.$(uname -m)"
}

# export_template ENGINE: prints the path of the release template for the engine; status 1 when
# there is none.
export_template() {
	local engine=$1 path
	[[ $(uname -s) == Linux ]] || return 1
	if [[ $engine == "$(engine_debian_path)" ]]; then
		engine_debian_template
		return
	fi
	path=$(engine_version "$engine")
	path=${XDG_DATA_HOME:-$HOME/.local/share}/godot/export_templates/${path%%.official*}/linux_release.$(uname -m)
	[[ -x $path ]] && printf '%s\n' "$path"
}

# export_assemble TEMPLATE: the game's project.
export_assemble() {
	rm -rf "$EXPORT_PROJECT" "$EXPORT_FOLDER"
	mkdir -p "$EXPORT_PROJECT" "$EXPORT_FOLDER"
	addon_copy_into "$EXPORT_PROJECT"
	export_fake_platforms
	cp -R "${PROJECT_TEST_RUNNER[@]}" tests/godot/{life,porting,raw_server.gd} tests/export/* "$EXPORT_PROJECT/"
	cp "${EXPORT_TESTS[@]/#/tests/godot/}" "$EXPORT_PROJECT/"
	sed "s|@TEMPLATE@|$1|; s|@ARCHITECTURE@|$(uname -m)|" tests/export/export_presets.cfg >"$EXPORT_PROJECT/export_presets.cfg"
}

# export_fake_platforms: the manifest as it is released, and something in place of the libraries of
# other platforms: the export has to leave them out.
export_fake_platforms() {
	local library addon=$EXPORT_PROJECT/addons/phoenix_channels
	cp phoenix_channels.gdextension "$addon/"
	while IFS= read -r library; do
		[[ -e $EXPORT_PROJECT/$library ]] || printf 'a library for another platform\n' >"$EXPORT_PROJECT/$library"
	done < <(sed -n 's|.*= "res://\(addons/.*/bin/.*\)"|\1|p' phoenix_channels.gdextension)
}

# export_game ENGINE: exports it for this machine.
export_game() {
	project_import "$1" "$EXPORT_PROJECT" || return
	project_export "$1" "$EXPORT_PROJECT" Linux "$EXPORT_FOLDER/game.$(uname -m)" build/export.log
}
