# The tests, in stages; each leaves its counts in a file, and the last line printed adds them up.
# shellcheck shell=bash

readonly TEST_STAGES=(lint elixir core go conformance chaos fuzz wasm capi engine multiplayer web demo package bench)
readonly TEST_DIR=build/test
readonly TEST_FUZZ_TIME=2s
readonly TEST_CHAOS_TIME=40s
# What the library runs on a processor with 32 bits, apart from the cgo layer.
readonly TEST_32_BITS=(./core ./relay/... ./internal/... ./gdext/signals ./gdext/variant)
readonly TEST_SCENARIOS_AT_ONCE=16 # against another server; they hardly do more than wait

GOTESTSUM=
TEST_BESIDE=() # stages that run beside this shell's and whose output has not been printed yet
TEST_BESIDE_PID=

# test_run [STAGE...]: the named stages, or all; test_run --server URL: the scenarios against that
# server, and nothing else; test_run --wine, --qemu: the library for another system, and nothing
# else; test_run --dotnet: the library in a .NET program, and nothing else; test_run --phoenix: mix
# test, and nothing else; test_run --csharp: the wrappers for C#, and nothing else; test_run
# --docker: a deployment in Docker, and nothing else; test_run --web-long: what takes minutes in a
# browser, and nothing else. The last line on stdout is the total: N passed, N failed[, N skipped].
test_run() {
	local stage
	if [[ ${1:-} == --server ]]; then
		test_server "${@:2}"
		return
	fi
	case ${1:-} in
		--wine | --qemu)
			emulators_test "${1#--}" "${@:2}"
			return
			;;
		--dotnet)
			dotnet_test "${@:2}"
			return
			;;
		--phoenix)
			elixir_test "${@:2}"
			return
			;;
		--csharp)
			csharp_test "${@:2}"
			return
			;;
		--docker)
			docker_test "${@:2}"
			return
			;;
		--web-long)
			web_test_long "${@:2}"
			return
			;;
	esac
	for stage in "$@"; do
		[[ " ${TEST_STAGES[*]} " == *" $stage "* ]] || die "unknown stage '$stage' of test; there are: ${TEST_STAGES[*]}" 2
	done
	(($#)) || set -- "${TEST_STAGES[@]}"

	test_begin
	toolchain_build build/enginetests ./scripts/enginetests
	test_stages "$@"
	test_totals
}

# test_stages STAGE...: the stages that need Go alone run beside those that use the addon, as both
# wait more than they work. lint comes before them, because it reads files that they write, and
# bench after them, because it measures.
test_stages() {
	local stage go='' engine=''
	for stage in "$@"; do
		case $stage in
			lint | elixir) test_stage "$stage" ;;
			core | go | conformance | chaos | fuzz | wasm) go+=" $stage" ;;
			bench) ;;
			*) engine+=" $stage" ;;
		esac
	done
	if [[ -n $go && -n $engine ]]; then
		(addon_build && server_build) || true # both would build them; where that fails, they say so
		# shellcheck disable=SC2086 # several stages
		test_beside $go
		go=''
	fi
	for stage in $go $engine; do
		test_stage "$stage"
		test_beside_print
	done
	test_beside_end
	[[ " $* " != *' bench '* ]] || test_stage bench
}

# test_beside STAGE...: begins to run the stages, one after the other, in the background.
test_beside() {
	process_guard test_beside_stop
	TEST_BESIDE=("$@")
	say
	say "beside what follows: $*"
	set -m # a group of processes, so that all of them can be stopped
	(
		set +m
		for stage in "$@"; do
			test_stage "$stage" >"$TEST_DIR/$stage.running" 2>&1
			mv "$TEST_DIR/$stage.running" "$TEST_DIR/$stage.output"
		done
	) </dev/null &
	TEST_BESIDE_PID=$!
	set +m
}

