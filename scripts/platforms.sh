# The platforms, and building the library for one of them: for computers on any machine, with one C
# compiler for all, zig's, from PyPI; for phones with their makers' kits (phones.sh).
# shellcheck shell=bash

# For each its name in the manifest, the library's file, and its parts (more than one are joined to
# a universal one); for each part Go's names and the compiler's target.
readonly PLATFORMS='
linux.x86_64   libphoenix_channels.linux.x86_64.so    linux/amd64/x86_64-linux-gnu
linux.arm64    libphoenix_channels.linux.arm64.so     linux/arm64/aarch64-linux-gnu
windows.x86_64 libphoenix_channels.windows.x86_64.dll windows/amd64/x86_64-windows-gnu
windows.arm64  libphoenix_channels.windows.arm64.dll  windows/arm64/aarch64-windows-gnu
macos          libphoenix_channels.macos.dylib        darwin/amd64/x86_64-macos darwin/arm64/aarch64-macos
android.arm64  libphoenix_channels.android.arm64.so   android/arm64/aarch64-linux-android
android.x86_64 libphoenix_channels.android.x86_64.so  android/amd64/x86_64-linux-android
ios            libphoenix_channels.ios.xcframework    ios/arm64/arm64-apple-ios ios/arm64/arm64-apple-ios-simulator ios/amd64/x86_64-apple-ios-simulator
'
# No path and no state of a checkout gets in, so that a commit is always the same library. WebSocket
# is HTTP/1.1, and long polling needs no more: without HTTP/2 it is 0.4 MB smaller.
readonly LIBRARY_TAGS=nethttpomithttp2
readonly LIBRARY_FLAGS=(-trimpath -buildvcs=false -tags "$LIBRARY_TAGS")
readonly EDITOR_FLAGS=(-tags "$LIBRARY_TAGS,testserver") # the editor's library, which has the test server; go takes the last -tags
# A section a function, so that the linker leaves out those that nothing calls: most of what
# godot-go has in C.
readonly LIBRARY_CFLAGS='-ffunction-sections -fdata-sections'
readonly PLATFORM_GLIBC=2.17 # the oldest that the libraries run with; Steam's oldest runtime has 2.31
readonly PLATFORM_MACOS=13.0 # Go's oldest
readonly PLATFORM_DIR=build/libraries
readonly EXPORTS_DIR=build/exports

# platform_names: all of them, in the order of the manifest.
platform_names() { awk 'NF { print $1 }' <<<"$PLATFORMS"; }

# platform_read NAME: sets PLATFORM_FILE, PLATFORM_EDITOR_FILE, the editor's library, which is empty
# for phones, and PLATFORM_PARTS.
platform_read() {
	local name
	while read -r name PLATFORM_FILE PLATFORM_PARTS; do
		PLATFORM_EDITOR_FILE=
		[[ $name == android.* || $name == ios ]] || PLATFORM_EDITOR_FILE=${PLATFORM_FILE/channels/channels.editor}
		[[ $name != "$1" ]] || return 0
	done <<<"$PLATFORMS"
	die "unknown platform '$1'; there are: $(platform_names | paste -s -d ' ' -)" 2
}

# platform_is_possible NAME: whether this machine can build it.
platform_is_possible() {
	case $1 in
		android.* | ios) phones_has_kit "${1%%.*}" ;;
	esac
}

