package devserver

import (
	"errors"
	"strings"
	"sync"
	"time"

	"phoenixchannels/server/devserver/relayroom"
	"phoenixchannels/server/devserver/term"
)

var (
	errTooManyRooms = errors.New("too many rooms")
	errNotAllowed   = errors.New("not allowed")
)

// RelayLimits are what relay:* allows. Zero stands for the default.
type RelayLimits struct {
	MaxRooms         int           // 1,000
	MaxPeers         int           // in a room, at most 250; 64
	MaxPacketBytes   int           // 4 MiB
	PacketsPerSecond int           // from one peer; 20,000
	BytesPerSecond   int           // from one peer; 4 MiB
	MaxBufferedBytes int           // that wait for one peer; 8 MiB
	MinSeatTime      time.Duration // that a room can ask for; 1 s
	MaxSeatTime      time.Duration // 2 min
}

func (l RelayLimits) withDefaults() RelayLimits {
	orDefault(&l.MaxRooms, 1000)
	orDefault(&l.MaxPeers, 64)
	orDefault(&l.MaxPacketBytes, 4<<20)
	orDefault(&l.PacketsPerSecond, 20_000)
	orDefault(&l.BytesPerSecond, 4<<20)
	orDefault(&l.MaxBufferedBytes, 8<<20)
	orDefault(&l.MinSeatTime, time.Second)
	orDefault(&l.MaxSeatTime, 2*time.Minute)
	l.MaxPeers = min(l.MaxPeers, relayroom.MaxPeers)
	return l
}

func orDefault[T comparable](value *T, standard T) {
	var zero T
	if *value == zero {
		*value = standard
	}
}

func (l RelayLimits) ofRoom() relayroom.Limits {
	return relayroom.Limits{
		MaxPeers: l.MaxPeers, MaxPacket: l.MaxPacketBytes,
		PacketsPerSecond: l.PacketsPerSecond, BytesPerSecond: l.BytesPerSecond, MaxBuffered: l.MaxBufferedBytes,
		MinSeatTime: l.MinSeatTime, MaxSeatTime: l.MaxSeatTime,
	}
}

// relays are the rooms of relay:*.
type relays struct {
	limits   RelayLimits
	presence *presence
	begin    time.Time // of the rooms' clock

	mu    sync.Mutex
	rooms map[term.Term]*relayRoom // by topic
}

func newRelays(limits RelayLimits, p *presence) *relays {
	return &relays{limits: limits, presence: p, begin: time.Now(), rooms: map[term.Term]*relayRoom{}}
}

func (s *relays) now() time.Duration { return time.Since(s.begin) }

// dedicatedPrefix begins the topics of rooms whose hosts need a token.
const dedicatedPrefix = "relay:dedicated-"

// join finds or makes the seat for a peer with this request.
func (s *relays) join(topic term.Term, name string, request relayroom.Request, hostToken term.Term, peer *relay) (
	*relayRoom, *relayroom.Seat, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if room := s.rooms[topic]; room != nil {
		seat, ended, err := room.join(request, peer)
		if ended {
			delete(s.rooms, topic)
		}
		if !errors.Is(err, relayroom.ErrNoRoom) { // else it has ended
			return room, seat, err
		}
	}
	switch token, _ := hostToken.Text(); {
	case request.Resume:
		return nil, nil, relayroom.ErrSeatGone
	case request.Role == relayroom.RoleClient:
		return nil, nil, relayroom.ErrNoRoom
	case request.Got != 0:
		return nil, nil, relayroom.ErrInvalid
	case strings.HasPrefix(name, dedicatedPrefix) && token == "":
		return nil, nil, errNotAllowed
	case len(s.rooms) >= s.limits.MaxRooms:
		return nil, nil, errTooManyRooms
	}
	room, seat := openRelayRoom(s, topic, name, request, peer)
	s.rooms[topic] = room
	return room, seat, nil
}

// remove forgets a room that has ended.
func (s *relays) remove(room *relayRoom) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rooms[room.topic] == room {
		delete(s.rooms, room.topic)
	}
}

// crash ends a room as if its process had died, and reports whether there was one.
func (s *relays) crash(topic term.Term) bool {
	s.mu.Lock()
	room := s.rooms[topic]
	delete(s.rooms, topic)
	s.mu.Unlock()
	if room != nil {
		room.abandon()
	}
	return room != nil
}

// close ends all rooms, whose seats would wait for their peers.
func (s *relays) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, room := range s.rooms {
		room.abandon()
	}
	clear(s.rooms)
}
