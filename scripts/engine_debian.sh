# Installing Godot without root: Debian's own packages, unpacked into the user's cache with the C
# library they were built for. Nothing of the running system is touched: apt works on folders of its
# own, and dpkg only unpacks.
# shellcheck shell=bash

readonly ENGINE_DEBIAN_SUITE=forky
# The engine, and what a window needs beyond what it depends on: software and Mesa GL, X input, a
# font.
readonly ENGINE_DEBIAN_PACKAGES=(
	godot libgl1 libgl1-mesa-dri libegl1 libxcursor1 libxinerama1 libxrandr2 libxi6 libxkbcommon0 fonts-dejavu-core
)
# Changes with the recipe, so that a copy made by an older recipe is not taken for this one.
readonly ENGINE_DEBIAN_NAME=godot-$ENGINE_DEBIAN_SUITE-1

# Games are exported with the template; patchelf makes it run with the engine's C library, as an
# exported game does not let itself be started by a loader.
readonly ENGINE_DEBIAN_TEMPLATE_PACKAGES=(godot-template-release patchelf)

engine_debian_path() { printf '%s/%s/godot\n' "$(cache_dir)" "$ENGINE_DEBIAN_NAME"; }

# engine_debian_loader: the dynamic loader's path below the unpacked root; status 1 on a processor
# that this recipe does not know.
engine_debian_loader() {
	case $(uname -m) in
		x86_64) printf 'usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2\n' ;;
		aarch64) printf 'usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1\n' ;;
		*) return 1 ;;
	esac
}

engine_debian_can_install() {
	[[ $(uname -s) == Linux ]] && have apt-get && have dpkg && have flock && engine_debian_loader >/dev/null
}

# engine_debian_install: one at a time, in a folder beside the final one that takes its place only
# when the engine in it has run.
engine_debian_install() (
	umask 022
	local cache target work
	cache=$(cache_dir)
	target=$cache/$ENGINE_DEBIAN_NAME
	mkdir -p "$cache" || die "cannot create $cache; set XDG_CACHE_HOME to a folder that is writable"
	exec 9>"$cache/$ENGINE_DEBIAN_NAME.lock"
	if ! flock -n 9; then
		say "engine: waiting for another install of it to finish"
		flock 9
		[[ -z $(engine_version "$target/godot") ]] || return 0
	fi

	rm -rf "$cache/$ENGINE_DEBIAN_NAME".partial.*
	work=$(mktemp -d "$cache/$ENGINE_DEBIAN_NAME.partial.XXXXXX") || die "cannot create a folder in $cache"
	chmod 755 "$work"
	# shellcheck disable=SC2064 # the folder is known now
	trap "rm -rf '$work'" EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP

	say "engine: installing Godot from Debian $ENGINE_DEBIAN_SUITE into $target (no root needed, once)"
	# Each stage reports its own errors. (set -e does not reach here: callers ask for the status.)
	engine_debian_configure_apt "$work/apt" || exit
	engine_debian_download "$work/apt" || exit
	engine_debian_unpack "$work/apt/cache/archives" "$work/root" || exit
	engine_debian_write_wrapper "$work" || exit
	[[ -n $(engine_version "$work/godot") ]] || die "the installed engine does not run on this machine; get one from https://godotengine.org/download and name it in GODOT"
	rm -rf "$work/apt" "$target"
	mv "$work" "$target" || die "cannot move the installed engine to $target"
)

# engine_debian_template: prints the path of the release template that belongs to the installed
# engine, installing it if need be.
engine_debian_template() { engine_debian_extra template; }

# engine_debian_editor: prints the path of the installed engine as a program that starts itself
# again, as an editor does to run a game. (The engine that engine_debian_write_wrapper writes would
# start the loader instead.)
engine_debian_editor() { engine_debian_extra editor; }

# engine_debian_extra NAME: prints the path of a further program in the engine's folder, which
# engine_debian_make_NAME makes if need be.
engine_debian_extra() {
	local dir
	dir=$(cache_dir)/$ENGINE_DEBIAN_NAME
	[[ -x $dir/$1 ]] || engine_debian_make "$dir" "$1" || return
	printf '%s\n' "$dir/$1"
}

