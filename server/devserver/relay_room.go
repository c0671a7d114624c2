package devserver

import (
	"strings"
	"sync"
	"time"

	"phoenixchannels/server/devserver/relayroom"
	"phoenixchannels/server/devserver/term"
)

// relayRoom is a room with a lock, a clock, and its place in the list of rooms.
type relayRoom struct {
	relays  *relays
	topic   term.Term
	listing relayListing

	mu    sync.Mutex
	room  *relayroom.Room
	over  bool
	timer *time.Timer
	ticks time.Duration // when timer fires
}

func openRelayRoom(s *relays, topic term.Term, name string, request relayroom.Request, peer *relay) (*relayRoom, *relayroom.Seat) {
	now := s.now()
	room, seat := relayroom.Open(request, peer, s.limits.ofRoom(), now)
	_, code, _ := strings.Cut(name, ":")
	r := &relayRoom{relays: s, topic: topic, listing: relayListing{presence: s.presence, code: code}, room: room}
	r.ticks = now + time.Hour
	r.timer = time.AfterFunc(time.Hour, r.tick)
	r.act(func(time.Duration) {})
	return r, seat
}

// act does something in the room, unless that is over, and all that follows from it. It reports
// whether this was the end of the room, which the caller then removes.
func (r *relayRoom) act(do func(now time.Duration)) (ended bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return false
	}
	now := r.relays.now()
	do(now)
	next := r.room.Flush(now)
	if r.over = r.room.Closed(); r.over {
		r.stop()
		return true
	}
	next = min(next, r.listing.show(r.room, now))
	if next < r.ticks {
		r.ticks = next
		r.timer.Reset(next - now)
	}
	return false
}

// do is act for callers that do not hold the lock of the rooms.
func (r *relayRoom) do(what func(now time.Duration)) {
	if r.act(what) {
		r.relays.remove(r)
	}
}

func (r *relayRoom) stop() {
	r.timer.Stop()
	r.listing.hide()
}

func (r *relayRoom) tick() {
	r.do(func(now time.Duration) {
		r.ticks = relayroom.Never
		next := r.room.Tick(now)
		if next < r.ticks {
			r.ticks = next
			r.timer.Reset(next - now)
		}
	})
}

// join finds or makes a seat; the error is ErrNoRoom if the room is over.
func (r *relayRoom) join(request relayroom.Request, peer *relay) (seat *relayroom.Seat, ended bool, err error) {
	err = relayroom.ErrNoRoom
	ended = r.act(func(now time.Duration) { seat, err = r.room.Join(request, peer, now) })
	return seat, ended, err
}

func (r *relayRoom) attach(peer *relay) {
	isWelcome := false
	r.do(func(now time.Duration) {
		var welcome relayroom.Welcome
		if welcome, isWelcome = r.room.Attach(peer.seat, peer, now); isWelcome {
			peer.welcome(welcome, r.room.Limits())
		}
	})
	if !isWelcome { // it has lost its seat meanwhile
		peer.End("")
	}
}

func (r *relayRoom) receive(peer *relay, frame []byte) {
	r.do(func(now time.Duration) { r.room.Receive(peer.seat, peer, frame, now) })
}

func (r *relayRoom) detach(peer *relay) {
	r.do(func(now time.Duration) { r.room.Detach(peer.seat, peer, now) })
}

func (r *relayRoom) leave(peer *relay) {
	r.do(func(time.Duration) { r.room.Leave(peer.seat, peer) })
}

// abandon ends the room without telling anybody.
func (r *relayRoom) abandon() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.over {
		r.over = true
		r.stop()
	}
}
