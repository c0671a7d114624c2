package core

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	walkLength = flag.Int("walk-length", 4, "how long the orders are that are all walked")
	walkCount  = flag.Int("walks", 300, "how many random walks")
	walkSeed   = flag.Uint64("walk-seed", 0, "seed of the random walks; 0 takes a new one")
)

// walk is a channel's path through its states, with a server that may do anything at any time. It
// records the server's actions, so that the channel's expected state is known after each step.
type walk struct {
	t       *testing.T
	path    []string // the steps so far, for failure messages
	peer    *peer
	socket  *Socket
	channel *Channel

	conn      *peerConn // nil between connections
	join      wire      // the latest on this connection; zero if there was none
	unsettled []wire    // joins and leaves that the server has not answered
	waiting   []wire    // pushes that the server has not answered
	joined    bool      // the server replied ok to the latest join and did not end it
	gaveUp    string    // join_ref of the join that the client left after its timeout
	crashed   bool      // the server sent phx_error for the latest join
	closed    bool      // the server sent phx_close for the latest join
	left      bool      // the game left
	ended     int       // how often the channel was closed and the game joined it again

	broadcasts int   // sent
	expected   []int // broadcasts sent while the channel was joined
	received   recorder[int]
	closes     recorder[Payload] // of OnClose
	pushes     []*walkedPush
}

type walkedPush struct {
	event       string
	completions recorder[string] // statuses
}

const walkTopic = "room:1"

// walkSteps are the possible next steps. A step that is not applicable at the moment does nothing.
var walkSteps = map[string]func(*walk){
	"reply ok":          func(w *walk) { w.settleAll(StatusOK) },
	"reply error":       func(w *walk) { w.settleAll(StatusError) },
	"reply twice":       func(w *walk) { w.answerJoinAgain() },
	"reply to a push":   func(w *walk) { w.answerPush() },
	"close":             func(w *walk) { w.end(eventClose, w.join.JoinRef) },
	"error":             func(w *walk) { w.end(eventError, w.join.JoinRef) },
	"close of all":      func(w *walk) { w.end(eventClose, "") },
	"error of all":      func(w *walk) { w.end(eventError, "") },
	"outdated close":    func(w *walk) { w.send(`["0","0","room:1","phx_close",{}]`) },
	"outdated error":    func(w *walk) { w.send(`["0","0","room:1","phx_error",{}]`) },
	"outdated ok":       func(w *walk) { w.send(`["0","0","room:1","phx_reply",{"status":"ok","response":{}}]`) },
	"ok to nobody":      func(w *walk) { w.send(`[null,null,"room:1","phx_reply",{"status":"ok","response":{}}]`) },
	"join of its own":   func(w *walk) { w.send(`["7000","7000","room:1","phx_join",{}]`) },
	"leave of its own":  func(w *walk) { w.send(`[null,null,"room:1","phx_leave",{}]`) },
	"broadcast":         func(w *walk) { w.broadcast() },
	"malformed":         func(w *walk) { w.send(`["1","1","room:1","phx_reply",{"status":5}`) },
	"drop":              func(w *walk) { w.drop() },
	"restart":           func(w *walk) { w.goAway(1012) },
	"say goodbye":       func(w *walk) { w.goAway(1000) },
	"a moment":          func(*walk) { time.Sleep(1100 * time.Millisecond) },
	"longer than asked": func(*walk) { time.Sleep(11 * time.Second) },
	"push":              func(w *walk) { w.watch(w.channel.Push("event", nil)) },
	"leave":             func(w *walk) { w.leave() },
	"join":              func(w *walk) { w.joinAgain() },
	"disconnect":        func(w *walk) { require.NoError(w.t, w.socket.Disconnect(0, "")) },
	"connect":           func(w *walk) { require.NoError(w.t, w.socket.Connect()) },
	"offline":           func(w *walk) { w.socket.SetOnline(false) },
	"online":            func(w *walk) { w.socket.SetOnline(true) },
}

func newWalk(t *testing.T, p *peer) *walk {
	w := &walk{t: t, peer: p, socket: p.socket(nil)}
	channel, err := w.socket.Channel(walkTopic, nil)
	require.NoError(t, err)
	w.channel = channel
	channel.OnClose(w.closes.add)
	channel.On("broadcast", func(m *Message) {
		n, err := strconv.Atoi(string(m.Payload.JSON()))
		require.NoError(t, err)
		w.received.add(n)
	})
	w.watch(channel.Join())
	require.NoError(t, w.socket.Connect())
	w.readAll()
	return w
}

func (w *walk) watch(p *Push, err error) {
	if err != nil {
		return
	}
	watched := &walkedPush{event: p.Event()}
	w.pushes = append(w.pushes, watched)
	p.OnComplete(func(r Reply) { watched.completions.add(r.Status) })
}

