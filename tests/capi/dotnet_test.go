package capi_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	dotnet        = flag.String("dotnet", "", "the program of .NET's runtime")
	dotnetSeconds = flag.String("dotnet-seconds", "10", "how long it collects its garbage")
)

// TestDotnet: in a game the engine loads the library before .NET starts. In an editor that finds
// the addon for the first time, and in a program that uses the C ABI, .NET was there before.
func TestDotnet(t *testing.T) {
	if *dotnet == "" {
		return // ./build.sh test --dotnet
	}
	folder := t.TempDir()
	program, client, faulty := filepath.Join(folder, "host.dll"), filepath.Join(folder, "libphoenix_channels.so"), filepath.Join(folder, "libfault.so")
	require.NoError(t, build(faulty, "./fault/library"))
	require.NoError(t, os.Symlink(*library, client))
	require.NoError(t, os.CopyFS(folder, os.DirFS("dotnet")))
	output, err := exec.Command("mcs", "-out:"+program, "dotnet/Host.cs").CombinedOutput()
	require.NoError(t, err, "%s", output)
	for name, preloaded := range map[string]string{"the library first": client + ":" + faulty, "the library last": ""} {
		t.Run(name, func(t *testing.T) {
			output := start(t, []string{"LD_LIBRARY_PATH=" + folder, "LD_PRELOAD=" + preloaded}, *dotnet, program, *dotnetSeconds)
			assert.Contains(t, output, "1000 null references, 1000 divisions by zero, 1000 faults in Go")
			t.Log(output)
		})
	}
}
