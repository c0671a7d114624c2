# The soak: what many sockets, channels, pushes and messages leave behind, seen in the engine.
# shellcheck shell=bash

readonly SOAK_PROJECT=build/soak

# soak_test ENGINE STAGE: the short form, as a test.
soak_test() {
	soak_assemble
	test_in_engine "$1" "$SOAK_PROJECT" "$2"
}

# soak_bench: the long form, with each reading; status 1 when something was left behind.
soak_bench() {
	local engine
	addon_build
	toolchain_build build/enginetests ./scripts/enginetests
	engine=$(engine_find) || exit
	soak_assemble
	say "bench: soak (some minutes)"
	SOAK=full build/enginetests -v -godot "$engine" -project "$SOAK_PROJECT" |
		sed -n -E '/^(soak: |ok |FAIL |--- |    )/p'
}

soak_assemble() { project_assemble_runner "$SOAK_PROJECT" tests/bench/*.gd; }
