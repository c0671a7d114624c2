package chaos_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// process is a devserver that runs as one.
type process struct {
	command *exec.Cmd
	address string
}

// buildServer makes the devserver's program, for this test.
func buildServer(t *testing.T) string {
	program := filepath.Join(t.TempDir(), "devserver")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	output, err := exec.Command("go", "build", "-o", program, "phoenixchannels/server/cmd/devserver").CombinedOutput()
	require.NoError(t, err, "%s", output)
	return program
}

// startServer starts one and waits until it listens. It ends with the test, if it is still running.
func startServer(t *testing.T, program, address string) *process {
	p := &process{command: exec.Command(program, "-quiet", "-addr", address)}
	p.command.Stderr = os.Stderr
	out, err := p.command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.command.Start())
	t.Cleanup(p.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "it did not start")
	_, url, found := strings.Cut(strings.TrimSpace(line), "ws://")
	require.True(t, found, "%q", line)
	p.address = strings.TrimSuffix(url, "/socket")
	return p
}

// kill ends the process as kill -9 does, if it still runs.
func (p *process) kill() {
	if p.command.ProcessState == nil {
		_ = p.command.Process.Kill()
		_ = p.command.Wait()
	}
}
