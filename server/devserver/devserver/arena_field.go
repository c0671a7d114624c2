package devserver

import (
	"errors"
	"math"
	"slices"
	"sync"
	"time"

	"phoenixchannels/server/devserver/term"
)

// What server/README.md says of an arena.
const (
	fieldWidth   = 1600 // units
	fieldHeight  = 900
	maxPlayers   = 64
	arenaTick    = 50 * time.Millisecond
	fireCooldown = 250 * time.Millisecond
	shotLifetime = 3 * time.Second
)

var (
	errFull     = errors.New("full")
	errTooSoon  = errors.New("too soon")
	errNoShot   = errors.New("no such shot")
	errNoPlayer = errors.New("no such player")
)

// arenas are the fields that have players.
type arenas struct {
	pubsub *pubsub

	mu     sync.Mutex
	fields map[term.Term]*field // by topic
}

func newArenas(p *pubsub) *arenas { return &arenas{pubsub: p, fields: map[term.Term]*field{}} }

// enter makes a player on the field of a topic.
func (a *arenas) enter(topic term.Term) (*field, uint32, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f := a.fields[topic]
	if f == nil {
		f = newField(topic, a.pubsub)
		a.fields[topic] = f
	}
	id, err := f.enter()
	return f, id, err
}

// leave removes a player, and its field when it was the last.
func (a *arenas) leave(f *field, id uint32) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f.leave(id) == 0 {
		delete(a.fields, f.topic)
	}
}

// field is what the players of one arena share.
type field struct {
	topic  term.Term
	pubsub *pubsub

	mu         sync.Mutex
	players    map[uint32]*player
	lastPlayer uint32 // the number given last
	lastShot   uint32

	moved   []*player   // since the last tick, in the order of their first move
	ticking bool        // ticker is set
	ticker  *time.Timer // runs only while players move
}

// player is one of them.
type player struct {
	id       uint32
	moved    bool // is in field.moved
	position position
	shots    []shot // that can still hit, oldest first
	fired    time.Time
}

type shot struct {
	number uint32
	at     time.Time
}

func newField(topic term.Term, p *pubsub) *field {
	f := &field{topic: topic, pubsub: p, players: map[uint32]*player{}}
	f.ticker = time.AfterFunc(time.Hour, f.tick)
	f.ticker.Stop()
	return f
}

func (f *field) enter() (uint32, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.players) >= maxPlayers {
		return 0, errFull
	}
	f.lastPlayer = nextNumber(f.lastPlayer)
	for f.players[f.lastPlayer] != nil {
		f.lastPlayer = nextNumber(f.lastPlayer)
	}
	f.players[f.lastPlayer] = &player{id: f.lastPlayer}
	return f.lastPlayer, nil
}

// nextNumber counts from 1 to 4294967295, and then from 1 again.
func nextNumber(last uint32) uint32 { return max(last+1, 1) }

// leave removes a player and returns how many are left.
func (f *field) leave(id uint32) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.players, id)
	if len(f.players) == 0 {
		f.ticker.Stop()
	}
	return len(f.players)
}

// move notes where a player is, for the next tick.
func (f *field) move(id uint32, to position) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.players[id]
	p.position = to
	if !p.moved {
		p.moved = true
		f.moved = append(f.moved, p)
	}
	if !f.ticking {
		f.ticking = true
		f.ticker.Reset(arenaTick)
	}
}

// tick broadcasts where those are who moved. The first tick without any is the last one, until
// somebody moves again.
func (f *field) tick() {
	f.mu.Lock()
	positions := make([]byte, 0, len(f.moved)*(4+posBytes))
	for _, p := range f.moved {
		p.moved = false
		if f.players[p.id] == p {
			positions = p.position.appendTo(positions, p.id)
		}
	}
	clear(f.moved)
	f.moved = f.moved[:0]
	f.ticking = len(positions) > 0
	if f.ticking {
		f.ticker.Reset(arenaTick)
	}
	f.mu.Unlock()
	if len(positions) > 0 {
		if err := f.pubsub.broadcast(f.topic, "positions", binaryPayload(positions)); err != nil {
			panic(err) // all players' serializers carry binary
		}
	}
}

// fire makes a shot of a player and returns its number.
func (f *field) fire(id uint32) (uint32, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p, now := f.players[id], time.Now()
	if now.Sub(p.fired) < fireCooldown {
		return 0, errTooSoon
	}
	p.fired = now
	p.forgetShots(now)
	f.lastShot = nextNumber(f.lastShot)
	p.shots = append(p.shots, shot{f.lastShot, now})
	return f.lastShot, nil
}

// hit uses up a shot of a player that met another.
func (f *field) hit(id uint32, number, target int) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.players[id]
	p.forgetShots(time.Now())
	i := slices.IndexFunc(p.shots, func(s shot) bool { return int(s.number) == number })
	if i < 0 {
		return errNoShot
	}
	if target < 1 || target > math.MaxUint32 || uint32(target) == id || f.players[uint32(target)] == nil {
		return errNoPlayer
	}
	p.shots = slices.Delete(p.shots, i, i+1)
	return nil
}

// forgetShots removes those that are too old to hit.
func (p *player) forgetShots(now time.Time) {
	p.shots = slices.DeleteFunc(p.shots, func(s shot) bool { return now.Sub(s.at) > shotLifetime })
}
