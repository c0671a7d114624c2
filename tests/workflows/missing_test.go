package workflows

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each command of build.sh that a workflow runs, or that a developer has tools for, names what it
// needs and where that is to be had.
func TestMissingToolIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ lines, missing, says string }{
		"Go, of every command":            {"toolchain_check_go", "go", "Go is missing; install 1.21 or newer from https://go.dev/dl"},
		"a C compiler, of every command":  {`go() { echo gcc -m64; }; toolchain_check_c`, "gcc", "no C compiler: 'gcc' is not on PATH; install gcc or clang"},
		"Elixir, of test --phoenix":       {"elixir_test", "mix", "Elixir is missing; install it from https://elixir-lang.org/install.html"},
		"GitHub's program, of publish":    {"package_publish v1.2.3", "gh", "gh is missing, which makes the release; install it from https://cli.github.com"},
		"curl, of test engine":            {"GODOT_VERSION=4.6.3 engine_find", "curl", "curl or unzip is missing, which install Godot 4.6.3"},
		"unzip, of test engine":           {"GODOT_VERSION=4.6.3 engine_find", "unzip", "curl or unzip is missing, which install Godot 4.6.3"},
		"a release that is not listed":    {"GODOT_VERSION=4.2.1 engine_find", "", "GODOT_VERSION=4.2.1 is not in the table of scripts/engine_official.sh for this system"},
		"any engine":                      {"engine_find", "curl apt-get", "no Godot found; get 4.3 or newer from https://godotengine.org/download"},
		"Wine, of test --wine":            {"emulators_wine", "wine64 wine /usr/lib/wine/wine64", "Wine is missing, which runs the library for Windows here; install it (Debian: apt-get install wine wine64)"},
		"qemu, of test --qemu":            {"emulators_qemu", "qemu-aarch64 qemu-aarch64-static", "qemu is missing, which runs the library for arm64 here; install it (Debian: apt-get install qemu-user"},
		"qemu for 32 bits":                {"emulators_arm", "qemu-arm qemu-arm-static", "qemu-arm is missing, which runs the tests for arm here; install it (Debian: apt-get install qemu-user)"},
		"a C# compiler, of test --dotnet": {"dotnet_test", "mcs", "mcs is missing, which compiles the C# of the test; install it (Debian: apt-get install mono-mcs)"},
		"Python, of package":              {"platform_build_part linux/arm64/aarch64-linux-gnu out.so", "python3", "a library for linux/arm64 needs the C compiler that scripts/requirements/zig.txt names"},
		"Google's NDK, of package":        {"ANDROID_NDK_HOME= platform_build_part android/arm64/aarch64-linux-android out.so", "", "a library for Android needs Google's NDK, r27 or newer"},
		"Xcode, of package":               {"platform_build_part ios/arm64/arm64-apple-ios out.a", "xcrun", "a library for iOS needs a Mac with Xcode"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := bash(t, `
				path_without() { for tool in $MISSING; do [[ $1 != "$tool" ]] || return 1; done; }
				have() { path_without "$1" && type -P "$1" >/dev/null; }
				command() { [[ $1 != -v ]] || path_without "${@: -1}" && builtin command "$@"; }
				engine_from_path() { return 1; }
				`+c.lines, "MISSING="+c.missing, "XDG_CACHE_HOME="+t.TempDir(), "GODOT=", "GODOT_VERSION=")
			assert.ErrorContains(t, err, c.says)
		})
	}
}

// A C library for arm64 is what qemu needs beside itself.
func TestMissingLibraryForQemuIsNamed(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "qemu-aarch64"), []byte("#!/bin/sh\n"), 0o700))
	_, err := bash(t, `EMULATORS_SYSROOT=$FOLDER PATH=$FOLDER:$PATH; emulators_qemu`, "FOLDER="+folder)
	assert.ErrorContains(t, err, folder+"/lib has no C library for arm64; install it (Debian: apt-get install libc6-arm64-cross)")
}

func TestNothingToPublishIsSaid(t *testing.T) {
	_, err := bash(t, `have() { :; }; cd "$FOLDER"; package_publish v1.2.3`, "FOLDER="+t.TempDir())
	assert.ErrorContains(t, err, "there is nothing in dist to publish; make it with: ./build.sh package")
	_, err = bash(t, "package_publish")
	assert.ErrorContains(t, err, "publish takes the tag and nothing else")
}
