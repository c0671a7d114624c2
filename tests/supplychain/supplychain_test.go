// Package supplychain has no code of its own: its tests hand tampered downloads to what the
// project's scripts install them with. The network is asked for nothing but Go modules that are not
// there yet.
package supplychain

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = "../.."

// bash runs lines of bash that use functions of the project's scripts, in the project's folder.
func bash(t *testing.T, environment []string, lines string) (output string, err error) {
	const begin = "set -euo pipefail\nfor part in messages process engine engine_debian engine_official python; do source \"scripts/$part.sh\"; done\n"
	command := exec.CommandContext(t.Context(), "bash", "-c", begin+lines)
	command.Dir = root
	command.Env = append(os.Environ(), environment...)
	text, err := command.CombinedOutput()
	return string(text), err
}

func read(t *testing.T, path string) []byte {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

func write(t *testing.T, path string, data []byte) {
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, data, 0o644))
}

// TestTamperedDebianPackagesAreRefused installs from a small archive whose signature and digests
// are right, and from the same with something changed.
func TestTamperedDebianPackagesAreRefused(t *testing.T) {
	if _, err := bash(t, nil, "engine_debian_can_install"); err != nil {
		t.Log("an engine is never installed on this system")
		return
	}
	architecture, err := exec.CommandContext(t.Context(), "dpkg", "--print-architecture").Output()
	require.NoError(t, err)
	index := "dists/forky/main/binary-" + strings.TrimSpace(string(architecture)) + "/Packages"
	signed := read(t, "testdata/debian/InRelease")
	for _, c := range []struct {
		name    string
		keyring string
		change  func(t *testing.T, archive string)
		reason  string // a regular expression; empty when nothing is wrong
	}{
		{"nothing changed", "archive", func(*testing.T, string) {}, ""},
		{"a package changed", "archive", func(t *testing.T, archive string) {
			deb := read(t, archive+"/pool/godot.deb")
			deb[len(deb)-1] ^= 1
			write(t, archive+"/pool/godot.deb", deb)
		}, "Hash Sum mismatch"},
		{"a package that is another", "archive", func(t *testing.T, archive string) {
			write(t, archive+"/pool/libgl1.deb", []byte("!<arch>\n"))
		}, "unexpected size|Hash Sum mismatch"},
		{"the list of packages changed", "archive", func(t *testing.T, archive string) {
			write(t, archive+"/"+index, bytes.Replace(read(t, archive+"/"+index), []byte("Version: 1.0"), []byte("Version: 6.6"), 1))
		}, "Hash Sum mismatch"},
		{"the digests changed", "archive", func(t *testing.T, archive string) {
			write(t, archive+"/dists/forky/InRelease", bytes.Replace(signed, []byte("Origin: Test"), []byte("Origin: Fake"), 1))
		}, "not signed|BADSIG|invalid signature|[Bb]ad"},
		{"no signature", "archive", func(t *testing.T, archive string) {
			require.NoError(t, os.Remove(archive+"/dists/forky/InRelease"))
			write(t, archive+"/dists/forky/Release", read(t, "testdata/debian/Release"))
		}, "is not signed"},
		{"nothing to sign", "archive", func(t *testing.T, archive string) {
			require.NoError(t, os.Remove(archive+"/dists/forky/InRelease"))
		}, "does not have a Release file"},
		{"the signature of a stranger", "stranger", func(*testing.T, string) {}, "not signed|NO_PUBKEY|keys on this machine|[Mm]issing key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			archive, dir := t.TempDir(), t.TempDir()
			packages := read(t, "testdata/debian/Packages")
			for _, architecture := range []string{"all", "amd64", "arm64"} {
				write(t, archive+"/dists/forky/main/binary-"+architecture+"/Packages", packages)
			}
			write(t, archive+"/dists/forky/InRelease", signed)
			for _, file := range regexp.MustCompile(`Filename: (\S+)`).FindAllSubmatch(packages, -1) {
				write(t, archive+"/"+string(file[1]), read(t, "testdata/debian/package.deb"))
			}
			c.change(t, archive)
			keyring, err := filepath.Abs("testdata/debian/" + c.keyring + ".gpg")
			require.NoError(t, err)

			output, err := bash(t, []string{"DEBIAN_MIRROR=copy:" + archive, "KEYRING=" + keyring, "DIR=" + dir + "/apt"}, `
				engine_debian_keyring() { printf '%s\n' "$KEYRING"; }
				engine_debian_configure_apt "$DIR"
				engine_debian_download "$DIR"
				engine_debian_unpack "$DIR/cache/archives" "$DIR/root"
				cat "$DIR/root/usr/share/doc/phoenix-test/README"`)
			log, _ := os.ReadFile(dir + "/apt/log")
			if c.reason == "" {
				require.NoError(t, err, "%s\n%s", output, log)
				require.Contains(t, output, "from the archive")
				return
			}
			require.Error(t, err, output)
			require.Regexp(t, c.reason, output+string(log))
			require.NotContains(t, output, "from the archive")
			require.NoDirExists(t, dir+"/apt/root")
		})
	}
}

