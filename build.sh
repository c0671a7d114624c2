#!/usr/bin/env bash
# The one entry to building, running and testing Phoenix Channels for Godot; ./build.sh help lists
# the commands.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
export GOTOOLCHAIN=auto
for part in messages process engine engine_debian engine_official toolchain python site csharp platforms phones addon web_build package servers checksums asset_library sign server project tutorial examples demo demo_web movie prose lint elixir docker emulators dotnet test chaos chaos_game multiplayer soak icon export web_template browser web web_core bench bench_web; do
	# shellcheck source=/dev/null
	source "scripts/$part.sh"
done

help() {
	cat <<-'END'
		Phoenix Channels for Godot

		  ./build.sh build               the addon for this machine, into godot_project/addons/phoenix_channels
		  ./build.sh examples            the addon for this machine, into each project of examples/
		  ./build.sh demo [OPTION...]    a running game, connected to a server
		      --server URL               another server than the embedded one (ws://HOST:PORT/socket)
		      --screen NAME              straight into control_room, arena, chat or coop
		      --name NAME                what the player is called
		      --bots N                   how many bots play along in the arena
		      --enet                     the co-op game over ENet, on this machine alone
		      --headless                 no window: a scripted session, each step printed; with --screen, that screen instead
		      --web                      in a browser: exported, served, and opened there
		      --screenshot DIR           pictures of all scenes into DIR, on a display or with Xvfb
		      --movie FILE               two windows, a killed server, both back: into FILE.webp, on a display or with Xvfb
		      --quit-after SECONDS       quit automatically
		  ./build.sh test [STAGE...]     all tests, or the named stages: lint elixir core go conformance chaos fuzz wasm capi engine multiplayer web
		                                 demo package bench
		  ./build.sh test --server URL   the scenarios of tests/conformance/scenarios against that server, and nothing else
		  ./build.sh test --wine         the library for Windows in a C program, under Wine, and nothing else
		  ./build.sh test --qemu         the library for Linux on arm64 in a C program, under qemu, and nothing else
		  ./build.sh test --dotnet       the library in a .NET program, on a runtime from PyPI, and nothing else
		  ./build.sh test --web-long     a tab that is hidden for two minutes, a flood of half a minute, in a browser, and nothing else
		  ./build.sh test --phoenix      mix test of server/phoenix, with its dependencies from Hex, and nothing else
		  ./build.sh test --csharp       the wrappers for C#, compiled with .NET and the packages of Godot, and nothing else
		  ./build.sh test --docker       two nodes of server/phoenix behind a proxy with TLS, in Docker, one of which is killed, and nothing else
		  ./build.sh chaos [OPTION...]   a network that fails at random, a server that is killed, a deploy that rolls
		      --minutes N                how long the network fails (default 2)
		      --seed S                   what is random as in an earlier run, which printed this number
		  ./build.sh chaos --game        games that stand still for minutes, floods and threads of a minute each, in the engine
		  ./build.sh bench               the table of docs/performance.md: each figure beside its baseline, some minutes
		  ./build.sh bench --quick       the same from fewer samples, compared with the last table; under a minute
		  ./build.sh bench go [PATTERN]  benchmarks in Go whose name matches the pattern (a regular expression; default all)
		  ./build.sh bench web           the table of figures of an exported game in a browser
		  ./build.sh bench soak          what a million messages and 100,000 nodes leave behind, in the engine
		  ./build.sh lint                the linters alone
		  ./build.sh site                the documentation site, into build/site
		  ./build.sh package [OPTION...] the addon as a zip for all platforms that can be built here, into dist/, with its SHA-256; iOS has a
		                                 zip of its own beside it
		      --platform NAME            only for this one (may stand more than once): linux.x86_64 linux.arm64
		                                 windows.x86_64 windows.arm64 macos, and with their makers' kits
		                                 android.arm64 android.x86_64 (ANDROID_NDK_HOME) ios (Xcode)
		      --with FOLDER              takes the libraries that it holds instead of building them
		      --servers                  also the devserver as a program for Linux, Windows and macOS, each a zip
		      --tag NAME                 fails when NAME is not the version's tag, as v0.1.0 is that of 0.1.0
		  ./build.sh checksums           SHA256SUMS of what is packaged, signed when RELEASE_SIGNING_KEY holds a private key of OpenSSH
		  ./build.sh asset-library       a commit whose archive Godot's Asset Library installs, from the package; prints its hash
		      --push                     and updates the branch asset-library of the remote origin
		  ./build.sh icon                docs/images/icon.png, for the Asset Library, from icon.svg beside it
		  ./build.sh sign                signs the packaged library for macOS, and has Apple notarize it; on a Mac, with the secrets that
		                                 scripts/sign.sh names, and skipped without
		  ./build.sh publish TAG         makes a release on GitHub of what is packaged, as the release workflow does
		  ./build.sh godot               finds or installs a Godot engine, prints its path
		  ./build.sh clean               removes what was built (the engine and the linters stay in the user's cache)
		  ./build.sh help                this text

		Needs Go and a C compiler. GODOT=PROGRAM names the engine to use, GODOT_VERSION=VERSION a release of Godot (4.5.2, 4.7-mono); XDG_CACHE_HOME moves the cache;
		DEBIAN_MIRROR=URL is where an engine is installed from, where this is not a Debian.
	END
}

clean() {
	rm -rf build dist godot_project/.godot tests/godot/.godot tests/godot/addons
	rm -rf examples/*/{addons,.godot}
	rm -rf "${ADDON:?}"/{bin,phoenix_channels.gdextension,LICENSE,web/phoenix_channels.wasm,web/phoenix_channels.worker.js}
	say "clean: done"
}

# no_arguments COMMAND [ARGUMENT...]: for the commands that take none.
no_arguments() {
	(($# == 1)) || die "$1 takes no arguments, not '$2'; ./build.sh help lists the commands" 2
}

main() {
	local command=${1:-help}
	shift || true
	case $command in
		build | examples | lint | site | checksums | icon | sign | godot | clean | help | -h | --help) no_arguments "$command" "$@" ;;
	esac
	case $command in
		build) addon_build ;;
		examples) examples_run ;;
		demo) demo_run "$@" ;;
		test) test_run "$@" ;;
		chaos) chaos_run "$@" ;;
		bench) bench_run "$@" ;;
		lint) lint_run ;;
		site) site_run ;;
		package) package_run "$@" ;;
		checksums) checksums_run ;;
		asset-library) asset_library_run "$@" ;;
		icon) icon_run ;;
		sign) sign_run ;;
		publish) package_publish "$@" ;;
		godot) engine_find ;;
		clean) clean ;;
		help | -h | --help) help ;;
		*) die "unknown command '$command'; ./build.sh help lists the commands" 2 ;;
	esac
}

main "$@"
