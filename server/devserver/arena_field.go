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

// arenas are the fields that have players, and those that had some a while ago.
type arenas struct {
	pubsub *pubsub

	mu     sync.Mutex
	fields map[term.Term]*field // by topic
	empty  []*field             // in the order of becoming so
}

func newArenas(p *pubsub) *arenas { return &arenas{pubsub: p, fields: map[term.Term]*field{}} }

// enter makes a player on the field of a topic, and returns it and the score that its user has.
func (a *arenas) enter(topic term.Term, user string) (*field, *player, int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	a.forget(now)
	f := a.fields[topic]
	if f == nil {
		f = newField(topic, a.pubsub)
		a.fields[topic] = f
	}
	p, points, err := f.enter(user, now)
	a.empty = slices.DeleteFunc(a.empty, func(other *field) bool { return other == f })
	return f, p, points, err
}

// leave removes a player. A field without any stays while it has scores to remember.
func (a *arenas) leave(f *field, p *player) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	if f.leave(p, now) {
		f.emptied = now
		a.empty = append(a.empty, f)
	}
	a.forget(now)
}

// forget removes the fields that nobody will come back to. It need not be called at a certain time.
func (a *arenas) forget(now time.Time) {
	a.empty = slices.DeleteFunc(a.empty, func(f *field) bool {
		over := len(f.scores) == 0 || now.Sub(f.emptied) > scoreMemory
		if over {
			delete(a.fields, f.topic)
		}
		return over
	})
}

// field is what the players of one arena share.
type field struct {
	topic   term.Term
	pubsub  *pubsub
	emptied time.Time // when the last player left; guarded by arenas.mu

	mu         sync.Mutex
	players    map[uint32]*player
	scores     scores
	lastPlayer uint32 // the number given last
	lastShot   uint32

	moved   []*player   // since the last tick, in the order of their first move
	ticking bool        // ticker is set
	ticker  *time.Timer // runs only while players move
}

// player is one of them.
type player struct {
	id       uint32
	user     string
	left     bool
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
	f := &field{topic: topic, pubsub: p, players: map[uint32]*player{}, scores: scores{}}
	f.ticker = time.AfterFunc(time.Hour, f.tick)
	f.ticker.Stop()
	return f
}

func (f *field) enter(user string, now time.Time) (p *player, points int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.players) >= maxPlayers {
		return nil, 0, errFull
	}
	f.lastPlayer = nextNumber(f.lastPlayer)
	for f.players[f.lastPlayer] != nil {
		f.lastPlayer = nextNumber(f.lastPlayer)
	}
	p = &player{id: f.lastPlayer, user: user}
	f.players[p.id] = p
	return p, f.scores.enter(user, now), nil
}

// nextNumber counts from 1 to 4294967295, and then from 1 again.
func nextNumber(last uint32) uint32 { return max(last+1, 1) }

// leave removes a player and reports whether it was the last.
func (f *field) leave(p *player, now time.Time) (last bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p.left = true
	delete(f.players, p.id)
	f.scores.leave(p.user, now)
	return len(f.players) == 0
}

// move notes where a player is, for the next tick.
func (f *field) move(p *player, to position) {
	f.mu.Lock()
	defer f.mu.Unlock()
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
		if !p.left {
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
func (f *field) fire(p *player) (uint32, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if now.Sub(p.fired) < fireCooldown {
		return 0, errTooSoon
	}
	p.fired = now
	p.forgetShots(now)
	f.lastShot = nextNumber(f.lastShot)
	p.shots = append(p.shots, shot{f.lastShot, now})
	return f.lastShot, nil
}

// hit uses up a shot of a player that met another, and returns the score that it makes.
func (f *field) hit(p *player, number, target int64) (points int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p.forgetShots(time.Now())
	i := slices.IndexFunc(p.shots, func(s shot) bool { return int64(s.number) == number })
	if i < 0 {
		return 0, errNoShot
	}
	if target < 1 || target > math.MaxUint32 || uint32(target) == p.id || f.players[uint32(target)] == nil {
		return 0, errNoPlayer
	}
	p.shots = slices.Delete(p.shots, i, i+1)
	return f.scores.add(p.user), nil
}

// forgetShots removes those that are too old to hit.
func (p *player) forgetShots(now time.Time) {
	p.shots = slices.DeleteFunc(p.shots, func(s shot) bool { return now.Sub(s.at) > shotLifetime })
}
