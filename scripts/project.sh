# Godot projects: what the engine needs to have read before it can run one.
# shellcheck shell=bash

readonly PROJECT_IMPORT_LIMIT=120 # seconds
readonly PROJECT_EXPORT_LIMIT=120 # seconds
readonly PROJECT_DEMO_TESTS=build/demo_tests
readonly PROJECT_FAULTS_TESTS=build/faults_tests
readonly PROJECT_EDITOR_CACHE=build/editor_cache
# What a project needs in which test files run.
readonly PROJECT_TEST_RUNNER=(tests/godot/{case,phoenix_case,recorder,control,devserver,runner,session}.gd)

# project_import ENGINE PROJECT: lets the engine import the project when something in it is newer
# than the last import.
project_import() {
	local engine=$1 project=$2 stamp=$2/.godot/imported log=build/import.log
	if [[ -e $stamp ]] &&
		[[ -z $(find "$project" \( -name .godot -o -name bin \) -prune -o -newer "$stamp" ! -name '*.uid' ! -path "$project" -print -quit) ]]; then
		return 0
	fi
	say "import: $project"
	mkdir -p build
	project_know_extension "$project"
	if ! process_run "$PROJECT_IMPORT_LIMIT" "$engine" --headless --path "$project" --import >"$log" 2>&1; then
		cat "$log" >&2
		die "the engine could not import $project; its own words stand above"
	fi
	touch "$stamp"
}

# project_export ENGINE PROJECT PRESET GAME LOG: exports the project as a developer does; what the
# engine complains of meanwhile is a failure.
project_export() {
	local engine=$1 project=$2 preset=$3 game=$4 log=$5
	say "export: ${game%/*}"
	if ! process_run "$PROJECT_EXPORT_LIMIT" "$engine" --headless --path "$project" --export-release "$preset" "$PWD/$game" >"$log" 2>&1 ||
		grep -q -E '(ERROR|WARNING):' "$log"; then
		cat "$log" >&2
		say "--- FAIL export"
		return 1
	fi
}

# project_know_extension PROJECT: registers the addon with the engine. A headless engine that finds
# an extension for the first time crashes when it ends (godotengine/godot#111048); one that knows it
# already does not.
project_know_extension() {
	mkdir -p "$1/.godot"
	printf 'res://addons/phoenix_channels/phoenix_channels.gdextension\n' >"$1/.godot/extension_list.cfg"
}

# project_assemble_runner PROJECT FILE...: the addon, the runner and test files in a project with
# nothing else, which needs no import.
project_assemble_runner() {
	addon_copy_into "$1"
	cp "${PROJECT_TEST_RUNNER[@]}" "${@:2}" "$1/"
	printf 'config_version=5\n' >"$1/project.godot"
	project_know_extension "$1"
}

# project_collect_help ENGINE PROJECT: lets the editor collect the engine's help, which it keeps.
# The session in which it does that shows no help of extensions. The tests keep it apart from the
# user's own, which another editor may be writing.
project_collect_help() {
	[[ -z $(find "$PROJECT_EDITOR_CACHE" -name 'editor_doc_cache-*' -print -quit 2>/dev/null) ]] || return 0
	say "collect: the engine's help"
	XDG_CACHE_HOME=$PWD/$PROJECT_EDITOR_CACHE process_run "$PROJECT_IMPORT_LIMIT" "$1" --headless --editor --path "$2" --quit >build/help.log 2>&1 ||
		warn "the editor could not collect its help; see build/help.log"
}

# project_assemble_demo_tests: the demo with the tests of its scenes, and the runner and cases of
# tests/godot, in one project. Times are kept, so that it is imported only when something has
# changed.
project_assemble_demo_tests() {
	local part
	mkdir -p "$PROJECT_DEMO_TESTS"
	find "$PROJECT_DEMO_TESTS" -mindepth 1 -maxdepth 1 ! -name .godot -exec rm -rf {} +
	for part in godot_project/* "${PROJECT_TEST_RUNNER[@]}" tests/demo/*; do
		cp -Rp "$part" "$PROJECT_DEMO_TESTS/"
	done
}

# project_assemble_faults_tests LIBRARY: the tests of what bugs come to, with the library that has
# them.
project_assemble_faults_tests() {
	mkdir -p "$PROJECT_FAULTS_TESTS"
	cp -p tests/godot/project.godot "${PROJECT_TEST_RUNNER[@]}" tests/faults/*.gd "$PROJECT_FAULTS_TESTS/"
	addon_copy_into "$PROJECT_FAULTS_TESTS"
	cp -p "$1" "$PROJECT_FAULTS_TESTS/addons/phoenix_channels/bin/"
	project_know_extension "$PROJECT_FAULTS_TESTS" # and there is nothing to import
}
