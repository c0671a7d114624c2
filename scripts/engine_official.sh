# Installing Godot on Windows and macOS: the engine's own release, checked by its SHA-512 and unpacked into the user's cache.
# shellcheck shell=bash

readonly ENGINE_OFFICIAL_VERSION=4.6.3-stable
readonly ENGINE_OFFICIAL_URL=https://github.com/godotengine/godot-builds/releases/download/$ENGINE_OFFICIAL_VERSION

# engine_official_read: sets ENGINE_FILE, ENGINE_PROGRAM and ENGINE_SUM for this system; status 1 on one that is not listed. The sums are
# from releases/godot-4.6.3-stable.json in godotengine/godot-builds.
engine_official_read() {
	case $(uname -s)/$(uname -m) in
		MINGW*/x86_64)
			ENGINE_FILE=Godot_v${ENGINE_OFFICIAL_VERSION}_win64.exe.zip
			ENGINE_PROGRAM=Godot_v${ENGINE_OFFICIAL_VERSION}_win64_console.exe
			ENGINE_SUM=d44ea7ef5bab754cacd49d581b6062836b2eea12a82e1d183aebfad9cd8c7db2bd82513337bd657d6d2d5c04d46239c0570b029faf1343e81e8a2fa7b85dd83b
			;;
		Darwin/*)
			ENGINE_FILE=Godot_v${ENGINE_OFFICIAL_VERSION}_macos.universal.zip
			ENGINE_PROGRAM=Godot.app/Contents/MacOS/Godot
			ENGINE_SUM=0155bbc8dcf179edab4ef08e3dbbd4480d7434ab1990cb3fb25517d453b1b65787c7fe6dfc8824b15ff25e1fdcec59e8584f765054106894fee00311868c3964
			;;
		*) return 1 ;;
	esac
}

engine_official_dir() { printf '%s/godot-%s\n' "$(cache_dir)" "$ENGINE_OFFICIAL_VERSION"; }

engine_official_path() { engine_official_read && printf '%s/%s\n' "$(engine_official_dir)" "$ENGINE_PROGRAM"; }

engine_official_can_install() { engine_official_read && have curl && have unzip; }

# engine_official_install: in a folder beside the final one, which takes its place only when the file was the right one.
engine_official_install() (
	local target work zip sum
	target=$(engine_official_dir)
	engine_official_read
	mkdir -p "$(cache_dir)" || die "cannot create $(cache_dir); set XDG_CACHE_HOME to a folder that is writable"
	work=$(mktemp -d "$target.partial.XXXXXX") || die "cannot create a folder beside $target"
	# shellcheck disable=SC2064 # the folder is known now
	trap "rm -rf '$work'" EXIT
	zip=$work/$ENGINE_FILE
	say "engine: installing Godot $ENGINE_OFFICIAL_VERSION into $target (once)"
	curl --fail --location --silent --show-error --retry 3 --output "$zip" "$ENGINE_OFFICIAL_URL/$ENGINE_FILE" ||
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
