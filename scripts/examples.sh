# The example projects: the addon in them, and their tests.
# shellcheck shell=bash

readonly EXAMPLES=examples
readonly EXAMPLES_TESTS=build/examples

# examples_run: the addon for this machine, in each example's own folder, so that the engine can
# open it.
examples_run() {
	local project
	addon_build
	for project in "$EXAMPLES"/*/; do
		addon_copy_into "${project%/}"
		say "examples: ${project%/} is ready; open it with Godot"
	done
}

# examples_assemble NAME: a copy of the example, with the addon and its test; prints the copy's
# path. There is nothing to import.
examples_assemble() {
	local project=$EXAMPLES_TESTS/$1
	rm -rf "$project"
	mkdir -p "$project"
	find "$EXAMPLES/$1" -maxdepth 1 -type f -exec cp {} "$project/" \;
	cp "${PROJECT_TEST_RUNNER[@]}" tests/examples/example_case.gd "tests/examples/test_$1.gd" "$project/"
	addon_copy_into "$project"
	project_know_extension "$project"
	printf '%s\n' "$project"
}

# examples_test ENGINE TOTALS: plays each example in the engine, alone or with a second instance of
# itself.
examples_test() {
	local engine=$1 totals=$2 folder name project status=0
	for folder in "$EXAMPLES"/*/; do
		name=$(basename "$folder")
		project=$(examples_assemble "$name") || return
		build/enginetests -godot "$engine" -project "$project" -devserver "$PWD/$SERVER_PROGRAM" \
			-totals "$totals.$name.totals" "$project/test_$name.gd" >&2 || status=1
	done
	return "$status"
}
