package chaos_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
)

const (
	crowdSockets  = 200
	crowdChannels = 20 // of each socket
	downTime      = 3 * time.Second
)

// crowd is many sockets with the default delays, each with many channels.
type crowd struct {
	sockets []*core.Socket
	ledger  *ledger

	mu     sync.Mutex
	opened []time.Time
	closes map[int]int   // by code
	delay  time.Duration // the longest that a socket was to wait for its next attempt
}

func newCrowd(t *testing.T, url string) *crowd {
	c := &crowd{ledger: newLedger(), closes: map[int]int{}}
	for i := range crowdSockets {
		socket, err := core.NewSocket(url, core.Config{
			Params: map[string]string{"user_id": fmt.Sprint("user-", i)}, Timeout: patience,
		})
		require.NoError(t, err)
		t.Cleanup(func() {
			require.NoError(t, socket.Close())
			<-socket.Ended()
		})
		socket.OnOpen(func(core.OpenEvent) { c.note(func() { c.opened = append(c.opened, time.Now()) }) })
		socket.OnClose(func(e core.CloseEvent) {
			if !e.WasRequested {
				c.note(func() {
					c.closes[e.Code]++
					c.delay = max(c.delay, e.RetryIn)
				})
			}
		})
		for n := range crowdChannels {
			channel, err := socket.Channel(fmt.Sprintf("room:crowd-%d-%d", i, n), map[string]bool{"presence": false})
			require.NoError(t, err)
			push, err := channel.Join()
			c.ledger.watch(push, err, nil)
		}
		require.NoError(t, socket.Connect())
		c.sockets = append(c.sockets, socket)
	}
	await(t, c.arrived, "the crowd does not get in")
	c.note(func() { c.opened = nil })
	return c
}

func (c *crowd) note(what func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	what()
}

// joined reports whether all channels are, on as many open connections.
func (c *crowd) joined() bool {
	for _, socket := range c.sockets {
		if socket.State() != core.SocketOpen {
			return false
		}
		for _, channel := range socket.Channels() {
			if channel.State() != core.ChannelJoined {
				return false
			}
		}
	}
	return true
}

// arrived reports whether all are joined, and each socket has told that it opened.
func (c *crowd) arrived() bool {
	return len(c.returns(time.Time{})) >= crowdSockets && c.joined()
}

// gone reports whether no socket has a connection.
func (c *crowd) gone() bool {
	return !slices.ContainsFunc(c.sockets, func(s *core.Socket) bool { return s.State() == core.SocketOpen })
}

// push pushes once over a channel of each socket, and wants all answered with ok.
func (c *crowd) push(event string) {
	for i, socket := range c.sockets {
		channel := socket.Channels()[i%crowdChannels]
		push, err := channel.Push(event, map[string]int{"id": i})
		c.ledger.watch(push, err, func(r core.Reply) error {
			if r.Status != core.StatusOK || string(r.Response.JSON()) != fmt.Sprintf(`{"id":%d}`, i) {
				return fmt.Errorf("%s %v for %d", r.Status, r.Response, i)
			}
			return nil
		})
	}
}

// returns gives when each socket came back, sorted.
func (c *crowd) returns(since time.Time) []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	var after []time.Duration
	for _, at := range c.opened {
		after = append(after, at.Sub(since))
	}
	slices.Sort(after)
	return after
}

