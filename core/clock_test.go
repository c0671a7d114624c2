package core

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// When the clock is set, by a person or from the network, it may cost a heartbeat but changes
// nothing else.
func TestWallClockThatJumpsChangesNothing(t *testing.T) {
	for name, jump := range map[string]time.Duration{
		"an hour ahead": time.Hour, "an hour back": -time.Hour,
		"to 1970": -30 * 365 * 24 * time.Hour, "to 2100": 100 * 365 * 24 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s := p.socket(nil)
				var ahead atomic.Int64
				s.watch.interval = watchInterval
				s.watch.wall = func() time.Time { return time.Now().Round(0).Add(time.Duration(ahead.Load())) }
				require.NoError(t, s.Connect())
				peer := p.accept()
				c := peer.join(s, "t")
				push, err := c.PushTimeout("e", nil, 20*time.Second)
				require.NoError(t, err)
				peer.expect("t", "e")
				began, beat := time.Now(), time.Now()
				ahead.Store(int64(jump))

				if jump > 0 { // looks like a sleep
					peer.reply(peer.expect("phoenix", "heartbeat"), "ok", "{}")
					require.LessOrEqual(t, time.Since(began), watchInterval)
					beat = time.Now()
				}
				<-push.Done()
				require.Equal(t, 20*time.Second, time.Since(began), "the push's timeout")
				for range 3 {
					peer.reply(peer.expect("phoenix", "heartbeat"), "ok", "{}")
					require.Equal(t, 30*time.Second, time.Since(beat), "the heartbeat's interval")
					beat = time.Now()
				}
				require.Equal(t, SocketOpen, s.State())
				require.Equal(t, 1, p.attempts())
			})
		})
	}
}

// Times with a monotonic reading are compared by it, so the wall clock only matters for times
// without one: for the signs of a sleep (wake.go), and for a server's Retry-After with a date.
func TestWallClockIsReadInOnePlace(t *testing.T) {
	wall := regexp.MustCompile(`\.(Round|Truncate|UTC|Local|In|Unix\w*|Format|AppendFormat)\(|time\.(Date|Unix\w*|Parse)\(`)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var found []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		if regexp.MustCompile(`\btime\.`).Match(source) {
			for _, use := range wall.FindAllString(string(source), -1) {
				found = append(found, file+" "+use)
			}
		}
	}
	require.Equal(t, []string{"transport_js.go time.UnixMilli(", "transport_native.go time.Parse(", "wake.go .Round("}, found)
}
