# The tutorial as a reader follows it: its code blocks become a project for each step, which is then run.
# shellcheck shell=bash

readonly TUTORIAL=docs/tutorial.md
readonly TUTORIAL_PROJECTS=build/tutorial

# tutorial_assemble FOLDER: the projects FOLDER/step1, FOLDER/step3, …, one for each step with files; a step has the files of those
# before it. A file is a block of code under a line that is its name, as **`room.gd`**.
tutorial_assemble() {
	local folder=$1 step before=''
	rm -rf "$folder"
	mkdir -p "$folder"
	awk -v folder="$folder" '
		/^## Step [0-9]+:/ { step = "step" ($3 + 0) }
		/^\*\*`[a-z_.]+`\*\*$/ { name = substr($0, 4, length($0) - 6); next }
		/^```/ && out { close(out); out = ""; name = ""; next }
		/^```/ && name {
			out = folder "/" step "/" name
			system("mkdir -p \"" folder "/" step "\"")
			next
		}
		out { print > out }
	' "$TUTORIAL"
	for step in "$folder"/step*; do
		[[ -z $before ]] || cp -Rn "$before/." "$step/"
		before=$step
	done
	[[ -e $before/project.godot && -e $before/room.gd ]] || die "$TUTORIAL has not the steps and files that it should"
}

# tutorial_test ENGINE TOTALS: runs each step's project in the engine, with the tests of tests/tutorial that are named after the step.
tutorial_test() {
	local engine=$1 totals=$2 project step status=0
	tutorial_assemble "$TUTORIAL_PROJECTS"
	for project in "$TUTORIAL_PROJECTS"/step*; do
		step=${project##*/}
		addon_copy_into "$project"
		cp "${PROJECT_TEST_RUNNER[@]}" tests/tutorial/*.gd "$project/"
		# There is nothing to import, as there are no pictures and no class names; only the extension has to be known.
		project_know_extension "$project"
		build/enginetests -godot "$engine" -project "$project" -devserver "$PWD/$SERVER_PROGRAM" \
			-totals "$totals.$step.totals" "$project/test_$step.gd" >&2 || status=1
	done
	return "$status"
}
