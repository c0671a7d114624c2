# How every part of build.sh talks: short lines on stderr, so that stdout carries results only.
# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }

warn() { printf 'build.sh: warning: %s\n' "$*" >&2; }

# die MESSAGE [STATUS]: one clear line, then out.
die() {
	printf 'build.sh: %s\n' "$1" >&2
	exit "${2:-1}"
}

have() { command -v "$1" >/dev/null 2>&1; }

# cache_dir: where downloads that outlive a clean are kept; XDG_CACHE_HOME moves it.
cache_dir() {
	if [[ -n ${XDG_CACHE_HOME:-} ]]; then
		printf '%s/phoenix-channels\n' "$XDG_CACHE_HOME"
	elif [[ -n ${HOME:-} ]]; then
		printf '%s/.cache/phoenix-channels\n' "$HOME"
	else
		die "neither XDG_CACHE_HOME nor HOME is set: no place for the engine and the tools; set one"
	fi
}