# engine_debian_make DIR NAME: one at a time.
engine_debian_make() (
	umask 022
	local dir=$1 name=$2 work
	exec 9>"$dir.lock"
	flock 9
	[[ ! -x $dir/$name ]] || return 0
	work=$(mktemp -d "$dir.partial.XXXXXX") || die "cannot create a folder beside $dir"
	# shellcheck disable=SC2064 # the folder is known now
	trap "rm -rf '$work'" EXIT
	"engine_debian_make_$name" "$dir" "$work"
)

# engine_debian_make_editor DIR WORK: into the folder of the engine.
engine_debian_make_editor() {
	local dir=$1 work=$2
	say "engine: making the editor in $dir able to run games (once)"
	engine_debian_fetch "$work" patchelf || exit
	cp "$dir/root/usr/bin/godot" "$dir/root/usr/bin/godot-editor.new" || die "cannot write into $dir"
	engine_debian_patch "$work" "$dir" "$dir/root/usr/bin/godot-editor.new" libLLVM || die "the editor cannot be made to run games here"
	mv "$dir/root/usr/bin/godot-editor.new" "$dir/root/usr/bin/godot-editor"
	{
		grep -v '^exec ' "$dir/godot"
		# shellcheck disable=SC2016 # the variables are the wrapper's
		printf '%s\n' 'exec "$here/root/usr/bin/godot-editor" "$@"'
	} >"$work/editor"
	chmod 755 "$work/editor"
	[[ -n $(engine_version "$dir/root/usr/bin/godot-editor") ]] || die "the editor in $dir does not run"
	mv "$work/editor" "$dir/editor" || die "cannot move the editor into $dir"
}

# engine_debian_fetch WORK PACKAGE...: unpacks packages into WORK/root.
engine_debian_fetch() {
	local work=$1 deb
	shift
	engine_debian_configure_apt "$work/apt" || return
	engine_debian_update "$work/apt" || return
	(cd "$work" && engine_debian_apt "$work/apt" download "$@") ||
		die "downloading $* failed ($(engine_debian_reason "$work/apt")); run it again"
	for deb in "$work"/*.deb; do
		dpkg -x "$deb" "$work/root" 9>&- || die "cannot unpack ${deb##*/} into $work/root"
	done
}

# engine_debian_patch WORK DIR PROGRAM [LIBRARY...]: makes a program run with the engine's C
# library, by the patchelf in WORK. What the libraries need is loaded with the program, as they look
# for it elsewhere.
engine_debian_patch() {
	local work=$1 dir=$2 program=$3 folder loader name needed=() patch=()
	shift 3
	loader=$(engine_debian_loader)
	folder=$dir/root/${loader%/*}
	patch=("$dir/root/$loader" --library-path "$folder" "$work/root/usr/bin/patchelf")
	needed=("$folder"/pulseaudio/libpulsecommon-*.so) # which libpulse looks for elsewhere
	needed=(--add-needed "${needed[0]##*/}")
	while IFS= read -r name; do
		[[ ! -e $folder/$name ]] || needed+=(--add-needed "$name")
	done < <(for name in "$@"; do "${patch[@]}" --print-needed "$folder/$name".so.*; done)
	"${patch[@]}" --set-interpreter "$dir/root/$loader" --force-rpath --set-rpath "$folder:$folder/pulseaudio" "${needed[@]}" "$program"
}

# engine_debian_make_template DIR WORK: into the folder of the engine.
engine_debian_make_template() {
	local dir=$1 work=$2 engine template
	say "engine: installing the release template into $dir (once)"
	engine_debian_fetch "$work" "${ENGINE_DEBIAN_TEMPLATE_PACKAGES[@]}" || exit
	engine_debian_patch "$work" "$dir" "$work/root/usr/bin/godot-template-release" ||
		die "the release template cannot be made to run here"
	engine=$(engine_version "$dir/godot")
	template=$(engine_version "$work/root/usr/bin/godot-template-release")
	[[ $engine == "$template" ]] ||
		die "the installed engine is Godot $engine, the release template ${template:-does not run}; remove $dir to install both anew"
	mv "$work/root/usr/bin/godot-template-release" "$dir/template" || die "cannot move the release template into $dir"
}

