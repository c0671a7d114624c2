# core in a browser: its tests, compiled for js and run by Node.
# shellcheck shell=bash

# web_core_test STAGE: core's own tests over the in-memory network, those of the browser's
# transports, and the scenarios over both transports against the embedded server. Status 1 when one
# fails. Without a Node that has WebSocket they are skipped.
web_core_test() {
	local stage=$1 status=0 options
	if ! options=$(web_core_node_options); then
		say "skip: core in a browser needs a Node with fetch and WebSocket, version 20.10 or newer"
		printf '0 0 1\n' >"$TEST_DIR/$stage.totals"
		return 0
	fi
	web_core_go "$stage.core" "$options" -tags nativetransport ./core || status=1
	web_core_go "$stage.transports" "$options" ./tests/webcore || status=1
	server_build && server_start 127.0.0.1:0 "$TEST_DIR/$stage.devserver.log" || return 1
	web_core_go "$stage.scenarios" "$options" -count 1 -parallel "$TEST_SCENARIOS_AT_ONCE" -run '^TestScenarios$' \
		./tests/conformance/scenarios -args -server "$SERVER_URL" || status=1
	server_stop
	return "$status"
}

# web_core_node_options: the options with which Node has WebSocket; status 1 when it has none.
web_core_node_options() {
	local options
	for options in --experimental-websocket ''; do
		if NODE_OPTIONS=$options node -e 'process.exit(typeof WebSocket + typeof fetch === "functionfunction" ? 0 : 1)' 2>/dev/null; then
			printf '%s\n' "$options"
			return 0
		fi
	done
	return 1
}

# web_core_go NAME NODE_OPTIONS ARGUMENT...: go test for js, under Node; counted as test_go does.
web_core_go() {
	local results=$TEST_DIR/$1.xml totals=$TEST_DIR/$1.totals options=$2 runner status=0
	shift 2
	runner=$(go env GOROOT)/lib/wasm/go_js_wasm_exec
	GOOS=js GOARCH=wasm NODE_OPTIONS=$options "$GOTESTSUM" --format pkgname --format-icons text --format-hide-empty-pkg --hide-summary skipped \
		--junitfile "$results" --junitfile-hide-empty-pkg -- -timeout 5m -exec "$runner" "$@" >&2 || status=$?
	test_go_counts "$status" <"$results" >"$totals"
	return "$status"
}
