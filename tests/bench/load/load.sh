#!/usr/bin/env bash
# load.sh [-quick] LIBRARY ENGINE: how long the library takes until its classes are registered, and
# how large it is. Each sample is a new engine, with an otherwise empty project. The times are the
# library's own, without what the engine does between its calls.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
samples=15
if [[ ${1:-} == -quick ]]; then
	samples=5
	shift
fi
if (($# != 2)) || [[ ! -f $1 || ! -x $2 ]]; then
	echo 'usage: load.sh [-quick] LIBRARY ENGINE' >&2
	exit 2
fi
library=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
engine=$2

project=$(mktemp -d "${TMPDIR:-/tmp}/load.XXXXXX")
trap 'rm -rf "$project"' EXIT
# shellcheck disable=SC2086 # CC may carry flags
${CC:-cc} -std=c11 -O2 -Wall -Wextra -Werror -shared -fPIC -o "$project/proxy.so" "$here/proxy.c" -ldl
cp "$here/check.gd" "$project/"
printf 'config_version=5\n' >"$project/project.godot"
cat >"$project/load.gdextension" <<-'END'
	[configuration]

	entry_symbol = "load_init"
	compatibility_minimum = "4.3"

	[libraries]

	linux = "res://proxy.so"
	macos = "res://proxy.so"
END
mkdir "$project/.godot"
printf 'res://load.gdextension\n' >"$project/.godot/extension_list.cfg"

export LOAD_LIBRARY=$library LOAD_RESULT=$project/result
printf 'Benchmarklibrary/size 1 %d bytes\n' "$(wc -c <"$library")"
for ((i = 0; i <= samples; i++)); do
	: >"$LOAD_RESULT"
	if ! "$engine" --headless --path "$project" --script check.gd >"$project/output" 2>&1 || [[ ! -s $LOAD_RESULT ]]; then
		cat "$project/output" >&2
		echo 'load.sh: the engine did not load the library; its own words stand above' >&2
		exit 1
	fi
	# The first brings the files into memory.
	((i == 0)) || awk '{ printf "Benchmarklibrary/load 1 %.3f ms\n", $1 + $2 + $3; printf "dlopen %s, entry %s, classes %s ms\n", $1, $2, $3 >"/dev/stderr" }' "$LOAD_RESULT"
done