# engine_debian_configure_apt DIR: an apt of its own. The system's configuration is left out (its
# hooks are not ours to run) except for how it reaches the network.
engine_debian_configure_apt() {
	local dir=$1 mirror keyring arch
	mirror=$(engine_debian_mirror) || return
	mkdir -p "$dir"/{state,lists,cache/archives/partial,etc}
	: >"$dir/status"
	keyring=$(engine_debian_keyring "$dir") || return
	arch=$(dpkg --print-architecture)
	printf 'deb [signed-by=%s check-valid-until=no] %s %s main\n' \
		"$keyring" "$mirror" "$ENGINE_DEBIAN_SUITE" >"$dir/sources.list"
	{
		apt-config dump | grep -E '^Acquire::(http|https|ForceIPv)' || true
		cat <<-END
			Dir "$dir";
			Dir::State "$dir/state";
			Dir::State::status "$dir/status";
			Dir::State::Lists "$dir/lists";
			Dir::Cache "$dir/cache";
			Dir::Log "$dir";
			Dir::Etc "$dir/etc";
			Dir::Etc::sourcelist "$dir/sources.list";
			Dir::Etc::sourceparts "/dev/null";
			Dir::Etc::main "/dev/null";
			Dir::Etc::parts "/dev/null";
			Dir::Etc::preferences "/dev/null";
			Dir::Etc::preferencesparts "/dev/null";
			APT::Architecture "$arch";
			APT::Architectures { "$arch"; };
			APT::Install-Recommends "false";
			APT::Sandbox::User "root";
			Acquire::Languages "none";
			Acquire::Retries "2";
			Acquire::http::Timeout "20";
		END
	} >"$dir/apt.conf"
}

# engine_debian_mirror: prints the Debian mirror to use: DEBIAN_MIRROR, or the one that this
# Debian's own apt uses.
engine_debian_mirror() {
	local mirror=${DEBIAN_MIRROR-}
	# shellcheck disable=SC2016 # the variables are apt's
	[[ -n $mirror ]] || ! grep -q -x 'ID=debian' /etc/os-release 2>/dev/null ||
		mirror=$(apt-get indextargets --no-release-info --format '$(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
			awk '$1 == "main" && $2 !~ /security/ { print $2; exit }')
	[[ -n $mirror ]] ||
		die "no Debian mirror is known here; name one in DEBIAN_MIRROR (https://www.debian.org/mirror/list), or get Godot from https://godotengine.org/download and name it in GODOT"
	printf '%s\n' "$mirror"
}

