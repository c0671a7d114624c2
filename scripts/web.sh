# The web: exporting a game for the browser and running it there.
# shellcheck shell=bash

readonly WEB_EXPORT_LIMIT=120 # seconds

# What web_find has found.
WEB_ENGINE=
WEB_TEMPLATE=
WEB_BROWSER=

# web_find: an engine, a template, a browser and the driver; status 1, with the reason in one line on stdout, when one cannot be had.
web_find() {
	WEB_ENGINE=$(engine_find) || exit
	if ! WEB_BROWSER=$(browser_find); then
		printf 'no Chromium here; install it, or name one in BROWSER_PROGRAM\n'
		return 1
	fi
	browser_driver || return 1
	if ! WEB_TEMPLATE=$(web_template "$WEB_ENGINE"); then
		printf 'no web export template for this engine; install it with the editor\n'
		return 1
	fi
}

# web_export PROJECT FOLDER [SHELL]: as a developer exports a game. The page is the template's, or SHELL, a file of the project. What the
# engine complains of meanwhile is a failure.
web_export() {
	local project=$1 folder=$2 shell=${3:-} log=build/web/export.log
	rm -rf "$folder"
	mkdir -p "$folder" "${log%/*}"
	sed "s|@TEMPLATE@|$WEB_TEMPLATE|; s|@SHELL@|${shell:+res://$shell}|" tests/web/export_presets.cfg >"$project/export_presets.cfg"
	say "export: $folder"
	if ! process_run "$WEB_EXPORT_LIMIT" "$WEB_ENGINE" --headless --path "$project" --export-release Web "$PWD/$folder/index.html" \
		>"$log" 2>&1 || grep -q -E '(ERROR|WARNING):' "$log"; then
		cat "$log" >&2
		say "--- FAIL export"
		return 1
	fi
	# The page of the template that an npm package carries needs them, as does the one of the tests.
	cp tests/web/shell/start.{js,css} "$folder/"
}

# web_run URL [OPTION...]: the page in a browser without a window, its console on stdout; the options are those of tests/web/driver/run.mjs.
web_run() {
	local url=$1
	shift
	process_run 0 node "$BROWSER_DRIVER/run.mjs" --browser "$WEB_BROWSER" "$@" "$url"
}
