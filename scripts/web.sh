# The web: exporting a game for the browser and running it there.
# shellcheck shell=bash

# What web_find has found, or why it has not.
WEB_ENGINE=
WEB_TEMPLATE=
WEB_BROWSER=
WEB_REASON=

# web_find: an engine, a template, a browser and the driver; status 1 when one cannot be had.
web_find() {
	WEB_REASON='no engine'
	WEB_ENGINE=$(engine_find) || return
	WEB_REASON='no Chromium here; install it, or name one in BROWSER_PROGRAM'
	WEB_BROWSER=$(browser_find) || return
	WEB_REASON=$(browser_driver) || return
	WEB_REASON='no web export template for this engine; install it with the editor'
	WEB_TEMPLATE=$(web_template "$WEB_ENGINE") || return
	WEB_REASON=
}

# web_export PROJECT FOLDER [SHELL]: exports for the web. The page is the template's, or SHELL, a
# file of the project.
web_export() {
	local project=$1 folder=$2 shell=${3:-}
	rm -rf "$folder"
	mkdir -p "$folder" build/web
	sed "s|@TEMPLATE@|$WEB_TEMPLATE|; s|@SHELL@|${shell:+res://$shell}|" tests/web/export_presets.cfg >"$project/export_presets.cfg"
	project_export "$WEB_ENGINE" "$project" Web "$folder/index.html" build/web/export.log || return
	# The page of the template that an npm package carries needs them, as does the one of the tests.
	cp tests/web/shell/start.{js,css} "$folder/"
}

# web_run URL [OPTION...]: the page in a browser without a window, its console on stdout; the
# options are those of tests/web/driver/run.mjs.
web_run() {
	local url=$1
	shift
	process_run 0 node "$BROWSER_DRIVER/run.mjs" --browser "$WEB_BROWSER" "$@" "$url"
}

readonly WEB_TESTS_PROJECT=build/web/tests
readonly WEB_TESTS_FOLDER=build/web/tests_exported

# web_tests_assemble: the project of the engine's tests, with the page that starts one of its files.
web_tests_assemble() {
	local part
	rm -rf "$WEB_TESTS_PROJECT"
	mkdir -p "$WEB_TESTS_PROJECT"
	addon_copy_into "$WEB_TESTS_PROJECT"
	for part in tests/godot/* tests/web/godot/* tests/export/main.* tests/export/project.godot tests/web/shell/index.html; do
		case ${part##*/} in
			addons | editor) continue ;;
		esac
		cp -Rp "$part" "$WEB_TESTS_PROJECT/"
	done
	project_import "$WEB_ENGINE" "$WEB_TESTS_PROJECT"
}

# web_test_engine TOTALS [FILE...]: the tests of tests/godot in the exported game, or of those
# files.
web_test_engine() {
	local totals=$1
	shift
	build/enginetests -web "$WEB_TESTS_FOLDER" -browser "$WEB_BROWSER" -driver "$BROWSER_DRIVER/run.mjs" -project "$WEB_TESTS_PROJECT" \
		-devserver "$PWD/$SERVER_PROGRAM" -totals "$TEST_DIR/$totals.totals" "$@" >&2
}

# web_test_export: what an export makes, what it leaves behind, and its game beside the native one.
web_test_export() {
	test_go web.export -count 1 -timeout 20m ./tests/web/export -args -engine "$WEB_ENGINE" -template "$WEB_TEMPLATE" \
		-addon "$PWD/$ADDON" -browser "$WEB_BROWSER" -driver "$PWD/$BROWSER_DRIVER/run.mjs"
}

# web_test_long: what takes minutes in a browser; the short forms are in the stage.
web_test_long() {
	(($# == 0)) || die "test --web-long takes nothing else" 2
	web_find || die "the web cannot be tested here: $WEB_REASON"
	test_begin
	toolchain_build build/enginetests ./scripts/enginetests
	process_guard
	addon_build
	server_build
	web_tests_assemble
	web_export "$WEB_TESTS_PROJECT" "$WEB_TESTS_FOLDER" index.html || die "the tests cannot be exported"
	web_test_engine web.long "$WEB_TESTS_PROJECT"/long/test_{background,flood}.gd || true
	test_totals
}

# test_stage_web: exports, then the engine's tests in an exported game.
test_stage_web() {
	local status=0
	web_find || {
		say "skip web ($WEB_REASON)"
		printf '0 0 1\n' >"$TEST_DIR/web.totals"
		return 0
	}
	addon_build && server_build || return
	web_test_export || status=1
	web_tests_assemble
	web_export "$WEB_TESTS_PROJECT" "$WEB_TESTS_FOLDER" index.html || return
	web_test_engine web || status=1
	return "$status"
}
