# The demo: the addon in a running game, against the embedded server or another one.
# shellcheck shell=bash

readonly DEMO_PROJECT=godot_project
readonly DEMO_URL=ws://127.0.0.1:4000/socket
readonly DEMO_HEADLESS_LIMIT=60 # seconds for the scripted session, which takes about one

readonly DEMO_PICTURES_LIMIT=300 # seconds for the pictures of all scenes, which take about twenty
readonly DEMO_OPTIONS='--server URL, --screen NAME, --name NAME, --bots N, --enet, --headless, --web, --screenshot DIR, --movie FILE, --quit-after SECONDS'
readonly DEMO_SCREENS='control_room arena chat coop'

# What the command line asks for.
DEMO_SERVER=
DEMO_HEADLESS=
DEMO_WEB= # in a browser
DEMO_QUIT_AFTER=
DEMO_SCREEN=
DEMO_DISPLAY_PID=
DEMO_PICTURES= # folder for the pictures of all scenes
DEMO_MOVIE= # file for the moving picture
DEMO_ARGUMENTS=() # for the demo itself

demo_run() {
	local engine
	demo_read_options "$@"
	process_guard demo_stop
	addon_build
	server_build
	if [[ -n $DEMO_WEB ]]; then
		demo_web
		return
	fi
	engine=$(engine_find) || exit
	project_import "$engine" "$DEMO_PROJECT"
	if [[ -n $DEMO_PICTURES || -n $DEMO_MOVIE ]]; then
		demo_find_display
	elif [[ -z $DEMO_HEADLESS ]] && ! demo_has_display; then
		say "demo: no display here, running headless"
		DEMO_HEADLESS=1
	fi
	if [[ -n $DEMO_MOVIE ]]; then
		movie_make "$engine" "$DEMO_MOVIE"
		return
	fi
	demo_find_server "$DEMO_SERVER"
	demo_run_engine "$engine" || return
	[[ -z $DEMO_PICTURES ]] || demo_picture_of_editor "$engine"
}

demo_stop() {
	movie_stop
	server_stop
	[[ -z $DEMO_DISPLAY_PID ]] || process_stop "$DEMO_DISPLAY_PID"
	DEMO_DISPLAY_PID=
}

