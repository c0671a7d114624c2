# The zips that a game developer unpacks over the project: the same bytes for the same commit. The
# library for iOS has a zip of its own, as all together would exceed the limit.
# shellcheck shell=bash

readonly PACKAGER=build/packager

readonly PACKAGE_FOLDER=addons/phoenix_channels # in a zip
readonly PACKAGE_LIMIT_BYTES=60000000
# What is in the editor's libraries, and in no other: a name that Go keeps for stack traces.
readonly PACKAGE_SERVER_MARK=phoenixchannels/server/devserver.New

# package_run [--platform NAME]... [--with FOLDER] [--tag NAME] [--servers]: the addon with the
# libraries of the named platforms, or else of all that can be built here or are given. A library
# that the folder holds, built elsewhere, is taken from there. A tag has to be the version's. With
# --servers also the devserver as a program, a zip for each desktop platform. Prints the path of the
# addon's zip, beside which the one for iOS is; dist/NOTES.md are the release's notes.
package_run() {
	local platforms=() shown=() given='' servers='' name stage folder
	while (($#)); do
		if [[ $1 == --servers ]]; then
			servers=1
			shift
			continue
		fi
		[[ ! $1 =~ ^--(platform|with|tag)$ || -n ${2:-} ]] || die "$1 needs a value" 2
		case $1 in
			--platform)
				platform_read "$2"
				platforms+=("$2")
				;;
			--with) given=$2 ;;
			--tag)
				[[ $2 == "v$(addon_version)" ]] ||
					die "'$2' cannot be the tag: core/version.go says $(addon_version), so the tag has to be v$(addon_version)" 2
				;;
			*) die "unknown option '$1' of package; it takes --platform NAME, --with FOLDER, --tag NAME, --servers" 2 ;;
		esac
		shift 2
	done
	if ((${#platforms[@]} == 0)); then
		while IFS= read -r name; do
			platform_read "$name"
			if platform_is_possible "$name" || [[ -n $given && -e $given/$PLATFORM_FILE ]]; then platforms+=("$name"); fi
		done < <(platform_names)
	fi
	[[ -z $given || -d $given ]] || die "--with $given: there is no such folder" 2

	toolchain_check_go
	toolchain_build "$PACKAGER" ./scripts/packager
	stage=$(mktemp -d "${TMPDIR:-/tmp}/phoenix_channels.XXXXXX")
	folder=$stage/main/$PACKAGE_FOLDER
	mkdir -p "$folder/bin" dist
	package_notes >dist/NOTES.md || die "CHANGELOG.md says nothing about $(addon_version); add a heading '## $(addon_version)'"
	while IFS= read -r name; do shown+=("$name"); done < <(exports_names)
	for name in "${platforms[@]}"; do
		platform_read "$name"
		package_library "$name" "$PLATFORM_FILE" "$given" "$folder"
		[[ $name != ios ]] || continue # an archive shows everything; what an app shows, its own linker decides
		"$PACKAGER" check "$folder/bin/$PLATFORM_FILE" "$PLATFORM_GLIBC" "${shown[@]}" || die "the library for $name is not fit for release"
		[[ -n $PLATFORM_EDITOR_FILE ]] || continue
		package_library "$name" "$PLATFORM_EDITOR_FILE" "$given" "$folder"
		"$PACKAGER" check "$folder/bin/$PLATFORM_EDITOR_FILE" "$PLATFORM_GLIBC" "${shown[@]}" || die "the editor's library for $name is not fit for release"
		package_check_server "$folder/bin"
	done
	web_build
	package_texts "$folder"
	[[ -z $servers ]] || servers_package
	say "package: ${platforms[*]}"
	package_zips "$stage"
	rm -rf "$stage"
}

# package_zips STAGE: the zips of the addon in the folder main of the stage. Prints the path of the
# one for all platforms but iOS.
package_zips() {
	local zip ios
	zip=$(package_zip_name)
	ios=$(package_zip_name .ios)
	rm -f "$ios"{,.sha256}
	platform_read ios
	if [[ -e $1/main/$PACKAGE_FOLDER/bin/$PLATFORM_FILE ]]; then
		package_split_ios "$1/main/$PACKAGE_FOLDER" "$1/ios/$PACKAGE_FOLDER" || die "the library for iOS cannot be moved into a zip of its own"
		package_zip "$1/ios" "$ios"
	fi
	package_zip "$1/main" "$zip"
	printf '%s\n' "$zip"
}

# package_zip_name [.ios]: the addon's zip, or the one for iOS.
package_zip_name() { printf 'dist/phoenix_channels-%s%s.zip\n' "$(addon_version)" "${1:-}"; }

# package_split_ios FROM TO: moves the library that was read last from one addon to another, to be
# unpacked over it: with the licences, and the manifest that lists all libraries.
package_split_ios() {
	mkdir -p "$2/bin" && cp "$1"/{phoenix_channels.gdextension,LICENSE,THIRD_PARTY.txt} "$2/" &&
		mv "$1/bin/$PLATFORM_FILE" "$2/bin/" && addon_manifest "$1" >"$1/phoenix_channels.gdextension"
}

# package_zip FOLDER ZIP: an error if the zip exceeds the limit.
package_zip() {
	local size
	"$PACKAGER" zip "$1" "$2" "$(package_time)" || die "cannot write $2"
	size=$(addon_size "$2")
	say "package: $2, $size bytes"
	((size < PACKAGE_LIMIT_BYTES)) || die "$2 has $size bytes, and must have fewer than $PACKAGE_LIMIT_BYTES"
}

# package_library NAME FILE GIVEN FOLDER: puts a library of a platform, or the editor's, into the
# addon in the folder.
package_library() {
	local from=$3
	if [[ -z $from || ! -e $from/$2 ]]; then
		from=$PLATFORM_DIR
		if [[ $2 == "$PLATFORM_FILE" ]]; then platform_build "$1" || exit; else platform_build_editor "$1" || exit; fi
	fi
	cp -R "$from/$2" "$4/bin/"
}

# package_check_server FOLDER: the test server is in the editor's library of the platform that was
# read last, and in no game's.
package_check_server() {
	grep -a -q -F "$PACKAGE_SERVER_MARK" "$1/$PLATFORM_EDITOR_FILE" || die "$PLATFORM_EDITOR_FILE has no test server"
	! grep -a -q -F "$PACKAGE_SERVER_MARK" "$1/$PLATFORM_FILE" || die "$PLATFORM_FILE, which games load, has the test server"
}

# package_texts FOLDER: the addon without its libraries, including the web games' part.
package_texts() {
	local file
	while IFS= read -r file; do
		addon_copy "$file" "$1/${file#"$ADDON/"}"
	done < <(find "$ADDON" -type f ! -path "$ADDON/bin/*" ! -name '*.uid' ! -name '*.import' ! -name '*.gdextension')
	cp LICENSE CHANGELOG.md "$1/"
	addon_manifest "$1" >"$1/phoenix_channels.gdextension"
	package_notices >"$1/THIRD_PARTY.txt"
}

# package_notes: the version's part of the changelog, without its heading; status 1 when it is empty
# or missing.
package_notes() {
	awk -v version="$(addon_version)" '
		/^## / { ours = $2 == version; next }
		ours && (NF || found) { print; found = 1 }
		END { exit !found }
	' CHANGELOG.md
}

# package_notices: the licences of the library's third-party code, including Go's own.
package_notices() {
	local licences
	licences=$(go -C scripts/tools tool -n go-licenses) || die "go-licenses cannot be built"
	"$licences" report ./capi --ignore phoenixchannels --template scripts/tools/notices.tpl 2>/dev/null || die "go-licenses failed"
	printf '\n%s\n' "$(printf -- '-%.0s' {1..80})"
	package_go_licence
}

package_go_licence() {
	printf 'Go %s, its runtime and standard library (BSD-3-Clause)\n\n' "$(go env GOVERSION)"
	cat "$(go env GOROOT)/LICENSE"
}

# package_time: when the commit was made, in seconds since 1970; for a tree that is not a checkout,
# when the changelog was written.
package_time() {
	git log -1 --format=%ct 2>/dev/null || date -r CHANGELOG.md +%s
}

# package_test ENGINE STAGE: packs the addon for this machine twice, and uses it as a game developer
# would: in an empty project, and as the quick start says.
package_test() {
	local engine=$1 project=build/package_test here zip first editor status=0
	here=$(platform_here)
	zip=$(package_run --platform "$here") || return
	first=$(mktemp build/first.XXXXXX)
	mv "$zip" "$first"
	platform_read "$here"
	rm -f "$PLATFORM_DIR/$PLATFORM_FILE" "$PLATFORM_DIR/$PLATFORM_EDITOR_FILE"
	package_run --platform "$here" >/dev/null || return
	cmp "$first" "$zip" >&2 || status=1
	test_outcome "$status" "$2.bytes" 'package: the same bytes twice' || true
	rm -f "$first"

	rm -rf "$project"
	mkdir -p "$project"
	python3 -m zipfile -e "$zip" "$project" || return
	printf 'config_version=5\n' >"$project/project.godot"
	project_know_extension "$project"
	cp "${PROJECT_TEST_RUNNER[@]}" tests/package/*.gd "$project/"
	test_in_engine "$engine" "$project" "$2" || status=1
	servers_test "$2" || status=1
	editor=$(engine_editor "$engine") || return
	test_go_plain "$2.quickstart" -count 1 ./tests/quickstart -args -editor "$editor" -zip "$PWD/$zip" || status=1
	return "$status"
}

# package_publish TAG: makes the release of what package has left in dist.
package_publish() {
	(($# == 1)) || die "publish takes the tag and nothing else" 2
	have gh || die "gh is missing, which makes the release; install it from https://cli.github.com"
	[[ -e dist/NOTES.md ]] || die "there is nothing in dist to publish; make it with: ./build.sh package"
	[[ -e dist/SHA256SUMS ]] || die "there is no dist/SHA256SUMS; make it with: ./build.sh checksums"
	gh release create "$1" --verify-tag --title "$1" --notes-file dist/NOTES.md dist/*.zip dist/*.zip.sha256 dist/SHA256SUMS* ||
		die "gh cannot make the release $1; its own words stand above"
}
