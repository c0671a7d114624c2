# Finding a Godot engine: $GODOT, then the release of $GODOT_VERSION, then PATH, then the cached
# copy, then a private install.
# shellcheck shell=bash

readonly ENGINE_OLDEST=4.3

# engine_version PROGRAM: prints what it reports, such as 4.6.3.stable; nothing if it is not a
# working Godot.
engine_version() {
	local line
	line=$("$1" --headless --version </dev/null 2>/dev/null | grep -Eo '^[0-9]+\.[0-9]+[^ ]*' | tail -n 1) || true
	printf '%s\n' "$line"
}

# engine_is_new_enough VERSION
engine_is_new_enough() {
	local major minor oldest_major oldest_minor
	IFS=. read -r major minor _ <<<"$1"
	IFS=. read -r oldest_major oldest_minor <<<"$ENGINE_OLDEST"
	minor=${minor%%[!0-9]*}
	((major > oldest_major || (major == oldest_major && minor >= oldest_minor)))
}

# engine_from_variable: the engine that $GODOT names. The user chose it, so a bad one is an error,
# not a reason to look on.
engine_from_variable() {
	local path version
	path=$(command -v -- "$GODOT") || die "GODOT=$GODOT is not a program; set GODOT to a Godot $ENGINE_OLDEST or newer, or unset it"
	version=$(engine_version "$path")
	[[ -n $version ]] || die "GODOT=$GODOT does not answer --version as Godot does; set GODOT to a Godot $ENGINE_OLDEST or newer, or unset it"
	engine_is_new_enough "$version" || die "GODOT=$GODOT is Godot $version; $ENGINE_OLDEST or newer is needed"
	say "engine: Godot $version (from GODOT)"
	printf '%s\n' "$path"
}

# engine_from_path: the first new enough godot or godot4 on PATH; status 1 when there is none.
engine_from_path() {
	local name path version
	for name in godot godot4; do
		path=$(command -v "$name") || continue
		version=$(engine_version "$path")
		if [[ -z $version ]]; then
			warn "$path does not answer --version as Godot does; looking on"
		elif engine_is_new_enough "$version"; then
			say "engine: Godot $version ($path)"
			printf '%s\n' "$path"
			return 0
		else
			warn "$path is Godot $version; $ENGINE_OLDEST or newer is needed, looking on"
		fi
	done
	return 1
}

# engine_from_cache debian|official: the copy that an earlier run installed; status 1 when there is
# none that works.
engine_from_cache() {
	local path version
	path=$("engine_$1_path") || return
	[[ -x $path ]] || return 1
	version=$(engine_version "$path")
	if [[ -z $version ]]; then
		warn "the cached engine $path does not run; installing it again"
		return 1
	fi
	say "engine: Godot $version (cached)"
	printf '%s\n' "$path"
}

# engine_editor ENGINE: prints the path of the same engine as a program that can run games from its
# editor.
engine_editor() {
	if [[ $1 == "$(engine_debian_path)" ]]; then
		engine_debian_editor
	else
		printf '%s\n' "$1"
	fi
}

# engine_find: prints the path of an engine, installing one if need be: Debian's, which has an
# export template with it, or Godot's own release where that cannot be had.
engine_find() {
	local origin
	if [[ -n ${GODOT:-} ]]; then
		engine_from_variable
		return
	fi
	if [[ -n ${GODOT_VERSION:-} ]]; then
		engine_official_read || die "GODOT_VERSION=$GODOT_VERSION is not in the table of scripts/engine_official.sh for this system; add it there, or name a program in GODOT"
		engine_from_cache official && return
		engine_official_can_install || die "curl or unzip is missing, which install Godot $GODOT_VERSION; install them, or name a program in GODOT"
		engine_official_install || return
		engine_from_cache official || die "Godot $GODOT_VERSION does not run on this machine; name another one in GODOT"
		return
	fi
	engine_from_path && return
	for origin in debian official; do
		engine_from_cache "$origin" && return
	done
	for origin in debian official; do
		if "engine_${origin}_can_install" && "engine_${origin}_install" && engine_from_cache "$origin"; then return; fi
	done
	die "no Godot found; get $ENGINE_OLDEST or newer from https://godotengine.org/download and put it on PATH as godot, or name it in GODOT"
}
