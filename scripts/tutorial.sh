# The tutorials as a reader follows them: the code blocks of a page become a project for each step,
# which is then run.
# shellcheck shell=bash

# The pages, and for each the folder of the tests of its steps.
readonly TUTORIALS=('docs/tutorial.md tests/tutorial' 'docs/multiplayer.md tests/tutorial/multiplayer')
readonly TUTORIAL_PROJECTS=build/tutorial

# tutorial_assemble PAGE FOLDER: the projects FOLDER/step1, FOLDER/step3, …, one for each step with
# files; a step has the files of those before it. A file is a block of code under a line that is its
# name, as **`room.gd`**. Where that line is a link, as **[`room.gd`](../examples/lobby/room.gd)**,
# the file is the linked one, and a block below it an excerpt (tests/docs compares them).
tutorial_assemble() {
	local page=$1 folder=$2 step before=''
	rm -rf "$folder"
	mkdir -p "$folder"
	awk -v folder="$folder" -v pages="$(dirname "$page")" '
		/^## Step [0-9]+:/ { step = "step" ($3 + 0) }
		/^\*\*`[a-z_0-9.]+`\*\*$/ { name = substr($0, 4, length($0) - 6); next }
		/^\*\*\[`[a-z_0-9.]+`\]\([^)]*\)\*\*$/ {
			file = substr($0, index($0, "](") + 2)
			sub(/\)\*\*$/, "", file)
			system("mkdir -p \"" folder "/" step "\" && cp \"" pages "/" file "\" \"" folder "/" step "/\"")
			next
		}
		/^```/ && out { close(out); out = ""; name = ""; next }
		/^```/ && name {
			out = folder "/" step "/" name
			system("mkdir -p \"" folder "/" step "\"")
			next
		}
		out { print > out }
	' "$page"
	for step in "$folder"/step*; do
		[[ -z $before ]] || cp -Rn "$before/." "$step/"
		before=$step
	done
	[[ -e $before/project.godot ]] || die "$page does not have the steps and files that it should"
}

# tutorial_assemble_all FOLDER: those of each page, in a folder of the page's name.
tutorial_assemble_all() {
	local tutorial page
	for tutorial in "${TUTORIALS[@]}"; do
		page=${tutorial% *}
		tutorial_assemble "$page" "$1/$(basename "$page" .md)"
	done
}

# guides_assemble FOLDER: the scripts that the other pages in docs/ show under a file's name, in a
# folder of the page's name. They are run by tests/godot/test_guides.gd.
guides_assemble() {
	local folder=$1 page
	rm -rf "$folder"
	for page in docs/*.md; do
		[[ " ${TUTORIALS[*]} " != *" $page "* ]] || continue
		awk -v folder="$folder/$(basename "$page" .md)" '
			/^\*\*`[a-z_0-9]+\.gd`\*\*$/ { name = substr($0, 4, length($0) - 6); next }
			/^```/ && out { close(out); out = ""; name = ""; next }
			/^```gdscript$/ && name { system("mkdir -p \"" folder "\""); out = folder "/" name; next }
			out { print > out }
		' "$page"
	done
}

# tutorial_test ENGINE TOTALS: runs each step's project in the engine, with the tests of the page
# that are named after the step.
tutorial_test() {
	local engine=$1 totals=$2 tutorial title project step status=0
	tutorial_assemble_all "$TUTORIAL_PROJECTS"
	for tutorial in "${TUTORIALS[@]}"; do
		title=$(basename "${tutorial% *}" .md)
		for project in "$TUTORIAL_PROJECTS/$title"/step*; do
			step=${project##*/}
			addon_copy_into "$project"
			cp "${PROJECT_TEST_RUNNER[@]}" tests/demo/partner.gd "${tutorial#* }"/*.gd "$project/"
			# There is nothing to import, as there are no pictures and no class names; only the
			# extension has to be known.
			project_know_extension "$project"
			build/enginetests -godot "$engine" -project "$project" -devserver "$PWD/$SERVER_PROGRAM" \
				-totals "$totals.$title.$step.totals" "$project/test_$step.gd" >&2 || status=1
		done
	done
	return "$status"
}
