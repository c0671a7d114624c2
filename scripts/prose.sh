# The prose check: Vale, with the rules and the word list of scripts/prose, over the documentation,
# the help and the comments.
# shellcheck shell=bash

readonly PROSE_CONFIG=scripts/prose/vale.ini
readonly PROSE_TEXT=build/prose # what is prose in files that are not Markdown, line for line

# prose_check: a line for each finding; status 1 if there are any.
prose_check() {
	local vale files=() file
	vale=$(go -C scripts/tools tool -n vale) || return
	rm -rf "$PROSE_TEXT"
	while IFS= read -r file; do
		files+=("$(prose_text "$file")")
	done < <(prose_files)
	"$vale" --config "$PROSE_CONFIG" --output line "${files[@]}" | sed "s|^$PROSE_TEXT/\(.*\)\.md:\([0-9]*\):\([0-9]*\):|\1:\2:|"
	((PIPESTATUS[0] == 0))
}

prose_files() {
	find README.md CHANGELOG.md SECURITY.md CODE_OF_CONDUCT.md docs examples server tests godot_project gdext/docs \
		\( -name node_modules -o -name deps -o -name _build -o -name .godot -o -name testdata -o -path tests/godot/addons -o -path "examples/*/addons" \) -prune -o \
		\( -name '*.md' -o -name '*.xml' -o -name '*.gd' \) -print
}

# prose_text FILE: prints the file to check: Markdown itself, or a copy that has blank lines in
# place of code.
prose_text() {
	local copy=$PROSE_TEXT/$1.md
	case $1 in
		*.md)
			printf '%s\n' "$1"
			return
			;;
	esac
	mkdir -p "${copy%/*}"
	case $1 in
		*.xml) prose_help "$1" >"$copy" ;;
		*) prose_comments "$1" >"$copy" ;;
	esac
	printf '%s\n' "$copy"
}

# prose_help FILE: the texts of a class, with code and names as Markdown has them.
prose_help() {
	# shellcheck disable=SC2016 # the backquotes are for Markdown
	sed -E '
		/\[codeblock\]/,/\[\/codeblock\]/s/.*//
		s/^\t+//
		s/<[^>]*>//g
		s/\[(code|\/code)\]/`/g
		s/\[(method|member|signal|constant|enum|param) ([^]]*)\]/`\2`/g
		s/\[([A-Z][A-Za-z]*)\]/`\1`/g
		s/\[\/?[bi]\]/*/g
		s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g
	' "$1"
}

# prose_comments FILE: the whole-line comments of a script.
prose_comments() { awk '/^[ \t]*##?( |$)/ { sub(/^[ \t]*##? ?/, ""); print; next } { print "" }' "$1"; }
