package main

import (
	"archive/zip"
	"crypto/sha256"
	"debug/macho"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestZipHoldsTheFilesOfTheFolder(t *testing.T) {
	folder, out := t.TempDir(), filepath.Join(t.TempDir(), "addon.zip")
	writeFile(t, folder, "addons/b/plugin.txt", "two")
	writeFile(t, folder, "addons/a.txt", "one")
	require.NoError(t, run([]string{"zip", folder, out, "1700000000"}))

	opened, err := zip.OpenReader(out)
	require.NoError(t, err)
	defer func() { _ = opened.Close() }()
	var names []string
	for _, file := range opened.File {
		names = append(names, file.Name)
		assert.Equal(t, os.FileMode(0o644), file.Mode())
		assert.True(t, file.Modified.Equal(time.Unix(1_700_000_000, 0)))
	}
	assert.Equal(t, []string{"addons/a.txt", "addons/b/plugin.txt"}, names)
	content, err := opened.File[1].Open()
	require.NoError(t, err)
	text, err := io.ReadAll(content)
	require.NoError(t, err)
	assert.Equal(t, "two", string(text))
}

func TestZipOfTheSameFilesIsTheSame(t *testing.T) {
	var zips [2][]byte
	for i := range zips {
		folder, out := t.TempDir(), filepath.Join(t.TempDir(), "addon.zip")
		writeFile(t, folder, "a.txt", "one")
		require.NoError(t, os.Chmod(filepath.Join(folder, "a.txt"), os.FileMode(0o600+0o11*i)))
		require.NoError(t, os.Chtimes(filepath.Join(folder, "a.txt"), time.Time{}, time.Unix(int64(1000*i), 0)))
		require.NoError(t, run([]string{"zip", folder, out, "1700000000"}))
		var err error
		zips[i], err = os.ReadFile(out)
		require.NoError(t, err)
		sum, err := os.ReadFile(out + ".sha256")
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprintf("%x  addon.zip\n", sha256.Sum256(zips[i])), string(sum))
	}
	assert.Equal(t, zips[0], zips[1])
}

func TestUniversalHoldsEachArchitecture(t *testing.T) {
	folder := t.TempDir()
	arm, intel := thinLibrary(t, folder, macho.CpuArm64), thinLibrary(t, folder, macho.CpuAmd64)
	out := filepath.Join(folder, "both.dylib")
	require.NoError(t, run([]string{"universal", out, arm, intel}))

	both, err := macho.OpenFat(out)
	require.NoError(t, err)
	defer func() { _ = both.Close() }()
	require.Len(t, both.Arches, 2)
	assert.Equal(t, macho.CpuArm64, both.Arches[0].Cpu)
	assert.Equal(t, macho.CpuAmd64, both.Arches[1].Cpu)
	for _, arch := range both.Arches {
		assert.Zero(t, arch.Offset%(1<<alignment))
	}
}

func TestLibraryShowsTheWantedSymbolsAlone(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // the compiler makes a library of another form; packaging checks all forms
	}
	folder := t.TempDir()
	source := writeFile(t, folder, "lib.c", `
		#include <time.h>
		int phx_one(void) { return 1; }
		long phx_two(void) { struct timespec now; return clock_gettime(CLOCK_REALTIME, &now); } // from glibc 2.17
		__attribute__((visibility("hidden"))) int inner(void) { return 3; }`)
	library := filepath.Join(folder, "lib.so")
	output, err := exec.Command("cc", "-shared", "-fPIC", "-nostartfiles", "-Wl,-z,nodelete", "-o", library, source).CombinedOutput()
	require.NoError(t, err, "%s", output)

	assert.NoError(t, run([]string{"check", library, "2.31", "phx_two", "phx_one"}))
	for name, test := range map[string]struct {
		glibc string
		names []string
		says  string
	}{
		"one is missing":     {"2.31", []string{"phx_one", "phx_two", "phx_three"}, "[phx_one phx_two], not"},
		"one is too many":    {"2.31", []string{"phx_one"}, "shows the symbols [phx_one phx_two], not [phx_one]"},
		"the glibc is older": {"2.2.4", []string{"phx_one", "phx_two"}, "clock_gettime is from glibc 2."},
	} {
		t.Run(name, func(t *testing.T) {
			assert.ErrorContains(t, run(append([]string{"check", library, test.glibc}, test.names...)), test.says)
		})
	}
}

