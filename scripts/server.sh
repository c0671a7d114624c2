# The embedded server: building it, starting it, stopping it.
# shellcheck shell=bash

readonly SERVER_PROGRAM=build/devserver
readonly SERVER_PROBE=build/serverprobe

SERVER_PID=
SERVER_URL=

server_build() {
	toolchain_check_go
	if toolchain_is_newer "$SERVER_PROGRAM" server/devserver server/cmd relay/wire go.mod go.sum; then
		say "build: ${SERVER_PROGRAM##*/}"
		toolchain_build "$SERVER_PROGRAM" ./server/cmd/devserver
	fi
	if toolchain_is_newer "$SERVER_PROBE" scripts/serverprobe go.mod go.sum; then
		toolchain_build "$SERVER_PROBE" ./scripts/serverprobe
	fi
}

# server_start ADDRESS LOG [OPTION...]: starts it and waits until it listens; sets SERVER_PID and
# SERVER_URL. Status 1 when it cannot listen there.
server_start() {
	local address=$1 log=$2 fifo waited=0
	shift 2
	mkdir -p "${log%/*}"
	if [[ $(uname -s) == MINGW* ]]; then # its named pipes are for its own programs alone
		"$SERVER_PROGRAM" -addr "$address" "$@" </dev/null >"$log" 2>&1 &
		SERVER_PID=$!
	else
		# The server ends with its stdin, so that it goes with this shell even when this shell is
		# killed.
		fifo=$(mktemp -u "${TMPDIR:-/tmp}/phoenix_channels.XXXXXX")
		mkfifo -m 600 "$fifo"
		"$SERVER_PROGRAM" -addr "$address" -exit-with-parent "$@" <"$fifo" >"$log" 2>&1 &
		SERVER_PID=$!
		exec 8>"$fifo"
		rm -f "$fifo"
	fi
	while ((waited < 200)); do
		SERVER_URL=$(sed -n 's/^devserver: listening on //p' "$log")
		[[ -z $SERVER_URL ]] || return 0
		kill -0 "$SERVER_PID" 2>/dev/null || break
		sleep 0.05
		((waited += 1))
	done
	server_stop
	return 1
}

# server_stop: ends the server that was started, if one was, and waits for it.
server_stop() {
	[[ -n $SERVER_PID ]] || return 0
	exec 8>&-
	process_stop "$SERVER_PID"
	SERVER_PID=
}
