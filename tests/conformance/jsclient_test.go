package conformance_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver"
)

// The official JavaScript client, as npm has it, has to get along with the development server.

func TestJavaScriptClientOverWebSocket(t *testing.T) { runJavaScriptClient(t, "websocket") }

func TestJavaScriptClientOverLongPoll(t *testing.T) { runJavaScriptClient(t, "longpoll") }

func runJavaScriptClient(t *testing.T, transport string) {
	installJavaScriptClient(t)
	// A shorter window lets a long poll client notice sooner that its session has ended. But a
	// session that is not polled for one and a half windows ends, and a busy machine may be slow.
	server := devserver.New(devserver.Options{LongPollWindow: 2 * time.Second})
	require.NoError(t, server.Start("127.0.0.1:0"))
	t.Cleanup(server.Close)

	output := run(t, time.Minute, "node", "session.mjs", server.URL(), transport)
	t.Log(output)
	assert.Contains(t, output, "passed ")
	assert.NotContains(t, output, "not ok")
}

// installJavaScriptClient installs what package-lock.json says, unless that has been done.
func installJavaScriptClient(t *testing.T) {
	t.Helper()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			require.FailNow(t, tool+" is missing: install Node.js 18 or newer with npm (on Debian: apt install nodejs npm)")
		}
	}
	lock, err := os.Stat(filepath.Join("jsclient", "package-lock.json"))
	require.NoError(t, err)
	installed, err := os.Stat(filepath.Join("jsclient", "node_modules", ".package-lock.json"))
	if err == nil && installed.ModTime().After(lock.ModTime()) {
		return
	}
	run(t, 5*time.Minute, "npm", "ci")
}

// run runs a command in jsclient and returns what it printed; failing is an error of the test.
func run(t *testing.T, limit time.Duration, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = "jsclient"
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s %s:\n%s", name, strings.Join(args, " "), output)
	return string(output)
}