# test_beside_print: the output of those that have ended since, each whole.
test_beside_print() {
	while ((${#TEST_BESIDE[@]})) && [[ -e $TEST_DIR/${TEST_BESIDE[0]}.output ]]; do
		cat "$TEST_DIR/${TEST_BESIDE[0]}.output" >&2
		TEST_BESIDE=("${TEST_BESIDE[@]:1}")
	done
}

# test_beside_end: waits for the others.
test_beside_end() {
	[[ -n $TEST_BESIDE_PID ]] || return 0
	wait "$TEST_BESIDE_PID" || die "stages have ended before they were done: ${TEST_BESIDE[*]}"
	TEST_BESIDE_PID=
	test_beside_print
}

test_beside_stop() {
	[[ -z $TEST_BESIDE_PID ]] || kill -TERM -- "-$TEST_BESIDE_PID" 2>/dev/null || true
}

test_begin() {
	toolchain_check_go
	toolchain_check_c
	rm -rf "$TEST_DIR"
	mkdir -p "$TEST_DIR"
	GOTESTSUM=$(go -C scripts/tools tool -n gotestsum) || die "gotestsum cannot be built; go's own words stand above"
}

# test_server URL: the scenarios against a server that runs, over both transports.
test_server() {
	(($# == 1)) || die "test --server takes one URL and nothing else; the stages are for the embedded server" 2
	[[ $1 =~ ^(ws|wss|http|https)://[^/] ]] || die "'$1' is not the URL of a server; write it like ws://localhost:4000/socket" 2
	test_begin
	test_go server -count 1 -parallel "$TEST_SCENARIOS_AT_ONCE" -run '^TestScenarios$' ./tests/conformance/scenarios -args -server "$1" || true
	test_totals
}

# test_stage STAGE: its heading, what it prints, its seconds. A stage that fails before it could
# count is one failure.
test_stage() {
	local stage=$1 started=$SECONDS
	say
	say "== $stage"
	# set -e does not hold where a status is asked for, so the stages return by hand.
	if ! (process_guard server_stop && "test_stage_$stage") && ! test_has_failures "$stage"; then
		printf '0 1 0\n' >"$TEST_DIR/$stage.totals"
		say "FAIL $stage"
	fi
	say "== $stage: $((SECONDS - started)) s"
}

# test_outcome STATUS STAGE NAME [LOG]: counts one case and says how it ended, with its log if it
# failed. Its own status is the case's.
test_outcome() {
	if (($1 == 0)); then
		say "ok   $3"
		printf '1 0 0\n' >"$TEST_DIR/$2.totals"
	else
		[[ -z ${4:-} ]] || cat "$4" >&2
		say "--- FAIL $3"
		printf '0 1 0\n' >"$TEST_DIR/$2.totals"
	fi
	return "$1"
}

test_has_failures() {
	[[ -n $(awk '$2 > 0' "$TEST_DIR/$1".*totals 2>/dev/null) ]]
}

test_totals() {
	local passed failed skipped
	read -r passed failed skipped < <(cat "$TEST_DIR"/*totals | awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }')
	say
	if ((skipped > 0)); then
		printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
	else
		printf '%d passed, %d failed\n' "$passed" "$failed"
	fi
	((failed == 0))
}

test_stage_lint() {
	local status=0
	lint_run || status=1
	printf '%d %d %d\n' "$LINT_PASSED" "$LINT_FAILED" "$LINT_SKIPPED" >"$TEST_DIR/lint.totals"
	return "$status"
}

# test_go STAGE ARGUMENT...: go test with the race detector.
test_go() { test_go_plain "$1" -race "${@:2}"; }

# test_go_plain STAGE ARGUMENT...: go test, without what lint looks at; what passes is one line a
# package. STAGE.xml has the results in JUnit's form.
test_go_plain() {
	local results=$TEST_DIR/$1.xml totals=$TEST_DIR/$1.totals status=0
	shift
	"$GOTESTSUM" --format pkgname --format-icons text --format-hide-empty-pkg --hide-summary skipped \
		--junitfile "$results" --junitfile-hide-empty-pkg -- -vet=off -timeout 5m "$@" >&2 || status=$?
	test_go_counts "$status" <"$results" >"$totals"
	return "$status"
}

# test_go_counts STATUS: what gotestsum wrote, a line each test, as passed, failed and skipped.
# Cases are the tests without subtests, and those that failed without a failed subtest; a failure
# without a case counts as well.
test_go_counts() {
	awk -F '"' -v status="$1" '
		/<testcase / { name[++n] = $2 " " $4; result[n] = "passed" }
		/<failure / { result[n] = "failed" }
		/<skipped / { result[n] = "skipped" }
		END {
			for (i = 1; i <= n; i++)
				for (parent = name[i]; sub("/[^/]*$", "", parent);) {
					has_subtest[parent] = 1
					if (result[i] == "failed") has_failed_subtest[parent] = 1
				}
			for (i = 1; i <= n; i++)
				if (!(name[i] in has_subtest) || result[i] == "failed" && !(name[i] in has_failed_subtest)) count[result[i]]++
			if (status && !count["failed"]) count["failed"] = 1
			print count["passed"] + 0, count["failed"] + 0, count["skipped"] + 0
		}
	'
}

test_stage_core() { test_go core -cover ./core/...; }

test_stage_conformance() { test_go conformance ./tests/conformance/...; }

# test_stage_chaos: a short run; ./build.sh chaos is the long one.
test_stage_chaos() { test_go chaos -count 1 -timeout 10m ./tests/chaos -args -chaos "$TEST_CHAOS_TIME"; }

test_stage_go() {
	local package packages=() status=0
	while IFS= read -r package; do
		packages+=("$package")
	done < <(go list ./... | grep -v -E '^[^/]+/(core|tests/capi|tests/conformance|tests/chaos|tests/deployment|tests/multiplayer|tests/quickstart|tests/web/export)(/|$)')
	test_go go "${packages[@]}" || status=1
	test_32_bits || status=1
	return "$status"
}

# test_32_bits: what a phone with 32 bits would run, without cgo and so without the race detector,
# where this processor runs it as well.
test_32_bits() {
	[[ $(go env GOHOSTOS)/$(go env GOHOSTARCH) == linux/amd64 ]] || return 0
	say "with 32 bits (386):"
	GOARCH=386 CGO_ENABLED=0 test_go_plain go.386 "${TEST_32_BITS[@]}"
}

# test_stage_capi: the addon's library in a C program, then the one for Windows.
test_stage_capi() {
	local status=0
	addon_build || return
	platform_read "$(platform_here)"
	test_go capi.here ./tests/capi -args -library "$PWD/$ADDON/bin/$PLATFORM_FILE" || status=1
	emulators_stage capi || status=1
	return "$status"
}

test_stage_wasm() { web_core_test wasm; }

test_stage_multiplayer() { multiplayer_test multiplayer; }

# test_stage_fuzz: each fuzz target for a while, with its seeds and new inputs; one case each. A
# package's targets share one program, as most of the time would be spent on building it. Inputs are
# hardly minimized: where the coverage is not the same each time, as with net/http, that would take
# most of the while.
test_stage_fuzz() {
	local file name folder='' program passed=0 failed=0 output
	program=$PWD/$TEST_DIR/fuzz.test
	while IFS=: read -r file name; do
		if [[ $folder != "${file%/*}" ]]; then
			folder=${file%/*}
			rm -f "$program"
			go test -c -fuzz . -o "$program" "./$folder" || true # without it the targets fail
		fi
		if output=$(cd "$folder" && "$program" -test.run '^$' -test.fuzz "^$name\$" -test.fuzztime "$TEST_FUZZ_TIME" \
			-test.fuzzminimizetime 10x -test.fuzzcachedir "$(go env GOCACHE)/fuzz/phoenixchannels/$folder" 2>&1); then
			say "ok   $folder $name ($TEST_FUZZ_TIME)"
			((passed += 1))
		else
			say "--- FAIL $folder $name"
			printf '%s\n' "$output" >&2
			((failed += 1))
		fi
	done < <(find . \( -name node_modules -o -path ./build \) -prune -o -name '*_test.go' -exec grep -H -o '^func Fuzz[A-Za-z0-9_]*' {} + |
		sed 's|^\./||; s|:func |:|' | LC_ALL=C sort)
	printf '%d %d 0\n' "$passed" "$failed" >"$TEST_DIR/fuzz.totals"
	((failed == 0))
}

# test_stage_engine: the runner's own tests, then the addon's, in a project that got the addon as a
# game would, some of them with Go's collector always at work, then those with a library that has
# bugs, with one for the oldest engine, and the tutorial's.
test_stage_engine() {
	local engine status=0
	addon_build && server_build || return
	engine=$(engine_find) || return
	addon_copy_into tests/godot
	project_import "$engine" tests/godot || return
	project_collect_help "$engine" tests/godot
	build/enginetests -self -godot "$engine" -totals "$TEST_DIR/engine.self.totals" >&2 || status=1
	test_in_engine "$engine" tests/godot engine || status=1
	test_collector "$engine" || status=1
	test_faults "$engine" || status=1
	test_oldest_engine "$engine" || status=1
	tutorial_test "$engine" "$TEST_DIR/engine.tutorial" || status=1
	examples_test "$engine" "$TEST_DIR/engine.examples" || status=1
	test_freed_memory "$engine" || status=1
	soak_test "$engine" engine.soak || status=1
	export_test "$engine" engine.export || status=1
	return "$status"
}

# test_collector ENGINE: what crosses between Go and the engine, while Go collects its garbage all
# the time and overwrites what it frees.
test_collector() {
	local name files=()
	for name in payloads values hostile push presence life_handlers life_move life_tree; do
		files+=("tests/godot/test_$name.gd")
	done
	say "with GOGC=1:"
	GOGC=1 GODEBUG=clobberfree=1 test_in_engine "$1" tests/godot engine.collector "${files[@]}"
}

# test_faults ENGINE: what bugs in the library come to, in a project whose library has some
# (gdext/faults.go).
test_faults() {
	local engine=$1 library
	library=$(test_library faults) || return
	project_assemble_faults_tests "$library"
	test_in_engine "$engine" "$PROJECT_FAULTS_TESTS" engine.faults
}

# test_oldest_engine ENGINE: some of the tests with a library that asks this engine only for what
# the oldest one has (gdext/engine/assume_oldest.go).
test_oldest_engine() {
	local engine=$1 library status=0
	library=$(test_library oldest_engine) || return
	platform_read "$(platform_here)"
	say "with what Godot $ENGINE_OLDEST has:"
	cp "$library" "tests/godot/${ADDON#godot_project/}/bin/$PLATFORM_FILE"
	cp "$library" "tests/godot/${ADDON#godot_project/}/bin/$PLATFORM_EDITOR_FILE"
	test_in_engine "$engine" tests/godot engine.oldest tests/godot/{test_api,test_docs,test_channel,test_multiplayer_room,test_scene,editor/test_editor}.gd || status=1
	addon_copy_into tests/godot
	return "$status"
}

# test_library TAG: builds the library with a build tag, prints its path.
test_library() {
	local tag=$1 library
	platform_read "$(platform_here)"
	library=build/$tag/$PLATFORM_FILE
	if toolchain_is_newer "$library" "${LIBRARY_SOURCES[@]}"; then
		say "build: $library"
		exports_write
		platform_compile "$library" "$(go env GOOS)/$(go env GOARCH)" -tags "$LIBRARY_TAGS,$tag" || return
	fi
	printf '%s\n' "$library"
}

# test_freed_memory ENGINE: the tests of lives again, in an engine in which whatever goes on with
# freed memory crashes.
test_freed_memory() {
	local library
	test_has_quarantine || return 0
	library=$(test_quarantine) || return
	test_in_engine "$1" tests/godot engine.freed -preload "$library" \
		tests/godot/test_{await,credentials,values,life,life_close,life_handlers,life_move,life_multiplayer,life_multiplayer_quit,life_quit,life_threads,life_tree}.gd
}

# test_has_quarantine: whether this system's C library is the one whose free() it replaces.
test_has_quarantine() { getconf GNU_LIBC_VERSION >/dev/null 2>&1; }

# test_quarantine: builds tests/quarantine, prints its path.
test_quarantine() {
	local library=$PWD/build/quarantine.so compiler
	read -ra compiler <<<"$(go env CC)"
	"${compiler[@]}" -std=c11 -O2 -Wall -Wextra -Werror -fPIC -shared -fno-builtin -o "$library" tests/quarantine/quarantine.c || return
	printf '%s\n' "$library"
}

# test_in_engine ENGINE PROJECT STAGE [FILE...]: the test files of a project, or the named ones.
test_in_engine() {
	local engine=$1 project=$2 stage=$3
	shift 3
	build/enginetests -godot "$engine" -project "$project" -devserver "$PWD/$SERVER_PROGRAM" \
		-editor-cache "$PWD/$PROJECT_EDITOR_CACHE" \
		-totals "$TEST_DIR/$stage.totals" "$@" >&2
}

# test_stage_demo: the demo's scripted session, as a user runs it, and the tests that drive its
# scenes.
test_stage_demo() {
	local engine status=0
	./build.sh demo --headless >"$TEST_DIR/demo.log" 2>&1 || status=1
	test_outcome "$status" demo.session 'demo --headless' "$TEST_DIR/demo.log" || true
	test_mistakes demo demo <<-'END' || status=1
		--screen cellar|control_room arena chat coop
		--screen|--screen needs a value
		--bots many|'many'
		--bots 1000|'1000'
		--quit-after soon|'soon'
		--quit-after 0|'0'
		--loud|--screenshot DIR
		--headless --screenshot build|use one of them
		--movie demo.gif|'demo.gif'
		--movie demo.webp --web|without other options
	END
	test_demo_pictures || status=1
	addon_build && server_build || return
	engine=$(engine_find) || return
	project_assemble_demo_tests
	project_import "$engine" "$PROJECT_DEMO_TESTS" || return
	test_in_engine "$engine" "$PROJECT_DEMO_TESTS" demo || status=1
	return "$status"
}

# test_demo_pictures: of each scene one for a desk and two for a phone, held upright and across, and
# one of the debugger's tab; what takes them says when one is blank.
test_demo_pictures() {
	local folder=$TEST_DIR/pictures picture missing='' status=0
	if ! have Xvfb && ! demo_has_display; then
		say "skip demo --screenshot (there is no display, and no Xvfb to do without)"
		printf '0 0 1\n' >"$TEST_DIR/demo.pictures.totals"
		return 0
	fi
	./build.sh demo --screenshot "$folder" >"$TEST_DIR/pictures.log" 2>&1 || status=1
	for picture in {start,control_room,arena,chat,coop}{,_phone,_across}.png debugger.png; do
		[[ -s $folder/$picture ]] || missing+=" $picture"
	done
	if [[ -n $missing ]]; then
		say "missing:$missing"
		status=1
	fi
	test_outcome "$status" demo.pictures 'demo --screenshot' "$TEST_DIR/pictures.log"
}

# test_mistakes STAGE COMMAND: calls of a command of build.sh, a line of stdin each: ARGUMENTS|PART.
# A wrong option is named, with what to do, in one line with that part, and nothing is started.
test_mistakes() {
	local stage=$1 command=$2 arguments part output status passed=0 failed=0
	while IFS='|' read -r arguments part; do
		status=0
		# shellcheck disable=SC2086 # several arguments
		output=$(./build.sh "$command" $arguments 2>&1 </dev/null) || status=$?
		if ((status == 2)) && [[ $output == *"$part"* && $output != *$'\n'* ]]; then
			((passed += 1))
		else
			say "--- FAIL $command $arguments: status $status, expected 2 and '$part', got: $output"
			((failed += 1))
		fi
	done
	((failed > 0)) || say "ok   $command with mistakes ($passed cases)"
	printf '%d %d 0\n' "$passed" "$failed" >"$TEST_DIR/$stage.mistakes.totals"
	((failed == 0))
}

# test_stage_bench: the table of figures from few samples; it fails when one has become worse by a
# factor of two.
test_stage_bench() {
	local log=$TEST_DIR/bench.log status=0
	test_mistakes bench bench <<-'END' || true
		--loud|--quick, web, soak and go
		--quick core|'core'
		soak long|'long'
		go Decode Encode|'Encode'
	END
	bench_table quick >"$log" 2>&1 || status=1
	test_outcome "$status" bench 'bench --quick' "$log"
}

# test_stage_package: the zip for this machine, and the quick start in an empty project that got it.
test_stage_package() {
	local engine status=0
	test_mistakes package package <<-'END' || status=1
		--platform|--platform needs a value
		--platform amiga|linux.arm64
		--with|--with needs a value
		--with nowhere|no such folder
		--tag v0|'v0'
		--loud|--with FOLDER
		--servers now|'now'
	END
	server_build || return
	engine=$(engine_find) || return
	package_test "$engine" package || status=1
	return "$status"
}
