# Games that misbehave for minutes, and loads that go on for one, in the engine: tests/godot/long
# and tests/suspend.
# shellcheck shell=bash

# chaos_game: what was measured is printed; status 1 when something was lost. The tests of the
# engine stage are the short forms.
chaos_game() {
	local engine library status=0
	process_guard
	addon_build
	toolchain_build build/enginetests ./scripts/enginetests
	engine=$(engine_find) || exit
	addon_copy_into tests/godot
	project_import "$engine" tests/godot
	say "chaos: games (about twelve minutes)"
	go test -v -count 1 ./tests/suspend -args -long || status=1
	build/enginetests -godot "$engine" -project tests/godot tests/godot/long/test_{load,standstill}.gd || status=1
	build/enginetests -godot "$engine" -project tests/godot tests/godot/long/test_threads.gd || status=1
	if test_has_quarantine; then
		library=$(test_quarantine) || return
		build/enginetests -godot "$engine" -project tests/godot -preload "$library" tests/godot/long/test_threads.gd || status=1
	fi
	return "$status"
}
