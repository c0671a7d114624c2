# The demo in a browser: exported, and served by the embedded server.
# shellcheck shell=bash

readonly DEMO_WEB_PROJECT=build/web/demo_project
readonly DEMO_WEB_FOLDER=build/web/demo
readonly DEMO_WEB_ADDRESS=127.0.0.1:4000

# demo_web: the demo with its options, which are in the page's query.
demo_web() {
	local url query=''
	web_find || die "the demo cannot run in a browser here: $WEB_REASON"
	demo_web_export
	server_start "$DEMO_WEB_ADDRESS" build/devserver.log -web "$DEMO_WEB_FOLDER" || {
		say "demo: $DEMO_WEB_ADDRESS is taken, the embedded server takes another port"
		server_start 127.0.0.1:0 build/devserver.log -web "$DEMO_WEB_FOLDER" ||
			die "the embedded server does not start: $(tail -n 1 build/devserver.log)"
	}
	[[ -z $DEMO_SERVER ]] || DEMO_ARGUMENTS+=(--server "$DEMO_SERVER")
	[[ -z $DEMO_HEADLESS || -n $DEMO_SCREEN ]] || query='&session'
	query+=$(demo_web_query ${DEMO_ARGUMENTS[@]+"${DEMO_ARGUMENTS[@]}"})
	url=${SERVER_URL/#ws:/http:}
	url=${url%socket}${query:+?${query#&}}
	say "demo: $url"
	if [[ -n $DEMO_HEADLESS ]]; then
		demo_web_headless "$url"
	else
		demo_web_open "$url"
	fi
}

# demo_web_export: the project is copied first, as an export writes into its project.
demo_web_export() {
	rm -rf "$DEMO_WEB_PROJECT"
	mkdir -p "$DEMO_WEB_PROJECT"
	cp -Rp godot_project/* "$DEMO_WEB_PROJECT/"
	project_import "$WEB_ENGINE" "$DEMO_WEB_PROJECT"
	web_export "$DEMO_WEB_PROJECT" "$DEMO_WEB_FOLDER"
}

# demo_web_query ARGUMENT...: --name VALUE --name VALUE as a query.
demo_web_query() {
	local i character value
	while (($#)); do
		value=
		for ((i = 0; i < ${#2}; i++)); do
			character=${2:i:1}
			case $character in
				[a-zA-Z0-9.~_-]) value+=$character ;;
				*) value+=$(printf %s "$character" | od -An -v -tx1 | tr -d '\n' | sed 's/ /%/g') ;;
			esac
		done
		printf '&%s=%s' "${1#--}" "$value"
		shift 2
	done
}

# demo_web_headless URL: the scripted session; with --screen that one, until --quit-after or Ctrl-C.
demo_web_headless() {
	if [[ -z $DEMO_SCREEN ]]; then
		web_run "$1" --limit "$DEMO_HEADLESS_LIMIT" --until '^session: every step was seen$' --failed '^session: failed$'
	else
		web_run "$1" --stay "${DEMO_QUIT_AFTER:-0}"
	fi
}

# demo_web_open URL: in the user's browser, until the user stops it.
demo_web_open() {
	local opener
	for opener in xdg-open open start; do
		if have "$opener"; then
			"$opener" "$1" >/dev/null 2>&1 || warn "$opener cannot open the page; open $1 in a browser"
			break
		fi
	done
	say "demo: served until you press Ctrl-C"
	if [[ -n $DEMO_QUIT_AFTER ]]; then
		process_run 0 sleep "$DEMO_QUIT_AFTER"
	else
		wait "$SERVER_PID"
	fi
}
