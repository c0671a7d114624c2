# Benchmarks: the table of figures beside their baselines, those in Go alone, and the soak.
# shellcheck shell=bash

readonly BENCH_DIR=build/bench
readonly BENCH_PROJECT=build/bench_engine
readonly BENCH_KEPT=tests/bench/table.json # of the last whole run, which quick ones are compared with

# bench_run: the table; --quick: of fewer samples, compared with the kept one; web; soak; go
# [PATTERN]: the benchmarks in Go.
bench_run() {
	case ${1:-} in
		'' | --quick)
			(($# <= 1)) || die "bench $1 takes nothing more, not '$2'" 2
			bench_table "${1:+quick}"
			;;
		web)
			(($# == 1)) || die "bench web takes nothing more, not '$2'" 2
			bench_web
			;;
		soak)
			(($# == 1)) || die "bench soak takes nothing more, not '$2'" 2
			soak_bench
			;;
		go)
			(($# <= 2)) || die "bench go takes one pattern, not '$3' as well" 2
			bench_go "${2:-.}"
			;;
		*) die "unknown option '$1' of bench; there are --quick, web, soak and go [PATTERN]" 2 ;;
	esac
}

bench_go() {
	local folder folders=()
	toolchain_check_go
	for folder in core gdext/variant tests/bench; do
		folders+=("./$folder/...")
	done
	say "bench: '$1' in ${folders[*]}"
	go test -run '^$' -bench "$1" -benchmem "${folders[@]}" | grep -v -E '^(\?|PASS|ok .*no tests)'
}

# bench_table [quick]
bench_table() {
	local quick=${1:-} status=0
	process_guard
	addon_build
	toolchain_build build/enginetests ./scripts/enginetests
	toolchain_build build/benchtable ./scripts/benchtable
	rm -rf "$BENCH_DIR"
	mkdir -p "$BENCH_DIR"
	bench_engine "$quick" || status=1
	bench_load "$quick" || status=1
	bench_core "$quick" || status=1
	if [[ -n $quick ]]; then
		build/benchtable -against "$BENCH_KEPT" "$BENCH_DIR"/*.txt || status=1
	else
		build/benchtable -json "$BENCH_DIR/table.json" "$BENCH_DIR"/*.txt || status=1
		say "bench: $BENCH_DIR/table.json"
	fi
	return "$status"
}

# bench_core [quick]: what needs no engine.
bench_core() {
	# The baselines on Node; without it they are left out.
	if have npm && [[ ! -d tests/conformance/jsclient/node_modules ]]; then
		(cd tests/conformance/jsclient && npm ci) >"$BENCH_DIR/npm.log" 2>&1 || warn "npm ci failed in tests/conformance/jsclient; see $BENCH_DIR/npm.log"
	fi
	toolchain_build build/benchcore ./tests/bench/core
	say "bench: core"
	build/benchcore ${1:+-quick} >"$BENCH_DIR/core.txt" 2>"$BENCH_DIR/core.log" || {
		cat "$BENCH_DIR/core.log" >&2
		return 1
	}
}

# bench_load [quick]: the library itself.
bench_load() {
	local engine
	engine=$(engine_find) || return
	platform_read "$(platform_here)"
	say "bench: the library"
	tests/bench/load/load.sh ${1:+-quick} "$ADDON/bin/$PLATFORM_FILE" "$engine" >"$BENCH_DIR/load.txt" 2>"$BENCH_DIR/load.log" || {
		cat "$BENCH_DIR/load.log" >&2
		return 1
	}
}

# bench_engine [quick]: what is measured in the engine.
bench_engine() {
	local quick=${1:-} engine status=0
	engine=$(engine_find) || return
	project_assemble_runner "$BENCH_PROJECT" tests/godot/raw_server.gd tests/multiplayer/game/transport*.gd tests/bench/engine/*.gd
	bench_game "$BENCH_PROJECT/game"
	say "bench: in the engine"
	BENCH=$quick build/enginetests -v -godot "$engine" -project "$BENCH_PROJECT" >"$BENCH_DIR/engine.txt" || status=1
	((status == 0)) || grep -E '^(FAIL |--- |    )' "$BENCH_DIR/engine.txt" >&2
	return "$status"
}

# bench_game PROJECT: a game that does not load the addon by itself.
bench_game() {
	addon_copy_into "$1"
	cp tests/bench/engine/game/*.gd "$1/"
	printf 'config_version=5\n' >"$1/project.godot"
}
