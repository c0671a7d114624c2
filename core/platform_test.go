//go:build !js

package core

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A page must load the program that contains this package before it can connect. So the program
// does not contain large packages or those for which the browser has an equivalent.
func TestInABrowserTheNetworkIsNotLinked(t *testing.T) {
	command := exec.Command("go", "list", "-deps", ".")
	command.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
	out, err := command.Output()
	require.NoError(t, err)
	packages := strings.Fields(string(out))
	require.Contains(t, packages, "syscall/js")
	for _, name := range []string{"net", "net/http", "crypto/tls", "github.com/gorilla/websocket", "compress/flate", "log/slog", "encoding/json", "encoding/json/v2"} {
		require.NotContains(t, packages, name)
	}
}