// TestTamperedOfficialEnginesAreRefused installs a stand-in for the engine's release, in place of
// curl's download, whose digest is the expected one, and another.
func TestTamperedOfficialEnginesAreRefused(t *testing.T) {
	if _, err := exec.LookPath("unzip"); err != nil {
		t.Skip("without unzip no such engine is installed")
	}
	for _, system := range []struct{ kernel, machine, version, program string }{
		{"MINGW64_NT-10.0-20348", "x86_64", "", "Godot_v4.6.3-stable_win64_console.exe"},
		{"Darwin", "arm64", "", "Godot.app/Contents/MacOS/Godot"},
		{"Linux", "x86_64", "", "Godot_v4.6.3-stable_linux.x86_64"},
		{"Linux", "aarch64", "4.3", "Godot_v4.3-stable_linux.arm64"},
		{"Linux", "x86_64", "4.7-mono", "Godot_v4.7-stable_mono_linux_x86_64/Godot_v4.7-stable_mono_linux.x86_64"},
	} {
		var release bytes.Buffer
		archive := zip.NewWriter(&release)
		header := &zip.FileHeader{Name: system.program}
		header.SetMode(0o755)
		program, err := archive.CreateHeader(header)
		require.NoError(t, err)
		_, err = program.Write([]byte("#!/bin/sh\necho 4.6.3.stable.official.test\n"))
		require.NoError(t, err)
		require.NoError(t, archive.Close())
		for name, digest := range map[string]string{
			"the expected digest": fmt.Sprintf("%x", sha512.Sum512(release.Bytes())),
			"another digest":      "", // the one in the script
		} {
			t.Run(fmt.Sprintf("%s %s %s: %s", system.kernel, system.machine, system.version, name), func(t *testing.T) {
				dir := t.TempDir()
				write(t, dir+"/release.zip", release.Bytes())
				output, err := bash(t, []string{"DIR=" + dir, "XDG_CACHE_HOME=" + dir, "DIGEST=" + digest, "KERNEL=" + system.kernel,
					"MACHINE=" + system.machine, "GODOT=", "GODOT_VERSION=" + system.version}, `
					uname() { if [[ $1 == -s ]]; then echo "$KERNEL"; else echo "$MACHINE"; fi; }
					curl() { cp "$DIR/release.zip" "${*: -2:1}"; }
					engine_from_path() { return 1; }
					engine_debian_can_install() { return 1; }
					eval "$(declare -f engine_official_read | sed '1 s/.*/the_row ()/')"
					engine_official_read() { the_row && ENGINE_SUM=${DIGEST:-$ENGINE_SUM}; }
					engine_find`)
				target := dir + "/phoenix-channels/godot-" + cmp.Or(system.version, "4.6.3") + "-stable"
				if digest == "" {
					require.Error(t, err, output)
					require.Contains(t, output, "it is not the release's file")
					require.NoDirExists(t, target)
					return
				}
				require.NoError(t, err, output)
				require.Contains(t, output, "engine: Godot 4.6.3.stable.official.test (cached)")
				require.FileExists(t, target+"/"+system.program)
			})
		}
	}
}

func TestEngineThatIsNotListedIsNamed(t *testing.T) {
	for version, says := range map[string]string{
		"4.2":      "GODOT_VERSION=4.2 is not in the table",
		"4.3-mono": "GODOT_VERSION=4.3-mono is not in the table",
		"newest":   "GODOT_VERSION=newest is not in the table",
	} {
		output, err := bash(t, []string{"GODOT=", "GODOT_VERSION=" + version}, "engine_find")
		require.Error(t, err, output)
		require.Contains(t, output, says)
	}
}

