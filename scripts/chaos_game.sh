# Games that misbehave for minutes, and loads that go on for one, in the engine: tests/godot/long
# and tests/suspend.
# shellcheck shell=bash

# chaos_game: what was measured is printed; status 1 when something was lost. The tests of the
# engine stage are the short forms.
chaos_game() {
	local engine library status=0
	process_guard server_stop
	addon_build
	server_build
	toolchain_build build/enginetests ./scripts/enginetests
	engine=$(engine_find) || exit
	addon_copy_into tests/godot
	project_import "$engine" tests/godot
	say "chaos: games (about twelve minutes)"
	go test -v -count 1 ./tests/suspend -args -long || status=1
	server_start 127.0.0.1:0 build/devserver-chaos.log || die "the embedded server does not start: $(tail -n 1 build/devserver-chaos.log)"
	build/enginetests -godot "$engine" -project tests/godot -server "$SERVER_URL" tests/godot/long/test_{load,standstill}.gd || status=1
	build/enginetests -godot "$engine" -project tests/godot -server "$SERVER_URL" tests/godot/long/test_threads.gd || status=1
	if test_has_quarantine; then
		library=$(test_quarantine) || return
		build/enginetests -godot "$engine" -project tests/godot -server "$SERVER_URL" -preload "$library" tests/godot/long/test_threads.gd || status=1
	fi
	server_stop
	return "$status"
}
