# Building the addon: the shared library for this machine, and beside it what a game needs with it.
# shellcheck shell=bash

readonly ADDON=godot_project/addons/phoenix_channels
readonly LIBRARY_LIMIT_BYTES=10250000
readonly EDITOR_LIMIT_BYTES=12000000
readonly LIBRARY_SOURCES=(core internal relay gdext capi go.mod go.sum scripts/addon.sh scripts/platforms.sh scripts/toolchain.sh)
readonly EDITOR_SOURCES=("${LIBRARY_SOURCES[@]}" server/devserver)

# addon_build: the libraries for games and for the editor when a source is newer than they, and the
# files beside them when they differ.
addon_build() {
	toolchain_check_go
	platform_read "$(platform_here)"
	addon_library "$PLATFORM_FILE" "$LIBRARY_LIMIT_BYTES" "${LIBRARY_SOURCES[@]}"
	addon_library "$PLATFORM_EDITOR_FILE" "$EDITOR_LIMIT_BYTES" "${EDITOR_SOURCES[@]}" -- "${EDITOR_FLAGS[@]}"
	web_build
	addon_manifest "$ADDON" >build/manifest
	addon_copy build/manifest "$ADDON/phoenix_channels.gdextension"
	addon_copy LICENSE "$ADDON/LICENSE"
}

# addon_library NAME LIMIT SOURCE... [-- FLAG...]: a library for this machine, which should have
# fewer bytes than the limit.
addon_library() {
	local name=$1 limit=$2 library=$ADDON/bin/$1 sources=()
	shift 2
	while (($#)) && [[ $1 != -- ]]; do
		sources+=("$1")
		shift
	done
	if toolchain_is_newer "$library" "${sources[@]}"; then
		toolchain_check_c
		say "build: $name"
		exports_write
		platform_compile "$library" "$(go env GOOS)/$(go env GOARCH)" "${@:2}"
		say "build: $name, $(addon_size "$library") bytes"
	else
		say "build: $name is up to date"
	fi
	(($(addon_size "$library") < limit)) || warn "$library has $(addon_size "$library") bytes, more than the $limit it should"
}

addon_size() { wc -c <"$1" | tr -d ' '; }

# addon_copy FROM TO: only when they differ, so that the engine sees no change where there is none;
# by way of a new file, as an engine that runs has the old one mapped.
addon_copy() {
	cmp -s "$1" "$2" && return
	mkdir -p "${2%/*}"
	cp "$1" "$2.new" && mv "$2.new" "$2"
}

# addon_copy_into PROJECT: the built addon into another project, as a game would copy it, without
# the copy that an editor on Windows leaves (~NAME.dll).
addon_copy_into() {
	local file
	while IFS= read -r file; do
		addon_copy "$file" "$1/${file#godot_project/}"
	done < <(find "$ADDON" -type f ! -name '*.uid' ! -name '~*')
}

addon_version() { sed -n 's/^const Version = "\(.*\)".*/\1/p' core/version.go; }

# addon_manifest ADDON: the manifest of an addon: of the libraries those that are there, and the
# version.
addon_manifest() {
	local line
	while IFS= read -r line; do
		[[ $line != *'= "res://addons/phoenix_channels/bin/'* || -e $1/bin/$(basename "${line%\"}") ]] || continue
		printf '%s\n' "$line"
	done <phoenix_channels.gdextension
	printf '\n[addon]\n\nversion = "%s"\n' "$(addon_version)"
}
