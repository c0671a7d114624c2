# Installing Godot's own release: checked by its SHA-512 and unpacked into the user's cache.
# shellcheck shell=bash

readonly ENGINE_DEFAULT=4.6.3
readonly ENGINE_OFFICIAL_URL=https://github.com/godotengine/godot-builds/releases/download

# A version, the system and edition as the release's files name them, and the file's SHA-512: from
# releases/godot-VERSION-stable.json in godotengine/godot-builds.
readonly ENGINE_OFFICIAL='
4.3 linux.x86_64 fd52bb4ba8acc30ca5accd1c566d470ad7282f891ccc0995dfafabcf92bcf76280ce182bf9d80ebd885f3ed2165d01e1fc3f2928436b15498dfbd98656c2a45a
4.3 linux.arm64 bf559c7d24f2a7c8980d021c9e8c54baa66c5f3a1a0c1fb6fe73586eca63417fd365adf2e6c8be0b5944ab80da800fe4aa3a9024f58363f5dc3962e6127c0dc6
4.4.1 linux.x86_64 ef4e76880a514257175544952c61191106fdef3095b909bafed9fcbeb230c3e5533920a0f3012882dd4bbde83028a67549825794e2d2c3cf76eba7918b71370e
4.4.1 linux.arm64 8af79fe5fbc4cc42f5a7e4a52bd124973e084218f4d299cb5400595c6083ca800a59770c9c289b622dfc164fc3c6f369b362134ea2ac44223361657ea7941b09
4.5.2 linux.x86_64 e3ce6194b6d4d2dcef5e5b5136752c084d9d8b9071c10bc2d2011b947ec7439a257c8d23c541cb30699f16d9edea6dff36e6e84d2bec14a8fe9b4e9aacbe5a8d
4.5.2 linux.arm64 fde4d772a578f0978a10eaf06a460a4ad867778e3edb5ed3be97adae07a7547915208b1582123a9cfbc0757f7f5aff6ffac966d83f996ded3bdcdac404322c91
4.6.3 linux.x86_64 a035258da32b77f966a5376f9fa29c30a6adde826a85ba918e1605bd1fc9823eba7d85f1dd5e748956bd2ba72827c0025ffa11bb82aec91128c407a2e723c99c
4.6.3 linux.arm64 447381de9ccc68aa02f37e279322289f7ddf88ce9b839ed88a97c73e01cdcda46e026897e5d88722e08491f71b3d74f72dfeb22ec7e3add6fd3e9bfbbdad6751
4.6.3 win64.exe d44ea7ef5bab754cacd49d581b6062836b2eea12a82e1d183aebfad9cd8c7db2bd82513337bd657d6d2d5c04d46239c0570b029faf1343e81e8a2fa7b85dd83b
4.6.3 macos.universal 0155bbc8dcf179edab4ef08e3dbbd4480d7434ab1990cb3fb25517d453b1b65787c7fe6dfc8824b15ff25e1fdcec59e8584f765054106894fee00311868c3964
4.7 linux.x86_64 b639ca9c1ddea39bb3df89bd5283a51ca6047467abe6b25e9436566f2b2082ede633025073989ecf39c7d5d3c2493d80ea13e3af6dd5e261bbf89e462d6d2214
4.7 linux.arm64 8ff111327573eb8a91bbf9d1915e467687788d766402b3cdd4bf3da5f1254fc35df18e5e0a406410f3fd8645b13a4b3cac7288ec36f3733b4b0f04dc71d9cd4a
4.7 mono_linux_x86_64 9229f25e9292ff125318ebf9d182c6eef1da8cea78bc9325ee5ac1e679f50ebc1e1bd3b9564bf5c8918b39f9a5ec4fca555efba280a64fd72d3921b488ab7414
'

# engine_official_read: sets ENGINE_FOLDER, ENGINE_FILE, ENGINE_PROGRAM and ENGINE_SUM for this
# system and the version in $GODOT_VERSION, such as 4.5.2 or 4.7-mono; status 1 when there is none.
engine_official_read() {
	local wanted=${GODOT_VERSION:-$ENGINE_DEFAULT} version kind release
	version=${wanted%-mono}
	release=Godot_v$version-stable
	case $(uname -s)/$(uname -m)/${wanted#"$version"} in
		Linux/x86_64/) kind=linux.x86_64 ENGINE_PROGRAM=${release}_$kind ;;
		Linux/aarch64/) kind=linux.arm64 ENGINE_PROGRAM=${release}_$kind ;;
		Linux/x86_64/-mono) kind=mono_linux_x86_64 ENGINE_PROGRAM=${release}_$kind/${release}_mono_linux.x86_64 ;;
		MINGW*/x86_64/) kind=win64.exe ENGINE_PROGRAM=${release}_win64_console.exe ;;
		Darwin/*/) kind=macos.universal ENGINE_PROGRAM=Godot.app/Contents/MacOS/Godot ;;
		*) return 1 ;;
	esac
	ENGINE_SUM=$(awk -v version="$version" -v kind="$kind" '$1 == version && $2 == kind { print $3 }' <<<"$ENGINE_OFFICIAL")
	[[ -n $ENGINE_SUM ]] || return
	ENGINE_FOLDER=$version-stable
	ENGINE_FILE=${release}_$kind.zip
}

engine_official_dir() { printf '%s/godot-%s-stable\n' "$(cache_dir)" "${GODOT_VERSION:-$ENGINE_DEFAULT}"; }

engine_official_path() { engine_official_read && printf '%s/%s\n' "$(engine_official_dir)" "$ENGINE_PROGRAM"; }

engine_official_can_install() { engine_official_read && have curl && have unzip; }

# engine_official_install: in a folder beside the final one, which takes its place only when the
# file was the right one.
engine_official_install() (
	local target work zip sum
	target=$(engine_official_dir)
	engine_official_read
	mkdir -p "$(cache_dir)" || die "cannot create $(cache_dir); set XDG_CACHE_HOME to a folder that is writable"
	work=$(mktemp -d "$target.partial.XXXXXX") || die "cannot create a folder beside $target"
	# shellcheck disable=SC2064 # the folder is known now
	trap "rm -rf '$work'" EXIT
	zip=$work/$ENGINE_FILE
	say "engine: installing $ENGINE_FILE into $target (once)"
	curl --fail --location --silent --show-error --retry 3 --connect-timeout 20 --output "$zip" "$ENGINE_OFFICIAL_URL/$ENGINE_FOLDER/$ENGINE_FILE" ||
		die "cannot download $ENGINE_FILE; go online, or name a Godot $ENGINE_OLDEST or newer in GODOT"
	sum=$(engine_official_sum "$zip") || die "neither sha512sum nor shasum is on PATH, which check $ENGINE_FILE"
	[[ $sum == "$ENGINE_SUM" ]] || die "$ENGINE_FILE has the SHA-512 $sum, not $ENGINE_SUM: it is not the release's file, and is not used"
	unzip -q "$zip" -d "$work/root" || die "cannot unpack $ENGINE_FILE into $work/root (is the disk full?)"
	rm -rf "$target"
	mv "$work/root" "$target" || die "cannot move the installed engine to $target"
)

# engine_official_sum FILE
engine_official_sum() {
	local sum
	if have sha512sum; then
		sum=$(sha512sum <"$1")
	else
		sum=$(shasum -a 512 <"$1") || return
	fi
	printf '%s\n' "${sum%% *}"
}
