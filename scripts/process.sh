# Child processes: nothing that build.sh starts outlives it.
# shellcheck shell=bash

PROCESS_PID=

# process_guard [FUNCTION]: from now on, however this shell ends, what it started is stopped; the
# function is called for the rest.
process_guard() {
	# shellcheck disable=SC2064 # the function is known now
	trap "process_stop_running; ${1:-:}" EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# process_run LIMIT COMMAND...: runs it and returns its status. It runs in the background, as bash
# acts on a signal only between commands. After LIMIT seconds (0: none) it is stopped, with status
# 124.
process_run() {
	local limit=$1 ends status=0
	shift
	"$@" </dev/null 8>&- &
	PROCESS_PID=$!
	if ((limit > 0)); then
		ends=$((SECONDS + limit))
		while kill -0 "$PROCESS_PID" 2>/dev/null; do
			if ((SECONDS >= ends)); then
				process_stop_running
				return 124
			fi
			sleep 0.1
		done
	fi
	wait "$PROCESS_PID" || status=$?
	PROCESS_PID=
	return "$status"
}

process_stop_running() {
	[[ -n $PROCESS_PID ]] || return 0
	process_stop "$PROCESS_PID"
	PROCESS_PID=
}

# process_stop PID: TERM, and KILL when that has not helped in 3 seconds.
process_stop() {
	local waited=0
	kill -TERM "$1" 2>/dev/null || true
	while kill -0 "$1" 2>/dev/null && ((waited < 60)); do
		sleep 0.05
		((waited += 1))
	done
	kill -KILL "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}
