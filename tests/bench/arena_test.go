// Package bench_test measures what crosses packages.
package bench_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json/jsontext"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	phoenix "phoenixchannels/core"
	"phoenixchannels/server/devserver"
)

// serverMode makes this program the server of a benchmark, so that its processor time is its own.
const serverMode = "BENCH_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(serverMode) == "" {
		os.Exit(m.Run())
	}
	server := devserver.New(devserver.Options{})
	if err := server.Start("127.0.0.1:0"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(server.URL())
	_, _ = io.Copy(io.Discard, os.Stdin) // until the benchmark has ended, however it did
	server.Close()
}

// process is a server of its own.
type process struct {
	url   string
	cmd   *exec.Cmd
	stdin io.Closer
}

func startProcess(b *testing.B) *process {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), serverMode+"=1")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(b, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, cmd.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(b, err)
	return &process{strings.TrimSpace(line), cmd, stdin}
}

// stop ends the server and returns the processor time that it used.
func (p *process) stop(b *testing.B) time.Duration {
	b.Helper()
	require.NoError(b, p.stdin.Close())
	require.NoError(b, p.cmd.Wait())
	return p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
}

// What a player of the load does, as one of the demo would.
const (
	playTime    = 5 * time.Second
	posEvery    = 50 * time.Millisecond
	posPerShot  = 20
	shotsPerHit = 3
	pushTimeout = time.Second
	observers   = 4 // players who measure; more would measure themselves
)

// BenchmarkArena lets players move, fire and hit in one arena for five seconds. It reports how much
// of a processor the server needs, and how long a position takes from its push to the other
// players, a tick of 50 ms included.
func BenchmarkArena(b *testing.B) {
	for _, players := range []int{2, 50, 64} {
		b.Run(fmt.Sprintf("players=%d", players), func(b *testing.B) {
			for b.Loop() {
				playArena(b, players)
			}
		})
	}
}

func playArena(b *testing.B, count int) {
	server := startProcess(b)
	began := time.Now()
	g := &game{sent: map[uint32]*[1 << 16]time.Time{}}
	for n := range count {
		g.enter(b, server.url, n)
	}
	ctx, cancel := context.WithTimeout(b.Context(), playTime)
	defer cancel()
	var playing sync.WaitGroup
	for _, p := range g.players {
		playing.Go(func() { p.play(ctx, g) })
	}
	playing.Wait()
	for _, p := range g.players {
		require.NoError(b, p.socket.Close())
		<-p.socket.Ended()
	}
	used, took := server.stop(b), time.Since(began)

	g.mu.Lock()
	defer g.mu.Unlock()
	report(b, float64(used)/float64(took), g.latencies)
	b.ReportMetric(float64(g.batches)/float64(min(count, observers))/playTime.Seconds(), "batches/s")
	b.ReportMetric(float64(g.hits)/playTime.Seconds(), "hits/s")
}

// report says which part of a processor the server has used, and how long what was sent took.
func report(b *testing.B, used float64, latencies []time.Duration) {
	b.Helper()
	require.NotEmpty(b, latencies)
	slices.Sort(latencies)
	at := func(part float64) float64 {
		return float64(latencies[int(part*float64(len(latencies)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(100*used, "server-%cpu")
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(0, "ns/op") // the time is fixed
}

// game is what the players have measured.
type game struct {
	players []*player

	mu        sync.Mutex
	sent      map[uint32]*[1 << 16]time.Time // by player and sequence number
	latencies []time.Duration
	batches   int
	hits      int
}

type player struct {
	socket  *phoenix.Socket
	channel *phoenix.Channel
	id      uint32
}

func (g *game) enter(b *testing.B, url string, n int) {
	b.Helper()
	socket, err := phoenix.NewSocket(url, phoenix.Config{Params: map[string]string{"user_id": fmt.Sprintf("player-%d", n)}})
	require.NoError(b, err)
	require.NoError(b, socket.Connect())
	channel, err := socket.Channel("arena:load", nil)
	require.NoError(b, err)
	phoenix.NewPresence(channel, phoenix.PresenceEvents{}) // as every player has one
	if n < observers {
		channel.On("positions", func(m *phoenix.Message) { g.arrived(m.Payload.Binary()) })
	}
	join, err := channel.Join()
	require.NoError(b, err)
	reply, err := join.Wait(b.Context())
	require.NoError(b, err)
	var joined struct {
		ID uint32 `json:"id"`
	}
	require.NoError(b, reply.Response.Decode(&joined))
	require.NotZero(b, joined.ID, reply.Response)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sent[joined.ID] = new([1 << 16]time.Time)
	g.players = append(g.players, &player{socket, channel, joined.ID})
}

// arrived notes how long the positions of a batch took.
func (g *game) arrived(batch []byte) {
	now := time.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.batches++
	for entry := range slices.Chunk(batch, 12) {
		id, sequence := binary.LittleEndian.Uint32(entry), binary.LittleEndian.Uint16(entry[4:])
		g.latencies = append(g.latencies, now.Sub(g.sent[id][sequence]))
	}
}

// play moves until the time is over. Players begin at different moments.
func (p *player) play(ctx context.Context, g *game) {
	time.Sleep(rand.N(posEvery))
	ticker := time.NewTicker(posEvery)
	defer ticker.Stop()
	shots := 0
	for sequence := uint16(0); ; sequence++ {
		pos := binary.LittleEndian.AppendUint16(nil, sequence)
		pos = append(pos, 1, 2, 3, 4, 5, 0)
		g.mu.Lock()
		g.sent[p.id][sequence] = time.Now()
		g.mu.Unlock()
		_, _ = p.channel.PushTimeout("pos", pos, pushTimeout) // what cannot be pushed is missed in the figures
		if sequence%posPerShot == posPerShot-1 {
			shots++
			p.fire(g, shots%shotsPerHit == 0)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// fire fires a shot, which may hit somebody.
func (p *player) fire(g *game, hits bool) {
	push, err := p.channel.Push("fire", jsontext.Value(`{"x":800,"y":450,"heading":64}`))
	if err != nil || !hits {
		return
	}
	push.Receive(phoenix.StatusOK, func(r phoenix.Reply) {
		var fired struct {
			Shot int `json:"shot"`
		}
		if r.Response.Decode(&fired) != nil {
			return
		}
		hit, err := p.channel.Push("hit", jsontext.Value(fmt.Sprintf(`{"shot":%d,"target":%d}`, fired.Shot, 1+p.id%2)))
		if err == nil {
			hit.Receive(phoenix.StatusOK, func(phoenix.Reply) {
				g.mu.Lock()
				defer g.mu.Unlock()
				g.hits++
			})
		}
	})
}