demo_read_options() {
	while (($#)); do
		case $1 in
			--headless)
				DEMO_HEADLESS=1
				shift
				continue
				;;
			--enet)
				DEMO_ARGUMENTS+=(--enet)
				shift
				continue
				;;
			--web)
				DEMO_WEB=1
				shift
				continue
				;;
			--server | --screen | --name | --bots | --screenshot | --movie | --quit-after) [[ -n ${2:-} ]] || die "$1 needs a value" 2 ;;
			*) die "unknown option '$1' of demo; it takes $DEMO_OPTIONS" 2 ;;
		esac
		case $1 in
			--server) DEMO_SERVER=$2 ;;
			--screen)
				[[ " $DEMO_SCREENS " == *" $2 "* ]] || die "there is no screen '$2'; there are: $DEMO_SCREENS" 2
				DEMO_SCREEN=$2
				DEMO_ARGUMENTS+=(--screen "$2")
				;;
			--name) DEMO_ARGUMENTS+=(--name "$2") ;;
			--bots)
				[[ $2 =~ ^[0-9]{1,2}$ ]] || die "--bots needs an integer from 0 to 99, not '$2'" 2
				DEMO_ARGUMENTS+=(--bots "$2")
				;;
			--screenshot)
				mkdir -p "$2" || die "the folder '$2' for the pictures cannot be made"
				DEMO_PICTURES=$(cd "$2" && pwd)
				DEMO_ARGUMENTS+=(--screenshot "$DEMO_PICTURES")
				;;
			--movie)
				[[ $2 == *.webp ]] || die "--movie writes a .webp file, not '$2'" 2
				DEMO_MOVIE=$2
				;;
			--quit-after)
				[[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || die "--quit-after needs whole seconds, at least 1, not '$2'" 2
				DEMO_QUIT_AFTER=$2
				DEMO_ARGUMENTS+=(--quit-after "$2")
				;;
		esac
		shift 2
	done
	[[ -z $DEMO_PICTURES || -z $DEMO_HEADLESS ]] || die "--screenshot needs a screen, --headless has none; use one of them" 2
	[[ -z $DEMO_MOVIE || -z $DEMO_HEADLESS$DEMO_WEB$DEMO_PICTURES$DEMO_SERVER$DEMO_SCREEN ]] || die "--movie records two windows and a server of its own; call it without other options" 2
	[[ -z $DEMO_PICTURES || -z $DEMO_WEB ]] || die "--screenshot takes pictures of the engine's window, --web has none; use one of them" 2
}

demo_has_display() {
	[[ $(uname -s) != Linux || -n ${DISPLAY:-} || -n ${WAYLAND_DISPLAY:-} ]]
}

# demo_find_display: pictures are taken on a screen in memory where Xvfb is installed, as no window
# manager has a say there; else on the display.
demo_find_display() {
	local number_file=build/xvfb.display waited=0
	if ! have Xvfb; then
		demo_has_display || die "pictures need a display, or Xvfb to do without one; install it (Debian: apt-get install xvfb) and run it again"
		return 0
	fi
	: >"$number_file"
	Xvfb -displayfd 9 -screen 0 1400x1000x24 -nolisten tcp 9>"$number_file" >build/xvfb.log 2>&1 </dev/null 8>&- &
	DEMO_DISPLAY_PID=$!
	while [[ ! -s $number_file ]]; do
		if ! kill -0 "$DEMO_DISPLAY_PID" 2>/dev/null || ((waited == 200)); then
			die "Xvfb does not start: $(tail -n 1 build/xvfb.log)"
		fi
		sleep 0.05
		((waited += 1))
	done
	DISPLAY=:$(tr -d '[:space:]' <"$number_file")
	export DISPLAY LIBGL_ALWAYS_SOFTWARE=1
	unset WAYLAND_DISPLAY
}

# demo_find_server URL: leaves in SERVER_URL where the demo connects to: the URL, or the default
# one, with an embedded server started there when nothing answers. The default port may be taken by
# something else: then the embedded server takes another.
demo_find_server() {
	local url=${1:-$DEMO_URL} found status=0
	found=$("$SERVER_PROBE" "$url") || status=$?
	# Pictures have a server of their own, without other people's players.
	[[ -z $DEMO_PICTURES || -n $1 || $status != 0 ]] || status=1
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

# demo_start_server URL: the embedded server at the URL; status 1 when that is not an address of
# this machine's own.
demo_start_server() {
	local address=${1#ws://}
	[[ $1 =~ ^ws://(127\.0\.0\.1|localhost|\[::1\]):[0-9]+/socket(/websocket)?/?$ ]] || return 1
	server_start "${address%%/*}" build/devserver.log || return 1
	say "demo: started the embedded server at $SERVER_URL"
}

# demo_run_engine ENGINE: headless, without a screen, it is the scripted session.
demo_run_engine() {
	local engine=$1 limit=0 status=0
	local arguments=(--path "$DEMO_PROJECT" --audio-driver Dummy)
	[[ -z $DEMO_HEADLESS ]] || arguments+=(--headless)
	if [[ -n $DEMO_PICTURES ]]; then
		arguments+=(--rendering-driver opengl3)
		limit=$DEMO_PICTURES_LIMIT
	fi
	arguments+=(--)
	if [[ -n $DEMO_HEADLESS && -z $DEMO_SCREEN ]]; then
		arguments+=(--session)
		limit=$DEMO_HEADLESS_LIMIT
	fi
	# The player may choose another server than the embedded one; one on the command line was
	# chosen.
	if [[ -n $DEMO_SERVER ]]; then
		arguments+=(--server "$SERVER_URL")
	else
		arguments+=(--default-server "$SERVER_URL")
	fi
	[[ -z $DEMO_QUIT_AFTER ]] || limit=$((DEMO_QUIT_AFTER + 30)) # the demo quits by itself; this is for when it hangs
	process_run "$limit" "$engine" "${arguments[@]}" ${DEMO_ARGUMENTS[@]+"${DEMO_ARGUMENTS[@]}"} || status=$?
	((status != 124)) || say "demo: not done after $limit seconds, stopped"
	return "$status"
}

# demo_picture_of_editor ENGINE: the debugger's tab, in an editor of the tests' project, whose
# plugin runs the script that takes it.
demo_picture_of_editor() {
	local picture=$DEMO_PICTURES/debugger.png log=build/picture.log status=0
	addon_copy_into tests/godot
	project_import "$1" tests/godot || return
	# Mesa's cache of shaders ends an editor by a bus error where it lies in a folder of the
	# editor's own.
	PHOENIX_PICTURE=$picture MESA_SHADER_CACHE_DISABLE=true XDG_CACHE_HOME=$PWD/$PROJECT_EDITOR_CACHE \
		process_run "$DEMO_HEADLESS_LIMIT" "$1" --path tests/godot --editor --audio-driver Dummy --rendering-driver opengl3 \
		--resolution 1400x1000 -- --file editor/picture.gd >"$log" 2>&1 || status=$?
	if ((status != 0)) || grep -q '^\[test\] failure' "$log" || [[ ! -s $picture ]]; then
		cat "$log" >&2
		say "picture: $picture FAILED"
		return 1
	fi
	say "picture: $picture ok"
}