// wheel makes a package of Python's with one module.
func wheel(t *testing.T, path, text string) {
	var data bytes.Buffer
	archive := zip.NewWriter(&data)
	for _, file := range [][2]string{
		{"phoenix_test.py", text},
		{"phoenix_test-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: phoenix-test\nVersion: 1.0\n"},
		{"phoenix_test-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"},
		{"phoenix_test-1.0.dist-info/RECORD", "phoenix_test.py,,\nphoenix_test-1.0.dist-info/METADATA,,\nphoenix_test-1.0.dist-info/WHEEL,,\nphoenix_test-1.0.dist-info/RECORD,,\n"},
	} {
		w, err := archive.Create(file[0])
		require.NoError(t, err)
		_, err = w.Write([]byte(file[1]))
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	write(t, path, data.Bytes())
}

// TestTamperedPythonPackagesAreRefused installs a package as the scripts install theirs, with its
// digest, with another, and without one.
func TestTamperedPythonPackagesAreRefused(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Log("without Python nothing of it is installed")
		return
	}
	dir := t.TempDir()
	output, err := bash(t, []string{"DIR=" + dir + "/venv"}, `python3 -m venv "$DIR"`)
	require.NoError(t, err, "python3 with venv is needed (Debian: python3-venv)\n%s", output)
	file := dir + "/wheels/phoenix_test-1.0-py3-none-any.whl"
	wheel(t, file, "said = 'as it was'\n")
	digest := sha256.Sum256(read(t, file))
	pinned := fmt.Sprintf("phoenix-test==1.0 --hash=sha256:%x\n", digest)
	install := func(requirements string) (string, error) {
		write(t, dir+"/requirements.txt", []byte(requirements))
		return bash(t, []string{"DIR=" + dir, "PIP_NO_INDEX=1", "PIP_FIND_LINKS=" + dir + "/wheels", "PIP_NO_CACHE_DIR=1"}, `
			python_install "$DIR/venv" "$DIR/requirements.txt"
			"$DIR/venv/bin/python" -c 'import phoenix_test; print(phoenix_test.said)'`)
	}

	output, err = install("phoenix-test==1.0\n")
	require.Error(t, err, output)
	require.Contains(t, output, "Hashes are required")

	wheel(t, file, "said = 'what nobody wrote'\n")
	output, err = install(pinned)
	require.Error(t, err, output)
	require.Contains(t, output, "DO NOT MATCH THE HASHES")
	require.NotContains(t, output, "what nobody wrote")

	wheel(t, file, "said = 'as it was'\n")
	output, err = install(pinned)
	require.NoError(t, err, output)
	require.Contains(t, output, "as it was")
}

// goIn runs go in a folder, without leave to change go.mod and go.sum.
func goIn(t *testing.T, dir string, arguments ...string) (string, error) {
	command := exec.CommandContext(t.Context(), "go", arguments...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOTOOLCHAIN=auto")
	output, err := command.CombinedOutput()
	return string(output), err
}

// TestTamperedGoModulesAreRefused builds a program with one of the project's modules, with the
// project's go.sum, with another digest in it, and without the module's lines.
func TestTamperedGoModulesAreRefused(t *testing.T) {
	const module = "github.com/gorilla/websocket"
	sums := string(read(t, root+"/go.sum"))
	line := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(module) + ` \S+ h1:(\S+)=$`)
	found := line.FindStringSubmatch(sums)
	require.NotNil(t, found)
	for _, c := range []struct{ name, sums, reason string }{
		{"as it is", sums, ""},
		{"another digest", strings.Replace(sums, found[1], strings.Repeat("A", len(found[1])), 1), "checksum mismatch"},
		{"no digest", line.ReplaceAllString(sums, ""), "missing go.sum entry"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir+"/go.mod", read(t, root+"/go.mod"))
			write(t, dir+"/go.sum", []byte(c.sums))
			write(t, dir+"/main.go", []byte("package main\n\nimport _ \""+module+"\"\n\nfunc main() {}\n"))
			output, err := goIn(t, dir, "build", "-o", os.DevNull, ".")
			if c.reason == "" {
				require.NoError(t, err, output)
				return
			}
			require.Error(t, err, output)
			require.Contains(t, output, c.reason)
		})
	}
}

// TestGoSumIsComplete resolves everything that is built and tested, without permission to add to
// go.sum.
func TestGoSumIsComplete(t *testing.T) {
	output, err := goIn(t, root, "list", "-deps", "-test", "./...")
	require.NoError(t, err, output)
}

// TestWhatIsInstalledIsPinned looks at the files that name downloads.
func TestWhatIsInstalledIsPinned(t *testing.T) {
	files := func(pattern string) []string {
		list, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, list, pattern)
		return list
	}
	for _, file := range files("scripts/requirements/*.txt") {
		text := strings.ReplaceAll(string(read(t, file)), "\\\n", " ")
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				require.Regexp(t, `^[A-Za-z0-9_.-]+==\S+( ;[^-]*)?( +--hash=sha256:[0-9a-f]{64})+$`, line, file)
			}
		}
	}
	for _, file := range files(".github/workflows/*.yml") {
		for _, used := range regexp.MustCompile(`(?m)uses:\s*(\S+)`).FindAllStringSubmatch(string(read(t, file)), -1) {
			require.Regexp(t, `^[^@]+@[0-9a-f]{40}$`, used[1], file)
		}
	}
	for _, file := range files("tests/conformance/*/package-lock.json") {
		text := string(read(t, file))
		packages := regexp.MustCompile(`(?m)^\s*"node_modules/`).FindAllString(text, -1)
		require.NotEmpty(t, packages, file)
		require.Len(t, regexp.MustCompile(`"integrity": "sha512-[A-Za-z0-9+/]{86}=="`).FindAllString(text, -1), len(packages), file)
	}
	require.Regexp(t, `(?m)^go 1\.\d+`, string(read(t, root+"/go.mod")))
}