func (w *walk) step(name string) {
	w.path = append(w.path, name)
	walkSteps[name](w)
	w.readAll()
	w.check()
}

// readAll reads all messages of the client, and answers heartbeats.
func (w *walk) readAll() {
	for {
		synctest.Wait()
		if w.conn == nil {
			select {
			case w.conn = <-w.peer.conns:
			default:
				return
			}
		}
		select {
		case f := <-w.conn.frames:
			w.handleFrame(f)
			continue
		default:
		}
		select {
		case <-w.conn.closed:
			w.conn, w.join, w.unsettled, w.waiting, w.joined = nil, wire{}, nil, nil, false
			continue
		default:
		}
		return
	}
}

func (w *walk) handleFrame(f peerFrame) {
	var m Message
	require.NoError(w.t, serializerV2{}.decode(frame{data: f.data}, &m), string(f.data))
	message := wire{m.JoinRef, m.Ref, m.Topic, m.Event, ""}
	switch m.Event {
	case eventHeartbeat:
		w.reply(message, StatusOK)
	case eventJoin:
		w.join, w.joined, w.crashed, w.unsettled = message, false, false, []wire{message}
	case eventLeave:
		w.joined = false
		if !w.left {
			w.gaveUp = m.JoinRef
		}
		w.unsettled = slices.DeleteFunc(w.unsettled, func(m wire) bool { return m.Event == eventJoin })
		w.unsettled = append(w.unsettled, message)
	default:
		require.True(w.t, w.joined && m.JoinRef == w.join.JoinRef, "%q: pushed without a join: %s", w.path, f.data)
		w.waiting = append(w.waiting, message)
	}
}

// send writes to a connection that may just have ended.
func (w *walk) send(text string) {
	if w.conn != nil {
		w.conn.send(text)
	}
}

func (w *walk) reply(m wire, status string) {
	w.send(fmt.Sprintf(`[%s,%s,%s,"phx_reply",{"status":%q,"response":{}}]`, quoted(m.JoinRef), quoted(m.Ref), quoted(m.Topic), status))
}

func (w *walk) settleAll(status string) {
	for _, m := range w.unsettled {
		w.joined = w.joined || m.Event == eventJoin && status == StatusOK && !w.crashed && !w.closed
		w.reply(m, status)
	}
	w.unsettled = nil
}

func (w *walk) answerJoinAgain() {
	if w.join.Ref != "" && len(w.unsettled) == 0 {
		w.reply(w.join, StatusOK)
	}
}

func (w *walk) answerPush() {
	if len(w.waiting) > 0 {
		w.reply(w.waiting[0], StatusOK)
		w.waiting = w.waiting[1:]
	}
}

// end sends phx_close or phx_error for the latest join, or for any channel with the topic.
func (w *walk) end(event, joinRef string) {
	if w.conn == nil || w.join.Ref == "" {
		return
	}
	w.joined = false
	if joinRef == "" || joinRef != w.gaveUp { // the end of a join that was given up does not affect the channel
		w.closed = w.closed || event == eventClose
		w.crashed = w.crashed || event == eventError
	}
	w.send(fmt.Sprintf(`[%s,null,"room:1",%q,{}]`, quoted(joinRef), event))
}

func (w *walk) broadcast() {
	if w.conn == nil {
		return
	}
	w.broadcasts++
	if w.channel.State() == ChannelJoined {
		w.expected = append(w.expected, w.broadcasts)
	}
	w.send(fmt.Sprintf(`[null,null,"room:1","broadcast",%d]`, w.broadcasts))
}

func (w *walk) drop() {
	if w.conn != nil {
		w.conn.drop()
	}
}

func (w *walk) goAway(code int) {
	if w.conn != nil {
		w.conn.close(code)
	}
}

func (w *walk) leave() {
	w.left, w.joined = true, false
	w.watch(w.channel.Leave())
}

func (w *walk) joinAgain() {
	if w.left || w.closed {
		w.left, w.closed, w.joined = false, false, false
		w.ended++
	}
	w.watch(w.channel.Join())
}

