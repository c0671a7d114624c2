# The devserver as a program for each desktop platform, for people who want it without Go and
# outside of the editor.
# shellcheck shell=bash

# For each its name in the zip's name, the program's file, and Go's names.
readonly SERVERS='
linux.x86_64   devserver     linux/amd64
linux.arm64    devserver     linux/arm64
windows.x86_64 devserver.exe windows/amd64
windows.arm64  devserver.exe windows/arm64
macos          devserver     darwin/amd64 darwin/arm64
'
readonly SERVERS_DIR=build/servers

# servers_package: a zip for each platform, in dist; the packager has to be built.
servers_package() {
	local name program parts
	while read -r name program parts; do
		[[ -z $name ]] || servers_package_one "$name" "$program" "$parts" || die "the devserver for $name is not fit for release"
	done <<<"$SERVERS"
}

# servers_package_one NAME PROGRAM PARTS: the program with what belongs to it. It is the same, byte
# for byte, wherever it is built.
servers_package_one() {
	local name=$1 program=$2 parts=() part folder=$SERVERS_DIR/$1 thin=() zip
	read -ra parts <<<"$3"
	rm -rf "$folder"
	for part in "${parts[@]}"; do
		CGO_ENABLED=0 GOOS=${part%/*} GOARCH=${part#*/} toolchain_build "$folder.parts/${part#*/}" ./server/cmd/devserver \
			-trimpath -buildvcs=false -ldflags '-s -w -buildid='
		thin+=("$folder.parts/${part#*/}")
	done
	mkdir -p "$folder"
	if ((${#thin[@]} > 1)); then
		"$PACKAGER" universal "$folder/$program" "${thin[@]}" || return
	else
		cp "${thin[0]}" "$folder/$program"
	fi
	"$PACKAGER" program "$folder/$program" "${parts[@]}" || return
	cp LICENSE "$folder/"
	cp server/README.md "$folder/README.md"
	package_go_licence >"$folder/THIRD_PARTY.txt"
	zip=dist/phoenix_channels_devserver-$(addon_version).$name.zip
	"$PACKAGER" zip "$folder" "$zip" "$(package_time)" "$program" || return
	say "package: $zip, $(addon_size "$zip") bytes"
}

# servers_test STAGE: the program for this machine, as it comes out of its zip.
servers_test() {
	local here name program parts folder=build/servers_test zip status=0
	here=$(platform_here)
	while read -r name program parts; do
		[[ $name != "$here" ]] || break
	done <<<"$SERVERS"
	servers_package_one "$name" "$program" "$parts" || return
	zip=dist/phoenix_channels_devserver-$(addon_version).$name.zip
	rm -rf "$folder"
	servers_unzip "$zip" "$folder" || return
	"$folder/$program" -h 2>&1 | grep -q '^Usage: devserver' && [[ -s $folder/LICENSE && -s $folder/THIRD_PARTY.txt && -s $folder/README.md ]] || status=1
	test_outcome "$status" "$1.server" 'package: the devserver as a program'
}

# servers_unzip ZIP FOLDER: with the files' modes, which "python3 -m zipfile" leaves out.
servers_unzip() {
	python3 -c '
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    for entry in archive.infolist():
        os.chmod(archive.extract(entry, sys.argv[2]), entry.external_attr >> 16)
' "$1" "$2"
}
