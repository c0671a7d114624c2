package main

import (
	"archive/zip"
	"debug/macho"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestZipMakesProgramsExecutable(t *testing.T) {
	folder, out := t.TempDir(), filepath.Join(t.TempDir(), "server.zip")
	writeFile(t, folder, "LICENSE", "text")
	writeFile(t, folder, "devserver", "program")
	require.NoError(t, run([]string{"zip", folder, out, "1700000000", "devserver"}))
	opened, err := zip.OpenReader(out)
	require.NoError(t, err)
	defer func() { _ = opened.Close() }()
	modes := map[string]os.FileMode{}
	for _, file := range opened.File {
		modes[file.Name] = file.Mode()
	}
	assert.Equal(t, map[string]os.FileMode{"LICENSE": 0o644, "devserver": 0o755}, modes)
}

func TestProgramIsForItsPlatformsAlone(t *testing.T) {
	folder := t.TempDir()
	mac := func(name string, kind macho.Type) string {
		return writeFile(t, folder, name, string(macOS(t, macho.FileHeader{Magic: macho.Magic64, Cpu: macho.CpuArm64, Type: kind})))
	}
	mingw := filepath.Join(goroot(t), "src/debug/pe/testdata/gcc-386-mingw-exec")
	for name, test := range map[string]struct {
		file     string
		platform string
		says     string
	}{
		"a program":           {mac("program", macho.TypeExec), "darwin/arm64", ""},
		"another platform":    {mac("other", macho.TypeExec), "darwin/amd64", "other is a program for [darwin/arm64], not for [darwin/amd64]"},
		"a library":           {mac("library", macho.TypeDylib), "darwin/arm64", "it is no program that stands alone"},
		"a library of C's":    {mingw, "windows/386", "it needs the library msvcrt.dll, which is not the system's"},
		"no program":          {writeFile(t, folder, "text", "text"), "linux/amd64", "text: neither a Linux, nor a macOS, nor a Windows program"},
		"a missing program":   {filepath.Join(folder, "none"), "linux/amd64", "none"},
		"a part of a program": {writeFile(t, folder, "part", "\x7fELF"), "linux/amd64", "neither a Linux"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := run([]string{"program", test.file, test.platform}); test.says == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, test.says)
			}
		})
	}
}

func TestProgramForLinuxNeedsNoCLibrary(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // the compilers make programs of another form
	}
	folder := t.TempDir()
	inC, inGo := filepath.Join(folder, "c"), filepath.Join(folder, "go")
	output, err := exec.Command("cc", "-no-pie", "-o", inC, writeFile(t, folder, "main.c", "int main(void) { return 0; }")).CombinedOutput()
	require.NoError(t, err, "%s", output)
	build := exec.Command("go", "build", "-o", inGo, writeFile(t, folder, "main.go", "package main\n\nfunc main() {}\n"))
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	output, err = build.CombinedOutput()
	require.NoError(t, err, "%s", output)
	platform := "linux/" + runtime.GOARCH
	assert.ErrorContains(t, run([]string{"program", inC, platform}), "it needs the C library of a certain Linux")
	assert.NoError(t, run([]string{"program", inGo, platform}))
}

func goroot(t *testing.T) string {
	t.Helper()
	output, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(output))
}
