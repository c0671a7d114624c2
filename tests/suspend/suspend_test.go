//go:build unix

package suspend

import (
	"flag"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver"
)

var long = flag.Bool("long", false, "suspend for 90 s, and let client and server have their default times")

// patience is for what should take far less.
const patience = 45 * time.Second

func serve(t *testing.T, options devserver.Options) *devserver.Server {
	t.Helper()
	server := devserver.New(options)
	require.NoError(t, server.Start("127.0.0.1:0"))
	t.Cleanup(server.Close)
	return server
}

// standstill is how long a game is suspended.
func standstill() time.Duration {
	if *long {
		return 90 * time.Second
	}
	return 2 * time.Second
}

// expectReturn expects a game that lost its connection while it was suspended to reconnect
// automatically.
func (g *game) expectReturn(resumed time.Time) {
	g.t.Helper()
	g.expect("open")
	g.expect("joined ok")
	g.t.Logf("suspended for %v, and back after %v", standstill(), time.Since(resumed).Round(time.Millisecond))
	g.push("after")
	g.expectReply("after")
}

func TestServerGaveUpMeanwhile(t *testing.T) {
	t.Parallel()
	options := devserver.Options{IdleTimeout: time.Second}
	if *long {
		options = devserver.Options{}
	}
	g := start(t, serve(t, options).URL(), !*long)
	g.push("before")
	g.expectReply("before")
	g.suspend(standstill())
	resumed := time.Now()
	g.expect("close")
	g.expectReturn(resumed)
}

func TestNetworkForgotTheConnectionMeanwhile(t *testing.T) {
	t.Parallel()
	server := serve(t, devserver.Options{IdleTimeout: time.Hour})
	g := start(t, server.URL(), !*long)
	g.push("before")
	g.expectReply("before")
	g.signal(syscall.SIGSTOP)
	server.MuteHeartbeats(true) // the connection looks as open as before
	time.Sleep(standstill())
	g.signal(syscall.SIGCONT)
	resumed := time.Now()
	g.expect("close 1006 heartbeat timeout")
	server.MuteHeartbeats(false)
	g.expectReturn(resumed)
}

// A game that comes back sends one heartbeat, not all those that it has missed.
func TestNoBurstOfHeartbeatsAfterAStandstill(t *testing.T) {
	t.Parallel()
	g := start(t, serve(t, devserver.Options{IdleTimeout: time.Hour}).URL(), true)
	before := g.sent()
	g.suspend(6 * quick.HeartbeatInterval)
	time.Sleep(quick.HeartbeatInterval / 2)
	require.LessOrEqual(t, g.sent()-before, 3, "one more may be due just before, and just after")
	g.push("after")
	g.expectReply("after")
}

// Messages that arrived while a game was suspended are read before anything is declared late: here
// the answers to pushes and a heartbeat.
func TestAnswersThatCameInMeanwhileAreNotLate(t *testing.T) {
	t.Parallel()
	server := serve(t, devserver.Options{IdleTimeout: time.Hour})
	g := start(t, server.URL(), true)
	for range 3 {
		server.PauseReading(true)
		g.push("first") // may be read, as something is always being read
		g.push("second")
		time.Sleep(quick.HeartbeatInterval + 100*time.Millisecond)
		g.signal(syscall.SIGSTOP)
		server.PauseReading(false)
		time.Sleep(2 * time.Second)
		g.signal(syscall.SIGCONT)
		g.expectReply("first")
		g.expectReply("second")
		g.push("after")
		g.expectReply("after")
	}
}