# platform_here: the name of this machine's.
platform_here() {
	local here name parts
	here=$(go env GOOS)/$(go env GOARCH)
	while read -r name _ parts; do
		if [[ $parts == *$here/* ]]; then
			printf '%s\n' "$name"
			return 0
		fi
	done <<<"$PLATFORMS"
	die "there is no library for $here; $(platform_names | paste -s -d ' ' -) have one"
}

# platform_build NAME: the library of a platform, in PLATFORM_DIR, when a source is newer than it.
# It is the same, byte for byte, wherever it is built.
platform_build() {
	platform_read "$1"
	platform_build_file "$1" "$PLATFORM_DIR/$PLATFORM_FILE" "${LIBRARY_SOURCES[@]}"
}

# platform_build_editor NAME: the same for the editor's library. Most of it is in go's cache once
# the other one is built.
platform_build_editor() {
	platform_read "$1"
	platform_build_file "$1" "$PLATFORM_DIR/$PLATFORM_EDITOR_FILE" "${EDITOR_SOURCES[@]}" -- "${EDITOR_FLAGS[@]}"
}

# platform_build_file NAME OUTPUT SOURCE... [-- FLAG...]
platform_build_file() {
	local name=$1 library=$2 sources=() part output thin=()
	shift 2
	while (($#)) && [[ $1 != -- ]]; do
		sources+=("$1")
		shift
	done
	toolchain_is_newer "$library" "${sources[@]}" scripts/{android,phones.sh,zig.sh} scripts/requirements/zig.txt || return 0
	exports_write
	for part in $PLATFORM_PARTS; do
		output=$library
		[[ $PLATFORM_PARTS == "$part" ]] || output=$PLATFORM_DIR/parts/${part//\//-}
		platform_build_part "$part" "$output" "${@:2}" || return
		thin+=("$output")
	done
	output=$library
	case $name in
		ios) phones_xcframework "$output" "${thin[@]}" ;;
		macos) "$PACKAGER" universal "$output" "${thin[@]}" ;;
	esac
}

# platform_build_part OS/ARCH/TARGET OUTPUT [FLAG...]
platform_build_part() {
	local part=$1 output=$2 compiler zig='' cflags='-O2 -g0'
	shift 2
	case $part in
		android/* | ios/*) compiler=$(phones_compiler "${part##*/}") || return ;;
		*)
			zig=$(python_tools zig) || die "a library for ${part%/*} needs the C compiler that scripts/requirements/zig.txt names"
			compiler="bash '$PWD/scripts/zig.sh' $(platform_target "${part##*/}")"
			;;
	esac
	# For macOS zig's linker takes no list of what to show: there a symbol is hidden unless the
	# source says otherwise.
	[[ $part != darwin/* && $part != ios/* ]] || cflags+=' -fvisibility=hidden'
	[[ $part != android/* ]] || cflags+=" '-I$PWD/scripts/android'"
	say "build: ${output##*/}, ${part%/*}"
	ZIG=$zig/python ZIG_EXPORTS=$PWD/$EXPORTS_DIR CC=$compiler CGO_CFLAGS=$cflags CGO_LDFLAGS='' platform_compile "$output" "${part%/*}" "$@"
}

# platform_target TARGET: with the oldest version of the system in it, where it has one.
platform_target() {
	case $1 in
		*-linux-gnu) printf '%s.%s\n' "$1" "$PLATFORM_GLIBC" ;;
		*-macos) printf '%s.%s\n' "$1" "$PLATFORM_MACOS" ;;
		*) printf '%s\n' "$1" ;;
	esac
}

# platform_compile OUTPUT OS/ARCH [FLAG...]: with the C compiler in CC.
platform_compile() {
	local output=$1 platform=$2 flags='' mode=c-shared
	shift 2
	[[ $platform != ios/* ]] || mode=c-archive # an app for a phone of Apple's loads no libraries of others
	[[ $platform != linux/* && $platform != android/* ]] || flags="-Wl,-s -Wl,--gc-sections -Wl,--version-script=$PWD/$EXPORTS_DIR/exports.map"
	CGO_ENABLED=1 GOOS=${platform%/*} GOARCH=${platform#*/} CGO_CFLAGS="$(go env CGO_CFLAGS) $LIBRARY_CFLAGS" \
		toolchain_build "$output" ./capi -buildmode="$mode" "${LIBRARY_FLAGS[@]}" \
		-ldflags "-s -w -buildid= -extldflags '$flags'" "$@"
}

# exports_names: what a library shows to others: the functions that package capi exports, and
# nothing else.
exports_names() { sed -n 's|^//export ||p' capi/*.go | LC_ALL=C sort; }

# exports_write: the same, for the linker of each system.
exports_write() {
	local names
	names=$(exports_names)
	mkdir -p "$EXPORTS_DIR"
	printf '{ global: %s; local: *; };\n' "${names//$'\n'/; }" >"$EXPORTS_DIR/exports.map"
	printf 'EXPORTS\n%s\n' "$names" >"$EXPORTS_DIR/exports.def"
	exports_stubs
}

# exports_stubs: what Go's standard library asks of macOS's own libraries, in the form in which a
# linker looks for it. Its sources name each function and where it is, so none of Apple's files is
# needed.
exports_stubs() {
	local library name folder symbols
	grep -r -h '^//go:cgo_import_dynamic' "$(go env GOROOT)/src"/{crypto,net,runtime,internal} --include='*.go' |
		awk '$4 ~ /Frameworks|libresolv/ { gsub(/"/, "", $4); print $4, $3 }' | LC_ALL=C sort -u >"$EXPORTS_DIR/imports"
	for library in $(cut -d ' ' -f 1 "$EXPORTS_DIR/imports" | uniq); do
		symbols=$(awk -v library="$library" '$1 == library { printf "%s_%s", (n++ ? ", " : ""), $2 }' "$EXPORTS_DIR/imports")
		name=${library##*/}
		name=${name%%.*}
		folder=$EXPORTS_DIR/macos/$name.framework
		[[ $name != lib* ]] || folder=$EXPORTS_DIR/macos
		mkdir -p "$folder"
		cat >"$folder/$name.tbd" <<-END
			--- !tapi-tbd
			tbd-version: 4
			targets: [ x86_64-macos, arm64-macos ]
			install-name: $library
			exports:
			  - targets: [ x86_64-macos, arm64-macos ]
			    symbols: [ $symbols ]
			...
		END
	done
}
