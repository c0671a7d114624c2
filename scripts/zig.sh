#!/usr/bin/env bash
# zig.sh TARGET ARGUMENT...: the C compiler of a library for another machine, as Go calls it: zig's,
# run by the Python in ZIG. What the library shows to others is in ZIG_EXPORTS. All that decides on
# the result is an argument, as Go's cache knows a compiler by these.
set -euo pipefail

# Go asks who this is by a call that zig takes for one to compile.
if [[ " $* " == *' -### '* ]]; then
	printf 'zig version %s\n' "$("$ZIG" -m ziglang version)"
	exit
fi

options=(-target "$1")
[[ $1 != *-macos.* ]] || options+=("-F$ZIG_EXPORTS/macos" "-L$ZIG_EXPORTS/macos")
for argument in "${@:2}"; do
	# Go hands a list of all functions that any package exports to the linker for Windows, callbacks
	# included.
	[[ $argument != *export_file.def ]] || argument=$ZIG_EXPORTS/exports.def
	options+=("$argument")
done
exec "$ZIG" -m ziglang cc "${options[@]}"
