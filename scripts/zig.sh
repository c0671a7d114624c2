#!/usr/bin/env bash
# The C compiler of a library for another machine, as Go calls it: zig's, run by the Python in ZIG, for the target in ZIG_TARGET. What the library shows to
# others is in ZIG_EXPORTS.
set -euo pipefail

options=(-target "$ZIG_TARGET")
[[ $ZIG_TARGET != *-macos.* ]] || options+=("-F$ZIG_EXPORTS/macos" "-L$ZIG_EXPORTS/macos" -fvisibility=hidden)
for argument in "$@"; do
	# Go hands a list of all functions that any package exports to the linker for Windows, callbacks included.
	[[ $argument != *export_file.def ]] || argument=$ZIG_EXPORTS/exports.def
	options+=("$argument")
done
exec "$ZIG" -m ziglang cc "${options[@]}"
