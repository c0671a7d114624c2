//go:build unix

// Package suspend stops whole processes that play a game, as a debugger, a phone or a closed lid
// does, and lets them go on.
package suspend

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
)

// In the environment of the process that is suspended: where to connect, and whether with quick
// times rather than the defaults.
const (
	gameEndpoint = "SUSPENDED_GAME_ENDPOINT"
	gameQuick    = "SUSPENDED_GAME_QUICK"
)

// askSent is the line that asks the game how many messages it has sent.
const askSent = "how many messages?"

// quick are times to suspend a game with in seconds.
var quick = core.Config{HeartbeatInterval: 500 * time.Millisecond, HeartbeatTimeout: time.Second, Timeout: 1200 * time.Millisecond}

func TestMain(m *testing.M) {
	flag.Parse()
	if endpoint := os.Getenv(gameEndpoint); endpoint != "" {
		var config core.Config
		if os.Getenv(gameQuick) == "true" {
			config = quick
		}
		if err := play(endpoint, config); err != nil {
			fmt.Fprintln(os.Stderr, "the game:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// play is the process that is suspended: it joins a topic, pushes each line of stdin, and prints
// each event as a line on stdout.
func play(endpoint string, config core.Config) error {
	s, err := core.NewSocket(endpoint, config)
	if err != nil {
		return err
	}
	s.OnOpen(func(core.OpenEvent) { fmt.Println("open") })
	s.OnClose(func(e core.CloseEvent) { fmt.Println("close", e.Code, e.Reason) })
	c, err := s.Channel("room:suspended", nil)
	if err != nil {
		return err
	}
	c.OnJoin(func(r core.Reply) { fmt.Println("joined", r.Status) })
	if err := s.Connect(); err != nil {
		return err
	}
	if _, err := c.Join(); err != nil {
		return err
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if lines.Text() == askSent {
			fmt.Println("sent", s.Statistics().MessagesOut)
			continue
		}
		push, err := c.Push("echo", map[string]string{"line": lines.Text()})
		if err != nil {
			return err
		}
		push.OnComplete(func(r core.Reply) { fmt.Println("reply", r.Status, string(r.Response.JSON())) })
	}
	return s.Close()
}

// game is a process that plays.
type game struct {
	t       *testing.T
	process *os.Process
	stdin   io.Writer
	lines   chan string
}

// start starts a game that has joined when this returns. It ends with the test.
func start(t *testing.T, endpoint string, quickly bool) *game {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), gameEndpoint+"="+endpoint, fmt.Sprintf("%s=%t", gameQuick, quickly))
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	require.NoError(t, err)
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	g := &game{t: t, process: command.Process, stdin: stdin, lines: make(chan string, 1000)}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			g.lines <- lines.Text()
		}
	}()
	t.Cleanup(func() {
		g.signal(syscall.SIGCONT)
		_ = stdin.Close() // tells the game to end
		<-read
		require.NoError(t, command.Wait())
	})
	g.expect("open")
	g.expect("joined ok")
	return g
}

func (g *game) signal(s syscall.Signal) {
	g.t.Helper()
	require.NoError(g.t, g.process.Signal(s))
}

// suspend stops the process for a while.
func (g *game) suspend(duration time.Duration) {
	g.t.Helper()
	g.signal(syscall.SIGSTOP)
	time.Sleep(duration)
	g.signal(syscall.SIGCONT)
}

// push lets the game push a line.
func (g *game) push(line string) {
	g.t.Helper()
	_, err := fmt.Fprintln(g.stdin, line)
	require.NoError(g.t, err)
}

// sent asks the game how many messages it has sent.
func (g *game) sent() (messages int) {
	g.t.Helper()
	g.push(askSent)
	select {
	case line := <-g.lines:
		_, err := fmt.Sscanf(line, "sent %d", &messages)
		require.NoError(g.t, err, line)
	case <-time.After(patience):
		require.FailNow(g.t, "the game does not answer")
	}
	return messages
}

// expectReply waits for the reply to a push as the game's next line.
func (g *game) expectReply(line string) {
	g.t.Helper()
	g.expect(fmt.Sprintf(`reply ok {"line":%q}`, line))
}

// expect waits for the game's next line, which has to begin like this.
func (g *game) expect(beginning string) {
	g.t.Helper()
	select {
	case line := <-g.lines:
		require.True(g.t, strings.HasPrefix(line, beginning), "expected %q, the game tells %q", beginning, line)
	case <-time.After(patience):
		require.FailNow(g.t, "the game tells nothing", "expected %q", beginning)
	}
}