func TestLibraryThatCanBeUnmappedIsRefused(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // as above
	}
	folder := t.TempDir()
	library := filepath.Join(folder, "lib.so")
	source := writeFile(t, folder, "lib.c", "int phx_one(void) { return 1; }")
	output, err := exec.Command("cc", "-shared", "-fPIC", "-nostartfiles", "-o", library, source).CombinedOutput()
	require.NoError(t, err, "%s", output)
	assert.ErrorContains(t, run([]string{"check", library, "2.31", "phx_one"}), "can be unmapped")
	for flags, stayed := range map[uint32]bool{0x100085: false, 0x900085: true} { // without and with thread-local variables
		assert.Equal(t, stayed, staysLoaded(macOS(t, macho.FileHeader{Magic: macho.Magic64, Cpu: macho.CpuArm64, Type: macho.TypeDylib, Flags: flags})))
	}
}

func TestLibraryForAndroidFitsItsPages(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // as above
	}
	folder := t.TempDir()
	source := writeFile(t, folder, "lib.c", "int phx_one(void) { return 1; }")
	bionic, library := filepath.Join(folder, "libc.so"), filepath.Join(folder, "lib.so")
	compile := func(args ...string) {
		output, err := exec.Command("cc", append([]string{"-shared", "-fPIC", "-nostdlib", "-Wl,-z,nodelete"}, args...)...).CombinedOutput()
		require.NoError(t, err, "%s", output)
	}
	compile("-o", bionic, writeFile(t, folder, "c.c", "int bionic(void) { return 1; }"))
	for size, says := range map[string]string{"4096": "aligned to 4096 bytes, and a page may have 16384", "16384": ""} {
		compile("-o", library, source, "-Wl,--no-as-needed", "-L"+folder, "-l:libc.so", "-Wl,-z,max-page-size="+size)
		if err := run([]string{"check", library, "2.17", "phx_one"}); says == "" {
			assert.NoError(t, err)
		} else {
			assert.ErrorContains(t, err, says)
		}
	}
}

func TestVersionsAreComparedByNumber(t *testing.T) {
	assert.True(t, isNewer("2.34", "2.17"))
	assert.True(t, isNewer("2.17", "2.2.5"))
	assert.False(t, isNewer("2.2.5", "2.17"))
	assert.False(t, isNewer("2.17", "2.17"))
}

func TestMistakesAreNamed(t *testing.T) {
	folder := t.TempDir()
	text := writeFile(t, folder, "a.txt", "no library")
	arm := thinLibrary(t, folder, macho.CpuArm64)
	require.NoError(t, os.Symlink(text, filepath.Join(folder, "link")))
	out := filepath.Join(t.TempDir(), "out")
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"no command":           {nil, "usage"},
		"unknown command":      {[]string{"tar", folder, out, "1"}, "usage"},
		"time is no number":    {[]string{"zip", folder, out, "noon"}, `"noon"`},
		"folder is missing":    {[]string{"zip", filepath.Join(folder, "none"), out, "1"}, "none"},
		"folder is empty":      {[]string{"zip", t.TempDir(), out, "1"}, "holds no file"},
		"a link in the folder": {[]string{"zip", folder, out, "1"}, "link is no regular file"},
		"no macOS library":     {[]string{"universal", out, arm, text}, "a.txt is no macOS library"},
		"the same twice":       {[]string{"universal", out, arm, arm}, "are both for CpuArm64"},
		"check of no library":  {[]string{"check", text, "2.17", "phx"}, "neither a Linux, nor a macOS, nor a Windows library"},
		"check without table":  {[]string{"check", arm, "2.17", "phx"}, "it has no symbol table"},
		"a missing library":    {[]string{"universal", out, filepath.Join(folder, "none")}, "none"},
	} {
		t.Run(name, func(t *testing.T) { assert.ErrorContains(t, run(test.args), test.says) })
	}
	assert.NoFileExists(t, out)
}

func writeFile(t *testing.T, folder, name, content string) string {
	t.Helper()
	path := filepath.Join(folder, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	return path
}

// thinLibrary is the smallest macOS library that there can be: a header.
func thinLibrary(t *testing.T, folder string, cpu macho.Cpu) string {
	t.Helper()
	return writeFile(t, folder, cpu.String(), string(macOS(t, macho.FileHeader{Magic: macho.Magic64, Cpu: cpu, Type: macho.TypeDylib})))
}

func macOS(t *testing.T, header macho.FileHeader) []byte {
	t.Helper()
	content, err := binary.Append(nil, binary.LittleEndian, header)
	require.NoError(t, err)
	return append(content, 0, 0, 0, 0)
}