// check checks that the channel's state follows from the server's actions.
func (w *walk) check() {
	state := w.channel.State()
	allowed := []ChannelState{ChannelJoining, ChannelErrored}
	switch {
	case w.closed:
		allowed = []ChannelState{ChannelClosed}
	case w.left:
		allowed = []ChannelState{ChannelLeaving, ChannelClosed}
	case w.joined:
		allowed = []ChannelState{ChannelJoined}
	}
	require.Contains(w.t, allowed, state, "%q: %v", w.path, state)
	closes := w.ended
	if state == ChannelClosed {
		closes++
	}
	require.Len(w.t, w.closes.all(), closes, "%q: how often OnClose was called", w.path)
	received := w.received.all()
	require.True(w.t, slices.IsSorted(received), "%q: %v", w.path, received)
	require.Len(w.t, slices.Compact(slices.Clone(received)), len(received), "%q: twice: %v", w.path, received)
	for _, n := range w.expected {
		require.Contains(w.t, received, n, "%q: a broadcast is missing", w.path)
	}
	for _, p := range w.pushes {
		completions := p.completions.all()
		require.LessOrEqual(w.t, len(completions), 1, "%q: %s completed with %q", w.path, p.event, completions)
	}
}

// recover makes the server behave correctly. The channel then joins again, unless it is closed.
func (w *walk) recover() {
	w.path = append(w.path, "a good server")
	w.socket.SetOnline(true)
	require.NoError(w.t, w.socket.Connect())
	over := w.left || w.closed
	for range 16 { // longer than any rejoin delay
		w.readAll()
		w.settleAll(StatusOK)
		for len(w.waiting) > 0 {
			w.answerPush()
		}
		w.readAll()
		if state := w.channel.State(); state == ChannelJoined || over && state == ChannelClosed {
			break
		}
		time.Sleep(time.Second)
	}
	w.check()
	if over {
		require.Equal(w.t, ChannelClosed, w.channel.State(), "%q", w.path)
		return
	}
	require.Equal(w.t, ChannelJoined, w.channel.State(), "%q", w.path)
	push, err := w.channel.Push("last", nil)
	require.NoError(w.t, err)
	w.watch(push, nil)
	w.readAll()
	for len(w.waiting) > 0 {
		w.answerPush()
	}
	w.readAll()
	reply, _ := push.Reply()
	require.Equal(w.t, StatusOK, reply.Status, "%q", w.path)
}

// finish closes the socket. Nothing remains then, and every push has completed.
func (w *walk) finish() {
	closeSocket(w.t, w.socket)
	w.readAll()
	for _, p := range w.pushes {
		completions := p.completions.all()
		require.Len(w.t, completions, 1, "%q: %s completed with %q", w.path, p.event, completions)
	}
	n := w.socket.Statistics()
	require.Zero(w.t, n.PendingPushes+n.BufferedPushes+n.BufferedBytes+n.QueuedEvents+n.QueuedBytes, "%q: %+v", w.path, n)
	require.Len(w.t, w.closes.all(), 1+w.ended, "%q", w.path)
}

func walkAll(t *testing.T, paths [][]string) {
	const walksAPeer = 200
	for part := range slices.Chunk(paths, walksAPeer) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			for _, path := range part {
				w := newWalk(t, p)
				for _, step := range path {
					w.step(step)
				}
				w.recover()
				w.finish()
			}
		})
	}
}

// TestEveryOrderOfWhatAServerDoesInEveryState takes a channel in each of its states through every
// order of the actions that end states, including the server's silence.
func TestEveryOrderOfWhatAServerDoesInEveryState(t *testing.T) {
	steps := []string{"reply ok", "reply error", "close", "error", "drop", "longer than asked"}
	orders := [][]string{{}}
	for range *walkLength {
		var longer [][]string
		for _, order := range orders {
			for _, step := range steps {
				longer = append(longer, append(slices.Clone(order), step))
			}
		}
		orders = longer
	}
	for _, state := range []struct {
		name string
		way  []string
	}{
		{"joining", nil},
		{"joined", []string{"reply ok"}},
		{"leaving", []string{"reply ok", "push", "leave"}},
		{"joining again", []string{"reply ok", "push", "leave", "join"}},
		{"errored by a crash", []string{"reply ok", "push", "error"}},
		{"errored by a refusal", []string{"push", "reply error"}},
		{"errored by the connection", []string{"reply ok", "drop"}},
	} {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			var paths [][]string
			for _, order := range orders {
				paths = append(paths, append(slices.Clone(state.way), order...))
			}
			walkAll(t, paths)
		})
	}
}

// TestRandomWalks takes channels through long random orders of all steps, with a seed that it logs.
func TestRandomWalks(t *testing.T) {
	seed := *walkSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-walk-seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	names := make([]string, 0, len(walkSteps))
	for name := range walkSteps {
		names = append(names, name)
	}
	slices.Sort(names)
	paths := make([][]string, *walkCount)
	for i := range paths {
		last := random.IntN(8) > 0 // otherwise it may end at any time
		for len(paths[i]) < 40 {
			name := names[random.IntN(len(names))]
			if last && (strings.HasPrefix(name, "close") || name == "leave") && len(paths[i]) < 35 {
				continue
			}
			paths[i] = append(paths[i], name)
		}
	}
	walkAll(t, paths)
}
