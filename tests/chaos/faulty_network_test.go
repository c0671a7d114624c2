package chaos_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/server/devserver"
)

var (
	runTime = flag.Duration("chaos", 10*time.Second, "how long the network fails")
	seed    = flag.Uint64("seed", 0, "of what is random; 0 takes one")
)

const (
	rooms       = 4
	players     = 8 // of whom the last two are over long poll
	faultsEvery = 100 * time.Millisecond
)

func room(i int) string { return fmt.Sprintf("room:chaos-%d", i) }

// trial is a server, a network in front of it, and players who play over that.
type trial struct {
	server  *devserver.Server
	network *network
	players []*player
	match   *match
	ledger  *ledger
	random  *rand.Rand
	news    [rooms]int
}

func newTrial(t *testing.T, seed uint64) *trial {
	a := &trial{ledger: newLedger(), random: rand.New(rand.NewPCG(seed, 0))}
	a.server = devserver.New(devserver.Options{LongPollWindow: 500 * time.Millisecond})
	require.NoError(t, a.server.Start("127.0.0.1:0"))
	a.network = newNetwork(t, a.server.Addr().String())
	for i := range players {
		transport := core.WebSocket
		if i >= players-2 {
			transport = core.LongPoll
		}
		user := fmt.Sprintf("user-%d", i/2) // two are one user, with two metas
		random := rand.New(rand.NewPCG(seed, uint64(i+1)))
		a.players = append(a.players, newPlayer(t, a.network.url(), fmt.Sprintf("player-%d", i), user, transport, a.ledger, random))
	}
	a.match = newMatch(t, a.network.url(), seed, a.ledger)
	return a
}

// close ends everything.
func (a *trial) close() {
	a.ledger.end()
	for _, p := range a.players {
		_ = p.socket.Close()
	}
	for _, p := range a.players {
		<-p.socket.Ended()
	}
	a.match.close()
	a.network.close()
	a.server.Close()
}

func TestFaultyNetwork(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("seed %d, %v", *seed, *runTime)
	newNetwork(t, "").close() // the runtime opens files of its own for the first listener, and keeps them
	before := resourcesNow()
	a := newTrial(t, *seed)
	closed := false
	defer func() {
		if !closed {
			a.close()
		}
	}()
	await(t, a.allJoined, "before any fault: %v", shown(a.missing))
	await(t, a.match.isFull, "a match that is not complete before any fault")
	calm := resourcesNow()

	a.suffer(*runTime)
	healed := time.Now()
	await(t, a.ledger.settled, "pushes that did not complete: %v", a.ledger)
	a.checkPresences(t) // over every connection, also those that had not noticed yet that they are dead
	await(t, a.allJoined, "channels that did not come back: %v", shown(a.missing))
	await(t, func() bool { return len(a.match.missing()) == 0 }, "in the match: %v", shown(a.match.missing))
	require.True(t, a.match.isFull())
	t.Logf("everything as it was %v after the last fault", time.Since(healed).Round(time.Millisecond))
	a.checkStatistics(t)
	a.match.checkSeatsAreGivenBack(t)
	await(t, func() bool { return resourcesNow().goroutines <= calm.goroutines+slack },
		"%v before the faults, %v after: %v", calm, shown(resourcesNow), shown(stacks))

	a.close()
	closed = true
	require.True(t, a.ledger.settled(), "%v", a.ledger)
	await(t, func() bool { return resourcesNow().within(before) },
		"%v before, %v after: %v", before, shown(resourcesNow), shown(stacks))
	a.report(t)
	require.Empty(t, a.ledger.problems)
	wanted := min(1000, int(*runTime/faultsEvery)/2)
	require.GreaterOrEqual(t, a.network.total(), wanted, "faults injected")
}

// slack is what HTTP keeps of goroutines for connections that it may use again.
const slack = 4 * players

// suffer lets the players play, the server tell news, and the network fail, for a time.
func (a *trial) suffer(d time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	var busy sync.WaitGroup
	for _, p := range a.players {
		busy.Go(func() { p.play(ctx) })
	}
	for _, p := range a.match.peers {
		busy.Go(func() { p.play(ctx) })
	}
	busy.Go(func() { a.tellNews(ctx) })
	every(ctx, func() time.Duration { return between(a.random, faultsEvery/2, faultsEvery*3/2) }, a.fail)
	busy.Wait()
	a.network.calm()
}

// every calls do after each interval until the context ends.
func every(ctx context.Context, interval func() time.Duration, do func()) {
	for {
		select {
		case <-time.After(interval()):
			do()
		case <-ctx.Done():
			return
		}
	}
}

// fail injects one fault.
func (a *trial) fail() {
	l := a.network.pick(a.random)
	if l == nil {
		return
	}
	if name := faults[a.random.IntN(len(faults))](a.network, l, a.random); name != "" {
		a.network.count(name)
	}
}

// tellNews has the server broadcast numbers to each room, in order.
func (a *trial) tellNews(ctx context.Context) {
	every(ctx, func() time.Duration { return 20 * time.Millisecond }, func() {
		for i := range a.news {
			a.news[i]++
			if err := a.server.Broadcast(room(i), "news", fmt.Sprintf(`{"n":%d}`, a.news[i])); err != nil {
				a.ledger.problem("broadcast: %v", err)
			}
		}
	})
}

func (a *trial) allJoined() bool { return len(a.missing()) == 0 }

// missing names the seats that are not joined.
func (a *trial) missing() (names []string) {
	for _, p := range a.players {
		for _, s := range p.seats {
			if state := s.channel.State(); state != core.ChannelJoined {
				names = append(names, fmt.Sprintf("%s in %s: %v", p.name, s.channel.Topic(), state))
			}
		}
	}
	return names
}

func (a *trial) checkPresences(t *testing.T) {
	for _, p := range a.players {
		for _, s := range p.seats {
			await(t, func() bool { return len(s.presence.Keys()) == players/2 && s.presencesAgree(t.Context()) },
				"%s in %s has %v", p.name, s.channel.Topic(), shown(s.presence.JSON))
		}
	}
}

func (a *trial) checkStatistics(t *testing.T) {
	for _, p := range a.players {
		await(t, func() bool {
			n := p.socket.Statistics()
			return n.BufferedPushes+n.BufferedBytes+n.PendingPushes+n.QueuedEvents+n.QueuedBytes == 0
		}, "%s: %+v", p.name, shown(p.socket.Statistics))
		require.Zero(t, p.socket.Statistics().MalformedMessages, p.name)
		require.Len(t, p.socket.Channels(), rooms, p.name)
	}
}

func (a *trial) report(t *testing.T) {
	var in, out, connects int
	for _, p := range a.players {
		n := p.socket.Statistics()
		in, out, connects = in+n.MessagesIn, out+n.MessagesOut, connects+n.Connects
	}
	t.Logf("%d faults: %s", a.network.total(), tally(a.network.injected))
	t.Logf("%d connections, %d messages in, %d out", connects, in, out)
	t.Log(a.match)
	t.Log(a.ledger)
}
