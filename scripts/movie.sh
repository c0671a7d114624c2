# The README's moving picture: two players in the arena, the server is killed and started again,
# both come back.
# shellcheck shell=bash

readonly MOVIE_FOLDER=build/movie
readonly MOVIE_SIZE=660x500
readonly MOVIE_START_LIMIT=60 # seconds until both players are connected

MOVIE_PIDS=()

# movie_make ENGINE FILE
movie_make() {
	local engine=$1 file=$2 tools
	tools=$(python_tools movie) || die "the moving picture needs the program that scripts/requirements/movie.txt names"
	rm -rf "$MOVIE_FOLDER"
	mkdir -p "$MOVIE_FOLDER"/{ada,bob} "$(dirname "$file")"
	movie_start_server 127.0.0.1:0
	movie_play "$engine" Ada 20 --bots 4
	movie_play "$engine" Bob 700
	movie_await_connected Ada 1
	movie_await_connected Bob 1
	movie_record
	movie_stop
	server_stop
	"$tools/python" scripts/movie.py "$MOVIE_FOLDER" "$file" || die "the frames in $MOVIE_FOLDER cannot be encoded"
	say "demo: $file, $(wc -c <"$file") bytes"
}

# movie_record: what happens in the picture, each event with its time.
movie_record() {
	local address
	address=${SERVER_URL#ws://}
	address=${address%%/*}
	sleep 2 # the bots come and the shields go
	movie_event begin
	sleep 3
	kill -KILL "$SERVER_PID"
	wait "$SERVER_PID" 2>/dev/null || true
	movie_event killed
	server_stop
	sleep 3.5
	movie_start_server "$address"
	movie_event restarted
	movie_await_connected Ada 2
	movie_await_connected Bob 2
	movie_event back
	sleep 4
	movie_event end
}

movie_start_server() {
	server_start "$1" build/devserver.log || die "the embedded server does not start: $(tail -n 1 build/devserver.log)"
}

# movie_play ENGINE NAME X [OPTION...]: a window at that place of the screen, which plays and
# records.
movie_play() {
	local engine=$1 name=$2 x=$3
	shift 3
	mkdir -p "$MOVIE_FOLDER/data/$name"
	# A data folder of its own, as both would remember the player's name in one.
	XDG_DATA_HOME=$PWD/$MOVIE_FOLDER/data/$name "$engine" --path "$DEMO_PROJECT" --audio-driver Dummy --rendering-driver opengl3 \
		--resolution "$MOVIE_SIZE" --position "$x,20" -- --server "$SERVER_URL" --screen arena --name "$name" \
		--record "$PWD/$MOVIE_FOLDER/${name,,}" "$@" </dev/null >"$MOVIE_FOLDER/$name.log" 2>&1 8>&- &
	MOVIE_PIDS+=($!)
}

# movie_await_connected NAME TIMES: until the player has connected so often.
movie_await_connected() {
	local ends=$((SECONDS + MOVIE_START_LIMIT))
	until (($(grep -c '^demo: connected' "$MOVIE_FOLDER/$1.log" || true) >= $2)); do
		((SECONDS < ends)) || die "$1 is not connected after $MOVIE_START_LIMIT seconds: $(tail -n 1 "$MOVIE_FOLDER/$1.log")"
		sleep 0.05
	done
}

# movie_event NAME: with the milliseconds since 1970, as the frames' names have them.
movie_event() { printf '%s %s\n' "$(date +%s%3N)" "$1" >>"$MOVIE_FOLDER/events.txt"; }

movie_stop() {
	local pid
	for pid in ${MOVIE_PIDS[@]+"${MOVIE_PIDS[@]}"}; do
		process_stop "$pid"
	done
	MOVIE_PIDS=()
}
