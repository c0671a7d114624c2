package worker_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/web/protocol"
)

// copyOf copies a built file into a folder, unless it is to be missing.
func copyOf(t *testing.T, folder, file string) string {
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	at := filepath.Join(folder, filepath.Base(file))
	require.NoError(t, os.WriteFile(at, data, 0o600))
	return at
}

// engineError waits for the record that worker.js makes.
func (n *node) engineError() string {
	n.t.Helper()
	select {
	case batch := <-n.batches:
		failing := n.t
		n.t = quiet{failing}
		n.take(batch)
		n.t = failing
		require.Len(n.t, n.told, 1)
		require.Equal(n.t, protocol.EngineError, n.told[0].kind)
		return n.told[0].values[0].(string)
	case <-time.After(patience):
		require.FailNow(n.t, "no record came")
		return ""
	}
}

// quiet takes an engine error for what is wanted.
type quiet struct{ testing.TB }

func (quiet) Errorf(string, ...any) {}

func TestAMissingFileIsOneError(t *testing.T) {
	built, err := build()
	require.NoError(t, err)
	n := startNodeWith(t, copyOf(t, t.TempDir(), built))
	text := n.engineError()
	assert.Contains(t, text, "phoenix_channels.wasm cannot be loaded; upload phoenix_channels.wasm and phoenix_channels.worker.js to where the page's .html is")
	assert.Contains(t, text, "(the server answered 404)")
}

func TestAnotherFileInItsPlaceIsOneError(t *testing.T) {
	built, err := build()
	require.NoError(t, err)
	folder := t.TempDir()
	script := copyOf(t, folder, built)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "phoenix_channels.wasm"), []byte("<html>"), 0o600))
	n := startNodeWith(t, script, "WASM_TYPE=text/html")
	assert.Contains(t, n.engineError(), "(the server answered with something else, of the type text/html)")
}

func TestAWrongTypeIsOneWarning(t *testing.T) {
	n := startNodeWith(t, "", "WASM_TYPE=application/octet-stream")
	n.next(protocol.Started, 0)
	assert.Equal(t, 1, strings.Count(n.stderr.String(), "it loads faster as application/wasm"))
}

func TestTheBrowsersNetworkCounts(t *testing.T) {
	server := serve(t)
	n := startNodeWith(t, "")
	socket := n.makeSocket(server.URL(), settings{"reconnect_after": []int64{60_000}})
	n.command(protocol.Connect, socket)
	n.next(protocol.Open, socket)
	server.DropConnections()
	n.next(protocol.Closed, socket) // and the next attempt is in a minute
	fmt.Fprintln(n.stdin, "!online")
	n.next(protocol.Open, socket)
	server.DropConnections()
	n.next(protocol.Closed, socket)
	n.command(protocol.Page, "online")
	n.next(protocol.Open, socket)
}

func TestSeveralCommandsInOneMessageAreHandledInOrder(t *testing.T) {
	n := startNodeWith(t, "")
	channel := n.joined(n.openSocket(serve(t).URL(), nil), "room:burst")
	var commands []string
	first := n.lastID + 1
	for i := range 3 {
		n.sent++
		command := encode(int(protocol.Push), channel, n.id(), "echo", -1, object(fmt.Sprintf(`{"n":%d}`, i)))
		commands = append(commands, base64.StdEncoding.EncodeToString(command))
	}
	fmt.Fprintln(n.stdin, strings.Join(commands, ","))
	for i := range 3 {
		r := n.next(protocol.Completed, first+int64(i))
		assert.Equal(t, []any{"ok", map[string]any{"n": float64(i)}}, r.values)
	}
}

func TestEightMegabytesBothWays(t *testing.T) {
	server := serve(t)
	onEach(t, func(t *testing.T, p *page) {
		channel := p.joined(p.openSocket(server.URL(), nil), "room:large")
		text := strings.Repeat("0123456789abcdef", 500_000-8)
		status, response := p.ask(channel, "echo", object(`{"data":"`+text+`"}`))
		assert.Equal(t, "ok", status)
		assert.True(t, response.(map[string]any)["data"] == text)
	})
}

// TestAFloodOfHalfAMinute is 5,000 messages a second for 30 s, or for 3 in the usual run.
func TestAFloodOfHalfAMinute(t *testing.T) {
	seconds := 3
	if *long {
		seconds = 30
	}
	server := serve(t)
	n := startNodeWith(t, "")
	socket := n.openSocket(server.URL(), nil)
	channel := n.joined(socket, "room:flood")
	const tick = 20 * time.Millisecond
	perTick := 5000 * int(tick) / int(time.Second)
	total := seconds * 5000
	go func() {
		ticker := time.NewTicker(tick)
		defer ticker.Stop()
		for i := 0; i < total; {
			<-ticker.C
			for range perTick {
				_ = server.Broadcast("room:flood", "tick", fmt.Sprintf(`{"n":%d,"x":1.5,"y":-2.25,"name":"ada","hp":100,"alive":true,"tags":["a","b"],"vx":0.5,"vy":0.25,"team":"red"}`, i))
				i++
			}
		}
	}()
	begin := time.Now()
	for i := range total {
		r := n.next(protocol.Event, channel)
		require.Equal(t, float64(i), r.values[3].(map[string]any)["n"])
	}
	took := time.Since(begin)
	const most = 20 << 20
	memory := n.memory()
	t.Logf("%d messages in %v, %d bytes of memory", total, took.Round(time.Millisecond), memory)
	assert.Less(t, memory, most)
	assert.Less(t, took, time.Duration(seconds)*time.Second+15*time.Second) // other tests run meanwhile
}

// memory is the size of the program's memory, which never shrinks.
func (n *node) memory() (bytes int) {
	fmt.Fprintln(n.stdin, "?")
	require.Eventually(n.t, func() bool {
		_, text, found := strings.Cut(n.stderr.String(), "memory ")
		count, _ := fmt.Sscan(text, &bytes)
		return found && count == 1
	}, patience, 10*time.Millisecond)
	return bytes
}