# engine_debian_keyring DIR: prints the file with Debian's archive keys. Debian has it; other
# systems with apt offer it as a package, which their own keys vouch for.
engine_debian_keyring() {
	local dir=$1 file deb
	for file in /usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
		[[ -r $file ]] || continue
		printf '%s\n' "$file"
		return 0
	done
	mkdir -p "$dir/keyring"
	(cd "$dir/keyring" && apt-get download debian-archive-keyring) >"$dir/log" 2>&1 || true
	for deb in "$dir"/keyring/*.deb; do
		[[ -e $deb ]] && dpkg -x "$deb" "$dir/keyring" >>"$dir/log" 2>&1
	done
	for file in "$dir"/keyring/usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
		[[ -r $file ]] || continue
		printf '%s\n' "$file"
		return 0
	done
	die "Debian's archive keys are missing here; install the package debian-archive-keyring, or get Godot from https://godotengine.org/download and name it in GODOT"
}

# engine_debian_apt DIR ARGUMENT...: apt-get on the private folders; its words go to DIR/log.
engine_debian_apt() {
	local dir=$1
	shift
	APT_CONFIG=$dir/apt.conf apt-get -y "$@" >>"$dir/log" 2>&1 9>&-
}

# engine_debian_reason DIR: what apt said was wrong, in one line.
engine_debian_reason() {
	local reason
	reason=$(grep -E '^(E|W): ' "$1/log" | sort | head -n 1) || true
	printf '%s\n' "${reason:-see apt-get}"
}

engine_debian_update() {
	local dir=$1
	if ! engine_debian_apt "$dir" update -o APT::Update::Error-Mode=any; then
		if grep -q -E 'NO_PUBKEY|EXPKEYSIG' "$dir/log"; then
			die "Debian's archive keys on this machine are too old for $ENGINE_DEBIAN_SUITE; update the package debian-archive-keyring, or get Godot from https://godotengine.org/download and name it in GODOT"
		fi
		die "cannot reach Debian's packages to install Godot ($(engine_debian_reason "$dir")); go online, or name a Godot $ENGINE_OLDEST or newer in GODOT"
	fi
}

engine_debian_download() {
	local dir=$1 count bytes megabytes
	engine_debian_update "$dir" || return
	read -r count bytes < <(APT_CONFIG=$dir/apt.conf apt-get -y --print-uris install "${ENGINE_DEBIAN_PACKAGES[@]}" 2>>"$dir/log" |
		awk "/^'/ { count++; bytes += \$3 } END { print count + 0, bytes + 0 }")
	((count > 0)) || die "Debian $ENGINE_DEBIAN_SUITE cannot install Godot today ($(engine_debian_reason "$dir")); name a Godot $ENGINE_OLDEST or newer in GODOT"
	megabytes=$((bytes / 1000000))
	say "engine: downloading $count packages, $megabytes MB"
	if ! APT_CONFIG=$dir/apt.conf apt-get -y --download-only -o APT::Status-Fd=3 install "${ENGINE_DEBIAN_PACKAGES[@]}" \
		3>&1 >>"$dir/log" 2>&1 9>&- | engine_debian_show_download "$megabytes"; then
		die "downloading Godot's packages failed ($(engine_debian_reason "$dir")); run it again"
	fi
}

# engine_debian_show_download MEGABYTES: apt's status lines in (dlstatus:N:PERCENT:TEXT), a line for
# each tenth out.
engine_debian_show_download() {
	local megabytes=$1 kind percent next=10
	while IFS=: read -r kind _ percent _; do
		[[ $kind == dlstatus ]] || continue
		percent=${percent%%[.,]*}
		((percent >= next)) || continue
		say "engine: downloaded $percent % of $megabytes MB"
		next=$((percent / 10 * 10 + 10))
	done
}

engine_debian_unpack() {
	local archives=$1 root=$2 deb count=0 next=20
	local debs=("$archives"/*.deb)
	mkdir -p "$root"
	for deb in "${debs[@]}"; do
		dpkg -x "$deb" "$root" 9>&- || die "cannot unpack ${deb##*/} into $root (is the disk full? 700 MB are needed)"
		rm -f "$deb"
		((count += 1))
		if ((count * 100 / ${#debs[@]} >= next)); then
			say "engine: unpacked $((count * 100 / ${#debs[@]})) % of ${#debs[@]} packages"
			next=$((next + 20))
		fi
	done
}

# engine_debian_write_wrapper DIR: DIR/godot runs DIR/root's engine with DIR/root's loader and
# libraries, wherever DIR is.
engine_debian_write_wrapper() {
	local dir=$1 loader
	loader=$(engine_debian_loader)
	cat >"$dir/godot" <<-END
		#!/bin/sh
		# Runs Debian's Godot with the C library and graphics libraries it was built for.
		here=\$(dirname "\$(readlink -f "\$0")")
		lib=\$here/root/${loader%/*}
		export LIBGL_DRIVERS_PATH="\${LIBGL_DRIVERS_PATH:-\$lib/dri}"
		export GBM_BACKENDS_PATH="\${GBM_BACKENDS_PATH:-\$lib/gbm}"
		export __EGL_VENDOR_LIBRARY_DIRS="\${__EGL_VENDOR_LIBRARY_DIRS:-\$here/root/usr/share/glvnd/egl_vendor.d}"
		[ -d /usr/share/X11/xkb ] || export XKB_CONFIG_ROOT="\${XKB_CONFIG_ROOT:-\$here/root/usr/share/X11/xkb}"
		exec "\$here/root/$loader" --library-path "\$lib:\$lib/pulseaudio" "\$here/root/usr/bin/godot" "\$@"
	END
	chmod 755 "$dir/godot"
}
