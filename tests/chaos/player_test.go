package chaos_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"encoding/json/jsontext"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
)

// player is one client: a socket with a seat in each room, and what it does there.
type player struct {
	name   string
	socket *core.Socket
	seats  []*seat
	binary bool // the transport carries it
	ledger *ledger
	random *rand.Rand
	churns int
}

// seat is a player's place in a room, with the messages received there. Its fields belong to the
// handlers.
type seat struct {
	channel  *core.Channel
	presence *core.Presence
	ledger   *ledger
	joinRef  string // under which the latest news came
	latest   int    // number of the latest news
	follows  bool   // the next news has to have the next number
	shouts   map[uint64]bool
	lostAt   time.Time
}

// impatient settings make faults show within seconds.
func impatient(transport core.Transport, user string) core.Config {
	return core.Config{
		Params:            func(context.Context) (any, error) { return map[string]string{"user_id": user}, nil }, // so that no 403 is final
		Transport:         transport,
		Timeout:           1500 * time.Millisecond,
		HeartbeatInterval: 400 * time.Millisecond,
		HeartbeatTimeout:  800 * time.Millisecond,
		LongPollTimeout:   1500 * time.Millisecond,
		ReconnectAfter:    milliseconds(10, 20, 50, 100, 200),
		RejoinAfter:       milliseconds(20, 50, 100, 200),
	}
}

func milliseconds(steps ...time.Duration) []time.Duration {
	for i := range steps {
		steps[i] *= time.Millisecond
	}
	return steps
}

func newPlayer(t *testing.T, url, name, user string, transport core.Transport, l *ledger, random *rand.Rand) *player {
	socket, err := core.NewSocket(url, impatient(transport, user))
	require.NoError(t, err)
	p := &player{name: name, socket: socket, binary: transport == core.WebSocket, ledger: l, random: random}
	for i := range rooms {
		channel, err := socket.Channel(room(i), map[string]string{"device": name})
		require.NoError(t, err)
		s := &seat{channel: channel, presence: core.NewPresence(channel, core.PresenceEvents{}), ledger: l, shouts: map[uint64]bool{}}
		s.listen()
		p.seats = append(p.seats, s)
		join, err := channel.Join()
		l.watch(join, err, nil)
	}
	require.NoError(t, socket.Connect())
	return p
}

func (s *seat) listen() {
	s.channel.On("news", func(m *core.Message) {
		var news struct {
			N int `json:"n"`
		}
		if err := m.Payload.Decode(&news); err != nil {
			s.ledger.problem("news of %s: %v", m.Topic, err)
			return
		}
		ref := s.channel.JoinRef()
		switch {
		case news.N <= s.latest:
			s.ledger.problem("%s: news %d came after %d", m.Topic, news.N, s.latest)
		case s.follows && ref == s.joinRef && news.N != s.latest+1:
			s.ledger.problem("%s: news %d came after %d, within one join", m.Topic, news.N, s.latest)
		}
		s.latest, s.joinRef, s.follows = news.N, ref, true
	})
	// Broadcasts name no join. When a join was given up as too late and another follows over the
	// same connection, what the server sent under the late one may come after the reply of the
	// other; its presence_state comes before everything that is certainly its own.
	s.channel.On("presence_state", func(*core.Message) { s.follows = false })
	s.channel.OnClose(func(reason core.Payload) { s.ledger.closed(s.channel, reason) })
	s.channel.On("shout", func(m *core.Message) {
		var shout struct {
			ID uint64 `json:"id"`
		}
		if err := m.Payload.Decode(&shout); err != nil {
			s.ledger.problem("a shout in %s: %v", m.Topic, err)
		}
		if s.shouts[shout.ID] {
			s.ledger.problem("%s: shout %d came twice", m.Topic, shout.ID)
		}
		s.shouts[shout.ID] = true
	})
	s.channel.OnError(func(core.Payload) {
		s.follows = false
		if s.lostAt.IsZero() {
			s.lostAt = time.Now()
		}
	})
	s.channel.OnJoin(func(r core.Reply) {
		s.follows = false
		if r.Status == core.StatusOK && !s.lostAt.IsZero() {
			s.ledger.recovered(time.Since(s.lostAt))
			s.lostAt = time.Time{}
		}
	})
}

var lastID atomic.Uint64

// play pushes until the context ends.
func (p *player) play(ctx context.Context) {
	for ctx.Err() == nil {
		p.act()
		select {
		case <-time.After(between(p.random, 5*time.Millisecond, 40*time.Millisecond)):
		case <-ctx.Done():
		}
	}
}

