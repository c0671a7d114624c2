# The library for another system, in the C host of tests/capi, under a program that runs that
# system's programs here.
# shellcheck shell=bash

readonly EMULATORS_PREFIX=build/wine # Wine's Windows, for these tests alone
readonly EMULATORS_EXITS=50
readonly EMULATORS_STAGE_EXITS=5      # in the stage, where each takes 2 s
readonly EMULATORS_SLOW_EXITS=3       # under qemu, where each takes a minute
EMULATORS_SYSROOT=/usr/aarch64-linux-gnu

# emulators_test wine|qemu: the last line on stdout is the total.
emulators_test() {
	local name=$1 command exits=$EMULATORS_EXITS
	(($# == 1)) || die "test --$name takes nothing else" 2
	command=$("emulators_$name") || exit
	[[ $name != qemu ]] || exits=$EMULATORS_SLOW_EXITS
	test_begin
	emulators_run "$name" "$name" "$command" "$exits" || true
	[[ $name != qemu ]] || emulators_arm || true
	test_totals
}

# emulators_arm: the Go tests for a phone's processor with 32 bits, on which 64-bit values need an
# alignment that 386 does not require.
emulators_arm() {
	local program
	program=$(command -v qemu-arm || command -v qemu-arm-static) ||
		die "qemu-arm is missing, which runs the tests for arm here; install it (Debian: apt-get install qemu-user)"
	say "qemu: 32 bits (arm)"
	GOARCH=arm CGO_ENABLED=0 test_go_plain qemu.arm -count 1 -timeout 20m -exec "$program" "${TEST_32_BITS[@]}"
}

# emulators_stage STAGE: what test --wine runs, as a part of a stage, where Wine is installed.
emulators_stage() {
	local command
	if command=$(emulators_wine 2>/dev/null); then
		emulators_run wine "$1.wine" "$command" "$EMULATORS_STAGE_EXITS"
		return
	fi
	say "skip the library for Windows (Wine, which would run it here, is not installed)"
	printf '0 0 1\n' >"$TEST_DIR/$1.wine.totals"
}

# emulators_run wine|qemu STAGE COMMAND EXITS: the tests of the stage in the system that the command
# runs programs of; EXITS is how many programs free the library under load.
emulators_run() {
	local name=$1 stage=$2 command=$3 exits=$4 platform zig target
	case $name in
		wine) platform=windows.x86_64 ;;
		qemu) platform=linux.arm64 ;;
	esac
	platform_build "$platform" || return
	zig=$(python_tools zig) || die "the C host for $platform needs the C compiler that scripts/requirements/zig.txt names"
	platform_read "$platform"
	export ZIG=$zig/python ZIG_EXPORTS=$PWD/$EXPORTS_DIR WINEPREFIX=$PWD/$EMULATORS_PREFIX WINEDEBUG=-all
	target=$(platform_target "${PLATFORM_PARTS##*/}")
	[[ $name != wine ]] || emulators_windows "$command" "$target"
	say "$name: $PLATFORM_FILE"
	# The compiler's path is as the tests see it, from their folder: these are words, and a
	# checkout's path may have a space.
	test_go "$stage" -count 1 -timeout 15m -run '^(TestHost|TestLibraryIsFreedUnderLoad|TestWindowsStoreIsTrusted)$' ./tests/capi -args \
		-cc "../../scripts/zig.sh $target" -emulator "$command" -exits "$exits" -library "$PWD/$PLATFORM_DIR/$PLATFORM_FILE" 6>&-
}

# emulators_wine: the command.
emulators_wine() {
	local program
	for program in wine64 wine /usr/lib/wine/wine64; do
		if have "$program"; then
			printf '%s\n' "$program"
			return
		fi
	done
	die "Wine is missing, which runs the library for Windows here; install it (Debian: apt-get install wine wine64)"
}

# emulators_windows COMMAND TARGET: makes Wine's Windows ready, which the first start would
# otherwise do in the middle of a test, and keeps it running: it ends with the last program in it,
# and to start takes ten times as long as a test.
emulators_windows() {
	local stand_in=build/bcryptprimitives.dll system=$EMULATORS_PREFIX/drive_c/windows/system32
	mkdir -p "$EMULATORS_PREFIX"
	say "wine: starting"
	"$1" wineboot --init >build/wine.log 2>&1 </dev/null || die "Wine cannot start; $(tail -n 1 build/wine.log)"
	if [[ ! -e $system/bcryptprimitives.dll ]]; then
		say "wine: has no bcryptprimitives.dll; building a stand-in"
		scripts/zig.sh "$2" -Wall -Wextra -Werror -shared -o "$stand_in" tests/capi/wine/bcryptprimitives.c -ladvapi32
		cp "$stand_in" "$system/"
	fi
	exec 6> >(exec "$1" cmd >/dev/null 2>&1) # a shell, until this one ends; Windows' services must not inherit its stdin, or none would end
}

# emulators_qemu: the command, with the C library of the other system, and with pages of 16 KiB, as
# newer phones have.
emulators_qemu() {
	local program
	program=$(command -v qemu-aarch64 || command -v qemu-aarch64-static) ||
		die "qemu is missing, which runs the library for arm64 here; install it (Debian: apt-get install qemu-user libc6-arm64-cross)"
	[[ -e $EMULATORS_SYSROOT/lib/ld-linux-aarch64.so.1 ]] ||
		die "$EMULATORS_SYSROOT/lib has no C library for arm64; install it (Debian: apt-get install libc6-arm64-cross)"
	printf '%s -p 16384 -L %s\n' "$program" "$EMULATORS_SYSROOT"
}
