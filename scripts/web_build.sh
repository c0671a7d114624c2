# Building the part of the addon that web games use: the client as a Web Worker.
# shellcheck shell=bash

readonly WEB_DIR=$ADDON/web
readonly WEB_SOURCES=(core internal relay gdext/signals gdext/tap gdext/variant web go.mod go.sum scripts/web_build.sh)

# web_build: the worker when a source is newer than it. Without inlining what a player downloads is
# 8 % smaller.
web_build() {
	local wasm=$WEB_DIR/phoenix_channels.wasm script=$WEB_DIR/phoenix_channels.worker.js
	if toolchain_is_newer "$wasm" "${WEB_SOURCES[@]}"; then
		say "build: phoenix_channels.wasm"
		cat "$(go env GOROOT)/lib/wasm/wasm_exec.js" web/worker.js >"$script.new"
		mv -f "$script.new" "$script"
		(GOOS=js GOARCH=wasm CGO_ENABLED=0 toolchain_build "$wasm" ./web -trimpath -buildvcs=false -ldflags='-s -w' -gcflags=all=-l) || exit
		say "build: phoenix_channels.wasm, $(addon_size "$wasm") bytes"
	else
		say "build: phoenix_channels.wasm is up to date"
	fi
}
