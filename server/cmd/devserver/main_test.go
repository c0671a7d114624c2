package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/tests/certificates"
)

// running is the command, started with its stdin and stdout in the test's hands.
type running struct {
	stdin  io.WriteCloser
	stdout *bufio.Reader
	line   string // the first of stdout
	stop   context.CancelFunc
	exited chan int
}

func launch(t *testing.T, args ...string) running {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	stdinReader, stdin := io.Pipe()
	stdoutReader, stdout := io.Pipe()
	r := running{stdin: stdin, stdout: bufio.NewReader(stdoutReader), stop: stop, exited: make(chan int, 1)}
	go func() { r.exited <- run(ctx, args, stdinReader, stdout, io.Discard) }()
	line, err := r.stdout.ReadString('\n')
	require.NoError(t, err)
	r.line = line
	return r
}

func TestItSaysWhereItListens(t *testing.T) {
	command := launch(t, "-addr", "127.0.0.1:0", "-quiet")
	address, found := strings.CutPrefix(strings.TrimSpace(command.line), "devserver: listening on ")
	require.True(t, found, command.line)
	endpoint, err := url.Parse(address)
	require.NoError(t, err)
	assert.Equal(t, "/socket", endpoint.Path)
	conn, err := net.Dial("tcp", endpoint.Host)
	require.NoError(t, err, "it is ready when it says so")
	require.NoError(t, conn.Close())

	command.stop()
	assert.Zero(t, <-command.exited)
	_, err = net.Dial("tcp", endpoint.Host)
	assert.Error(t, err, "it has stopped")
}

func TestItExitsWithItsParent(t *testing.T) {
	command := launch(t, "-addr", "127.0.0.1:0", "-exit-with-parent", "-phoenix-1.7")
	require.NoError(t, command.stdin.Close())
	assert.Zero(t, <-command.exited)
}

func TestItHangsWhileItIsFrozen(t *testing.T) {
	command := launch(t, "-addr", "127.0.0.1:0", "-quiet", "-exit-with-parent")
	address, _ := strings.CutPrefix(strings.TrimSpace(command.line), "devserver: listening on ws://")
	say := func(word, answer string) {
		_, err := io.WriteString(command.stdin, word+"\n")
		require.NoError(t, err)
		line, err := command.stdout.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "devserver: "+answer+"\n", line)
	}
	say("freeze", "frozen")
	conn, err := net.Dial("tcp", strings.TrimSuffix(address, "/socket"))
	require.NoError(t, err, "the system still accepts connections")
	_, err = io.WriteString(conn, "GET /socket/websocket HTTP/1.0\r\n\r\n")
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
	_, err = conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	say("thaw", "thawed")
	require.NoError(t, conn.SetReadDeadline(time.Time{}))
	answer, err := io.ReadAll(conn)
	require.NoError(t, err)
	assert.Contains(t, string(answer), "HTTP/1.0 ")
	require.NoError(t, command.stdin.Close())
	assert.Zero(t, <-command.exited)
}

func TestItServesTLS(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, certificates.WriteFiles(dir))
	file := func(name string) string { return filepath.Join(dir, name) }
	pem, err := os.ReadFile(file("authority.pem"))
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(pem))

	command := launch(t, "-addr", "127.0.0.1:0", "-quiet", "-tls-cert", file("good.pem"), "-tls-key", file("good.key"), "-tls-max", "1.2")
	address, found := strings.CutPrefix(strings.TrimSpace(command.line), "devserver: listening on wss://")
	require.True(t, found, command.line)
	host, _, _ := strings.Cut(address, "/")
	conn, err := tls.Dial("tcp", host, &tls.Config{RootCAs: roots})
	require.NoError(t, err)
	assert.Equal(t, uint16(tls.VersionTLS12), conn.ConnectionState().Version)
	require.NoError(t, conn.Close())

	command.stop()
	assert.Zero(t, <-command.exited)
}

func TestMistakesOnTheCommandLine(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer busy.Close()
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"help", []string{"-h"}, 0, "Usage: devserver"},
		{"an unknown flag", []string{"-port", "1"}, 2, "-port"},
		{"an argument too many", []string{"4000"}, 2, `unexpected argument "4000"`},
		{"a busy port", []string{"-addr", busy.Addr().String()}, 1, busy.Addr().String() + ": bind: address already in use"},
		{"a certificate without its key", []string{"-tls-cert", "a.pem"}, 2, "-tls-key belong together"},
		{"a certificate that is not there", []string{"-tls-cert", "none.pem", "-tls-key", "none.key"}, 2, "none.pem"},
		{"a version of TLS that is none", []string{"-tls-max", "2"}, 2, `-tls-max is "2"`},
		{"an address that is none", []string{"-addr", "nowhere"}, 1, "nowhere"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			code := run(t.Context(), c.args, strings.NewReader(""), &stdout, &stderr)
			assert.Equal(t, c.code, code)
			assert.Contains(t, stderr.String(), c.says)
			assert.Empty(t, stdout.String())
			if c.code == 1 {
				assert.Equal(t, 1, strings.Count(stderr.String(), "\n"), "one line: %s", stderr.String())
			}
		})
	}
}

func TestItServesAnExportedGame(t *testing.T) {
	folder := t.TempDir()
	require.Equal(t, 2, run(t.Context(), []string{"-web", folder}, strings.NewReader(""), io.Discard, io.Discard), "without a page")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "index.html"), []byte("the game"), 0o644))

	command := launch(t, "-addr", "127.0.0.1:0", "-quiet", "-web", folder)
	address, _ := strings.CutPrefix(strings.TrimSpace(command.line), "devserver: listening on ws://")
	for path, want := range map[string]int{"/": http.StatusOK, "/other.js": http.StatusNotFound, "/socket/websocket": http.StatusBadRequest} {
		answer, err := http.Get("http://" + strings.TrimSuffix(address, "/socket") + path)
		require.NoError(t, err)
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		assert.Equal(t, want, answer.StatusCode, path)
		if path == "/" {
			assert.Equal(t, "the game", string(body))
			assert.Equal(t, "text/html; charset=utf-8", answer.Header.Get("Content-Type"))
		}
	}
}