func TestServerThatIsKilledAndRestarted(t *testing.T) {
	program := buildServer(t)
	server := startServer(t, program, "127.0.0.1:0")
	c := newCrowd(t, "ws://"+server.address+"/socket")
	killed := time.Now()
	server.kill()
	await(t, c.gone, "sockets that do not notice")
	c.push("echo") // meanwhile: goes out after the rejoin
	time.Sleep(time.Until(killed.Add(downTime)))
	startServer(t, program, server.address)
	restarted := time.Now()
	await(t, c.arrived, "the crowd does not come back")
	back := time.Since(restarted)
	returns := c.returns(restarted)
	t.Logf("%d sockets with %d channels each, all back %v after the restart, the server was down for %v; sockets by time:\n%s",
		crowdSockets, crowdChannels, back.Round(time.Millisecond), restarted.Sub(killed).Round(time.Millisecond), histogram(returns))
	require.Len(t, returns, crowdSockets, "each socket connects once")
	promise := longestStep(restarted.Sub(killed))
	c.note(func() { require.LessOrEqual(t, c.delay, promise, "the longest delay") })
	require.Less(t, returns[len(returns)-1], promise+handshakes, "the last socket")
	// Without jitter all would have come within the time that handshakes take.
	spread := returns[crowdSockets*9/10] - returns[crowdSockets/10]
	t.Logf("80 %% of them came within %v", spread.Round(time.Millisecond))
	require.Greater(t, spread, 600*time.Millisecond, "the returns are spread")
	await(t, func() bool { return c.completed(core.StatusOK) == crowdSockets*(crowdChannels+1) }, "pushes made meanwhile: %v", c.ledger)
	require.Empty(t, c.ledger.problems)
}

// handshakes is what as many sockets may take to connect on a busy machine, beside the delays.
const handshakes = patience

// longestStep is how long the delay of a reconnect may be that is under way when a server was away
// for as long, with the default settings: the promise of the backoff.
func longestStep(away time.Duration) time.Duration {
	steps := []time.Duration{10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000} // ms
	for waited := time.Duration(0); len(steps) > 1; steps = steps[1:] {
		if waited += steps[0] * time.Millisecond * 3 / 4; waited > away {
			break
		}
	}
	return steps[0] * time.Millisecond * 5 / 4
}

func TestRollingDeploy(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // has no SIGTERM
	}
	program := buildServer(t)
	leaving, coming := startServer(t, program, "127.0.0.1:0"), startServer(t, program, "127.0.0.1:0")
	balancer := newNetwork(t, leaving.address)
	t.Cleanup(balancer.close)
	c := newCrowd(t, balancer.url())
	balancer.retarget(coming.address)
	asked := time.Now()
	require.NoError(t, leaving.command.Process.Signal(syscall.SIGTERM))
	require.NoError(t, leaving.command.Wait(), "it drains and exits with 0")
	await(t, func() bool { return c.closed(1012) == crowdSockets }, "sockets that were not told to reconnect")
	c.push("echo") // goes out after the rejoin, if it did not come first
	await(t, c.arrived, "the crowd does not move")
	returns := c.returns(asked)
	t.Logf("%d sockets with %d channels each, all moved %v after the signal; sockets by time:\n%s",
		crowdSockets, crowdChannels, time.Since(asked).Round(time.Millisecond), histogram(returns))
	require.Len(t, returns, crowdSockets, "each socket connects once")
	require.Equal(t, crowdSockets, c.closed(0), "no connection ended but by the drain")
	await(t, func() bool { return c.completed(core.StatusOK) == crowdSockets*(crowdChannels+1) }, "pushes made meanwhile: %v", c.ledger)
	require.Empty(t, c.ledger.problems)
}

// closed is how many connections and attempts ended with a code, or with any when it is 0.
func (c *crowd) closed(code int) (count int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for each, n := range c.closes {
		if code == 0 || code == each {
			count += n
		}
	}
	return count
}

// completed is how many pushes had this outcome.
func (c *crowd) completed(status string) int {
	c.ledger.mu.Lock()
	defer c.ledger.mu.Unlock()
	return c.ledger.outcomes[status]
}

// histogram draws sorted times in up to 20 rows.
func histogram(times []time.Duration) string {
	const rows, width = 20, 60
	first, last := times[0], times[len(times)-1]
	step := max((last-first)/rows+1, time.Millisecond)
	counts, most := make([]int, rows), 0
	for _, at := range times {
		row := int((at - first) / step)
		counts[row]++
		most = max(most, counts[row])
	}
	var text strings.Builder
	for row, count := range counts {
		from := first + time.Duration(row)*step
		bar := strings.Repeat("#", int(math.Ceil(float64(count*width)/float64(max(most, width)))))
		fmt.Fprintf(&text, "%6d ms %4d %s\n", from.Milliseconds(), count, bar)
	}
	return text.String()
}
