# Godot's own multiplayer: scenarios in several engines, over ENet as the reference and over a
# Phoenix server.
# shellcheck shell=bash

readonly MULTIPLAYER_GAME=build/multiplayer

# multiplayer_test STAGE [OPTION...]: plays the scenarios of tests/multiplayer; the options are
# those of its package.
multiplayer_test() {
	local stage=$1 engine
	shift
	addon_build || return
	engine=$(engine_find) || return
	multiplayer_assemble
	test_go "$stage" -count 1 ./tests/multiplayer -args -engine "$engine" -game "$PWD/$MULTIPLAYER_GAME" "$@"
}

# multiplayer_assemble: the game, with the addon; there is nothing to import.
multiplayer_assemble() {
	rm -rf "$MULTIPLAYER_GAME"
	mkdir -p "$MULTIPLAYER_GAME"
	cp -R tests/multiplayer/game/. "$MULTIPLAYER_GAME/"
	addon_copy_into "$MULTIPLAYER_GAME"
	project_know_extension "$MULTIPLAYER_GAME"
}
