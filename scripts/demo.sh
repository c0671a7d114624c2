# The demo: the addon in a running game, against the embedded server or another one.
# shellcheck shell=bash

readonly DEMO_PROJECT=godot_project
readonly DEMO_URL=ws://127.0.0.1:4000/socket
readonly DEMO_HEADLESS_LIMIT=60 # seconds for the scripted session, which takes about one

demo_run() {
	local url='' headless='' quit_after='' engine
	while (($#)); do
		case $1 in
			--server)
				url=$(demo_value "$@") || exit
				shift
				;;
			--quit-after)
				quit_after=$(demo_value "$@") || exit
				shift
				;;
			--headless) headless=1 ;;
			*) die "unknown option '$1' of demo; it takes --server URL, --headless, --quit-after SECONDS" 2 ;;
		esac
		shift
	done
	[[ -z $quit_after || $quit_after =~ ^[1-9][0-9]{0,5}$ ]] || die "--quit-after takes whole seconds from 1 on, not '$quit_after'" 2

	process_guard server_stop
	addon_build
	server_build
	engine=$(engine_find) || exit
	project_import "$engine" "$DEMO_PROJECT"
	demo_find_server "$url"
	if [[ -z $headless ]] && ! demo_has_display; then
		say "demo: no display here, running headless"
		headless=1
	fi
	demo_run_engine "$engine" "$headless" "$quit_after"
}

demo_value() {
	[[ -n ${2:-} ]] || die "$1 needs a value" 2
	printf '%s\n' "$2"
}

demo_has_display() {
	[[ $(uname -s) != Linux || -n ${DISPLAY:-} || -n ${WAYLAND_DISPLAY:-} ]]
}

# demo_find_server URL: leaves in SERVER_URL where the demo connects to: the URL, or the default one, with an embedded server
# started there when nothing answers. The default port may be taken by something else: then the embedded server takes another.
demo_find_server() {
	local url=${1:-$DEMO_URL} found status=0
	found=$("$SERVER_PROBE" "$url") || status=$?
	case $status in
		0)
			SERVER_URL=$url
			say "demo: using the server at $url"
			;;
		4)
			demo_start_server "$url" || {
				[[ -z $1 ]] || die "$found"
				demo_start_server ws://127.0.0.1:0/socket || die "the embedded server does not start: $(tail -n 1 build/devserver.log)"
			}
			;;
		2) die "$found" 2 ;;
		*)
			[[ -z $1 ]] || die "$found"
			say "demo: $url is taken, the embedded server takes another port"
			demo_start_server ws://127.0.0.1:0/socket || die "the embedded server does not start: $(tail -n 1 build/devserver.log)"
			;;
	esac
}

# demo_start_server URL: the embedded server at the URL; status 1 when that is not an address of this machine's own.
demo_start_server() {
	local address=${1#ws://}
	[[ $1 =~ ^ws://(127\.0\.0\.1|localhost|\[::1\]):[0-9]+/socket(/websocket)?/?$ ]] || return 1
	server_start "${address%%/*}" build/devserver.log || return 1
	say "demo: started the embedded server at $SERVER_URL"
}

demo_run_engine() {
	local engine=$1 headless=$2 quit_after=$3 limit=0 status=0
	local arguments=(--path "$DEMO_PROJECT" --audio-driver Dummy)
	if [[ -n $headless ]]; then
		arguments+=(--headless)
		limit=$DEMO_HEADLESS_LIMIT
	fi
	arguments+=(-- --server "$SERVER_URL")
	if [[ -n $quit_after ]]; then
		arguments+=(--quit-after "$quit_after")
		limit=$((quit_after + 30)) # the demo quits by itself; this is for when it hangs
	fi
	process_run "$limit" "$engine" "${arguments[@]}" || status=$?
	((status != 124)) || say "demo: not done after $limit seconds, stopped"
	return "$status"
}