// act does one thing that a game may do.
func (p *player) act() {
	channel := p.seats[p.random.IntN(len(p.seats))].channel
	id := lastID.Add(1)
	switch dice := p.random.IntN(100); {
	case dice < 50:
		p.echo(channel, "echo", core.StatusOK, id, p.random.IntN(200))
	case dice < 60:
		p.echo(channel, "echo_error", core.StatusError, id, 0)
	case dice < 63:
		p.echo(channel, "echo", core.StatusOK, id, 12<<10) // larger than a buffer of the network
	case dice < 73 && p.binary:
		p.echoBinary(channel, id)
	case dice < 78:
		push, err := channel.Push("shout", map[string]uint64{"id": id})
		p.ledger.watch(push, err, func(r core.Reply) error { return fmt.Errorf("a shout has none, this is %s", r.Status) })
	case dice < 84:
		p.delayed(channel, id)
	case dice < 88:
		p.big(channel, 1000+p.random.IntN(40_000))
	case dice < 92:
		p.churn()
	default:
		push, err := p.socket.Ping()
		if err == nil { // a ping needs the connection, which may be away
			p.ledger.watch(push, nil, nil)
		}
	}
}

// echo pushes what the server sends back, with the keys in order.
func (p *player) echo(channel *core.Channel, event, status string, id uint64, padding int) {
	sent := fmt.Sprintf(`{"from":%q,"id":%d,"pad":%q}`, p.name, id, strings.Repeat("é", padding))
	push, err := channel.Push(event, jsontext.Value(sent))
	p.ledger.watch(push, err, func(r core.Reply) error {
		if r.Status != status || string(r.Response.JSON()) != sent {
			return fmt.Errorf("%s %.80s instead of %s %.80s", r.Status, r.Response.JSON(), status, sent)
		}
		return nil
	})
}

func (p *player) echoBinary(channel *core.Channel, id uint64) {
	sent := append(binary.BigEndian.AppendUint64(nil, id), bytes.Repeat([]byte{0xfe}, p.random.IntN(5000))...)
	push, err := channel.Push("binary", sent)
	p.ledger.watch(push, err, func(r core.Reply) error {
		if !bytes.Equal(r.Response.Binary(), sent) {
			return fmt.Errorf("%s %v instead of %d bytes with id %d", r.Status, r.Response, len(sent), id)
		}
		return nil
	})
}

func (p *player) delayed(channel *core.Channel, id uint64) {
	push, err := channel.Push("delay", map[string]uint64{"ms": uint64(p.random.IntN(400)), "id": id})
	p.ledger.watch(push, err, func(r core.Reply) error {
		var got struct {
			ID uint64 `json:"id"`
		}
		if err := r.Response.Decode(&got); err != nil || got.ID != id {
			return fmt.Errorf("id %d instead of %d (%v)", got.ID, id, err)
		}
		return nil
	})
}

func (p *player) big(channel *core.Channel, size int) {
	push, err := channel.Push("big", map[string]int{"size": size})
	p.ledger.watch(push, err, func(r core.Reply) error {
		var got struct {
			Data string `json:"data"`
		}
		if err := r.Response.Decode(&got); err != nil || len(got.Data) != size {
			return fmt.Errorf("%d characters instead of %d (%v)", len(got.Data), size, err)
		}
		return nil
	})
}

// churn joins a topic of its own, pushes and leaves, whatever becomes of them.
func (p *player) churn() {
	p.churns++
	channel, err := p.socket.Channel(fmt.Sprintf("room:churn-%s-%d", p.name, p.churns%4), map[string]bool{"presence": false})
	if err != nil {
		p.ledger.problem("a channel to churn: %v", err)
		return
	}
	push, err := channel.Join()
	p.ledger.watch(push, err, nil)
	p.echo(channel, "echo", core.StatusOK, lastID.Add(1), 1)
	time.Sleep(between(p.random, time.Millisecond, 30*time.Millisecond)) // the player's own pace
	push, err = channel.Leave()
	p.ledger.watch(push, err, nil)
}

// presencesAgree asks the server who is there, and reports whether the seat's presence says the
// same.
func (s *seat) presencesAgree(ctx context.Context) bool {
	push, err := s.channel.Push("who", nil)
	if err != nil {
		return false
	}
	r, err := push.Wait(ctx)
	return err == nil && r.Status == core.StatusOK && samePresences(r.Response.JSON(), s.presence.JSON())
}

// samePresences compares two presence states: keys, and their metas in any order.
func samePresences(a, b []byte) bool {
	type state map[string]struct{ Metas []map[string]any }
	refs := func(text []byte) map[string]string {
		var s state
		if json.Unmarshal(text, &s) != nil {
			return nil
		}
		all := map[string]string{}
		for key, entry := range s {
			for _, meta := range entry.Metas {
				data, _ := json.Marshal(meta) // sorts the keys
				all[fmt.Sprint(key, meta["phx_ref"])] = string(data)
			}
		}
		return all
	}
	left, right := refs(a), refs(b)
	if len(left) == 0 || len(left) != len(right) {
		return false
	}
	for key, meta := range left {
		if right[key] != meta {
			return false
		}
	}
	return true
}
