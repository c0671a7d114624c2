# The table of figures of an exported game in a browser.
# shellcheck shell=bash

readonly BENCH_WEB_PROJECT=build/web/bench
readonly BENCH_WEB_FOLDER=build/web/bench_exported

# bench_web: a page a file, one after the other, without a window.
bench_web() {
	local status=0
	web_find || die "the benchmarks cannot run in a browser here: $WEB_REASON"
	process_guard
	addon_build
	toolchain_build build/enginetests ./scripts/enginetests
	toolchain_build build/benchtable ./scripts/benchtable
	rm -rf "$BENCH_WEB_PROJECT"
	mkdir -p "$BENCH_WEB_PROJECT" "$BENCH_DIR"
	project_assemble_runner "$BENCH_WEB_PROJECT" tests/bench/engine/{bench_case,websocket_client,test_latency}.gd tests/bench/web/*.gd \
		tests/export/{main.gd,main.tscn} tests/web/shell/index.html
	cp tests/export/project.godot "$BENCH_WEB_PROJECT/"
	project_import "$WEB_ENGINE" "$BENCH_WEB_PROJECT"
	web_export "$BENCH_WEB_PROJECT" "$BENCH_WEB_FOLDER" index.html || return
	say "bench: in Chromium"
	build/enginetests -v -web "$BENCH_WEB_FOLDER" -browser "$WEB_BROWSER" -driver "$BROWSER_DRIVER/run.mjs" \
		-project "$BENCH_WEB_PROJECT" >"$BENCH_DIR/web.txt" || status=1
	((status == 0)) || grep -E '^(FAIL |--- |    )' "$BENCH_DIR/web.txt" >&2
	node tests/bench/web/size.mjs "$WEB_DIR"/phoenix_channels.{wasm,worker.js} >>"$BENCH_DIR/web.txt"
	build/benchtable -web -json "$BENCH_DIR/web.json" "$BENCH_DIR/web.txt" || status=1
	return "$status"
}
