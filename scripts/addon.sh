# Building the addon: the shared library for this machine, and beside it what a game needs with it.
# shellcheck shell=bash

readonly ADDON=godot_project/addons/phoenix_channels
readonly LIBRARY_LIMIT_BYTES=9000000
# WebSocket is HTTP/1.1, and long polling needs no more: without HTTP/2 the library is 0.4 MB smaller.
readonly LIBRARY_TAGS=nethttpomithttp2

# addon_library_name: the file name that the manifest gives the library of this machine.
addon_library_name() {
	local target
	target=$(go env GOOS GOARCH | tr '\n' ' ')
	case $target in
		'linux amd64 ') printf 'libphoenix_channels.linux.x86_64.so\n' ;;
		'linux arm64 ') printf 'libphoenix_channels.linux.arm64.so\n' ;;
		'windows amd64 ') printf 'libphoenix_channels.windows.x86_64.dll\n' ;;
		'windows arm64 ') printf 'libphoenix_channels.windows.arm64.dll\n' ;;
		'darwin '*) printf 'libphoenix_channels.macos.dylib\n' ;;
		*) die "no library name for ${target% } in phoenix_channels.gdextension; Linux, Windows and macOS on x86_64 and arm64 have one" ;;
	esac
}

# addon_build: the library when a source is newer than it, and the files beside it when they differ.
addon_build() {
	local name library
	toolchain_check_go
	name=$(addon_library_name) || exit
	library=$ADDON/bin/$name
	if toolchain_is_newer "$library" core gdext capi go.mod go.sum scripts/addon.sh scripts/toolchain.sh; then
		toolchain_check_c
		say "build: $name"
		CGO_ENABLED=1 toolchain_build "$library" ./capi -buildmode=c-shared -trimpath -ldflags "-s -w" -tags "$LIBRARY_TAGS"
		say "build: $name, $(addon_size "$library") bytes"
	else
		say "build: $name is up to date"
	fi
	(($(addon_size "$library") < LIBRARY_LIMIT_BYTES)) ||
		warn "$library has $(addon_size "$library") bytes, more than the $LIBRARY_LIMIT_BYTES it should"
	addon_copy phoenix_channels.gdextension "$ADDON/phoenix_channels.gdextension"
	addon_copy LICENSE "$ADDON/LICENSE"
}

addon_size() { wc -c <"$1" | tr -d ' '; }

# addon_copy FROM TO: only when they differ, so that the engine sees no change where there is none.
addon_copy() {
	cmp -s "$1" "$2" && return
	mkdir -p "${2%/*}"
	cp "$1" "$2"
}

# addon_copy_into PROJECT: the built addon into another project, as a game would copy it.
addon_copy_into() {
	local file
	while IFS= read -r file; do
		addon_copy "$file" "$1/${file#godot_project/}"
	done < <(find "$ADDON" -type f ! -name '*.uid')
}

addon_version() { sed -n 's/^const Version = "\(.*\)".*/\1/p' core/version.go; }

# addon_package: the zip that a game developer unpacks over the project.
addon_package() {
	local version zip stage
	addon_build
	version=$(addon_version)
	[[ -n $version ]] || die "core/version.go names no version"
	have zip || die "zip is missing; install it (Debian: apt-get install zip)"
	zip=$PWD/dist/phoenix_channels-$version.zip
	stage=$(mktemp -d "${TMPDIR:-/tmp}/phoenix_channels.XXXXXX")
	addon_copy_into "$stage"
	cp README.md CHANGELOG.md "$stage/addons/phoenix_channels/"
	mkdir -p dist
	rm -f "$zip"
	(cd "$stage" && find addons | LC_ALL=C sort | zip -q -X "$zip" -@) || die "cannot write $zip"
	rm -rf "$stage"
	say "package: ${zip#"$PWD/"}, $(addon_size "$zip") bytes"
	printf '%s\n' "$zip"
}
