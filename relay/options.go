package relay

import (
	"encoding/json/jsontext"
	"fmt"
	"time"

	"phoenixchannels/internal/jsonscan"
	"phoenixchannels/relay/wire"
)

// Role is the role that a client requests in its room.
type Role int

// The roles.
const (
	RoleAuto   Role = iota // opens the room if there is none, and is its host then
	RoleHost               // opens the room; refused if the room has a host
	RoleClient             // needs an open room
)

func (r Role) String() string { return [...]string{"auto", "host", "client"}[r] }

// Shape is how the peers of a room are connected. The peer that opens the room chooses it.
type Shape int

// The shapes.
const (
	// ShapeHost: the host is peer 1, and the room ends with it.
	ShapeHost Shape = iota
	// ShapeMesh: no peer has id 1, and all peers are connected to each other. When the host leaves,
	// another peer becomes the host.
	ShapeMesh
)

func (s Shape) String() string { return [...]string{"host", "mesh"}[s] }

// Limits of the options.
const (
	MaxPeers    = maxSeats
	MaxInfo     = 2048 // bytes of Options.Info
	MinSeatTime = time.Second
	MaxSeatTime = 2 * time.Minute
)

// Options configure how a client joins a room. The zero value works.
type Options struct {
	Role  Role
	Shape Shape
	Info  jsontext.Value // a JSON object of at most MaxInfo bytes that the other peers see; default {}

	// Only for the peer that opens the room:
	MaxPeers int           // 0: the relay's limit
	Listed   bool          // shown in the list of rooms
	SeatTime time.Duration // how long a seat is kept without a link; default 30 s

	// MaxBufferedBytes limits the reliable packets that the relay has not acknowledged. Beyond it
	// the client ends with "too far behind". Default: the relay's own limit.
	MaxBufferedBytes int
}

// defaultSeatTime is the default of Options.SeatTime.
const defaultSeatTime = 30 * time.Second

// checked returns the options with defaults filled in, or an error that names an invalid option.
func (o Options) checked() (Options, error) {
	if o.Info == nil {
		o.Info = jsontext.Value("{}")
	}
	if o.SeatTime == 0 {
		o.SeatTime = defaultSeatTime
	}
	switch {
	case o.Role < RoleAuto || o.Role > RoleClient:
		return o, fmt.Errorf("relay: role is %d; it must be RoleAuto, RoleHost or RoleClient", int(o.Role))
	case o.Shape < ShapeHost || o.Shape > ShapeMesh:
		return o, fmt.Errorf("relay: shape is %d; it must be ShapeHost or ShapeMesh", int(o.Shape))
	case len(o.Info) > MaxInfo:
		return o, fmt.Errorf("relay: info has %d bytes as JSON, at most %d are allowed", len(o.Info), MaxInfo)
	case o.MaxPeers < 0 || o.MaxPeers > MaxPeers:
		return o, fmt.Errorf("relay: max_peers is %d; it must be from 0 (the relay's limit) to %d", o.MaxPeers, MaxPeers)
	case o.SeatTime < MinSeatTime || o.SeatTime > MaxSeatTime:
		return o, fmt.Errorf("relay: seat_timeout is %v; it must be from %v to %v", o.SeatTime, MinSeatTime, MaxSeatTime)
	case o.MaxBufferedBytes < 0:
		return o, fmt.Errorf("relay: max_buffered_bytes is %d, must not be negative", o.MaxBufferedBytes)
	}
	if _, err := readObject(o.Info, nil); err != nil {
		return o, fmt.Errorf("relay: info must be a JSON object: %w", err)
	}
	return o, nil
}

type scanner = jsonscan.Scanner

const maxDepth = 512 // of JSON

// readObject calls member for each member of a JSON object, with the scanner at its value, which
// member must read. A nil member skips all values. readObject returns the number of members.
func readObject(text []byte, member func(name string, s *scanner)) (count int, err error) {
	s := scanner{Text: text, MaxDepth: maxDepth, Strict: true}
	for s.Begin('{'); s.More('}'); count++ {
		quoted, plain := s.Key()
		if s.Err() != nil {
			break
		}
		name := unquote(quoted, plain)
		if s.Kind(); member != nil {
			before := s.Pos
			if member(name, &s); s.Pos > before {
				continue
			}
		}
		s.Skip()
	}
	s.End()
	return count, s.Err()
}

// unquote returns the text of a scanned JSON string.
func unquote(quoted []byte, plain bool) string {
	if plain {
		return string(quoted[1 : len(quoted)-1])
	}
	text, _ := jsontext.AppendUnquote(nil, quoted) // half a surrogate pair has been rejected
	return string(text)
}

// tokenSize is the number of bytes of a seat's token.
const tokenSize = 16

// appendPeer appends the relay's member of the join params.
func (c *Client) appendPeer(dst []byte) []byte {
	o := &c.options
	return fmt.Appendf(dst, `"peer":{"version":1,"token":"%x","resume":%t,"got":%d,"role":"%v","shape":"%v","info":%s,"max_peers":%d,"listed":%t,"seat_ms":%d}`,
		c.token, c.wasWelcomed, c.link.Got(), o.Role, o.Shape, []byte(o.Info), o.MaxPeers, o.Listed, o.SeatTime.Milliseconds())
}

// welcome is the relay's first message after a join.
type welcome struct {
	seat, host  uint8 // host: noSeat if there is none
	id          int32
	shape       Shape
	got         uint32
	seatTime    time.Duration
	maxPacket   int
	maxBuffered int
	isResumed   bool
	isLocked    bool
}

// noSeat is a number that no seat has.
const noSeat = 255

// readWelcome decodes a welcome.
func readWelcome(text []byte) (w welcome, err error) {
	w.host = noSeat
	number := func(s *scanner, low, high uint64) (n uint64) {
		if k := s.Kind(); k < '0' || k > '9' {
			s.Fail(fmt.Errorf("%s must be a number", s.Part))
			return 0
		}
		digits, isInteger := s.Number()
		for _, d := range digits {
			if n = n*10 + uint64(d-'0'); !isInteger || n > high {
				break
			}
		}
		if s.Err() == nil && (!isInteger || n < low || n > high) {
			s.Fail(fmt.Errorf("%s is %s; it must be from %d to %d", s.Part, digits, low, high))
		}
		return n
	}
	boolean := func(s *scanner) bool {
		k := s.Kind()
		if k != 't' && k != 'f' {
			s.Fail(fmt.Errorf("%s must be true or false", s.Part))
		}
		s.Skip()
		return k == 't'
	}
	const maxSize = 1 << 30
	missing := map[string]bool{"seat": true, "id": true, "shape": true, "got": true, "seat_ms": true, "max_packet": true, "max_buffered": true, "resumed": true}
	_, err = readObject(text, func(name string, s *scanner) {
		s.Part = name
		delete(missing, name)
		switch name {
		case "seat":
			w.seat = uint8(number(s, 0, wire.MaxSeat))
		case "id":
			w.id = int32(number(s, 1, maxID))
		case "host":
			if s.Kind() != 'n' {
				w.host = uint8(number(s, 0, wire.MaxSeat))
			}
		case "shape":
			switch text := string(s.Skip()); text {
			case `"host"`:
				w.shape = ShapeHost
			case `"mesh"`:
				w.shape = ShapeMesh
			default:
				s.Fail(fmt.Errorf("shape is %s; it must be \"host\" or \"mesh\"", text))
			}
		case "got":
			w.got = uint32(number(s, 0, 1<<32-1))
		case "seat_ms":
			w.seatTime = time.Duration(number(s, 0, uint64(time.Hour/time.Millisecond))) * time.Millisecond
		case "max_packet":
			w.maxPacket = int(number(s, 1, maxSize))
		case "max_buffered":
			w.maxBuffered = int(number(s, 1, maxSize))
		case "resumed":
			w.isResumed = boolean(s)
		case "locked":
			w.isLocked = boolean(s)
		}
	})
	for name := range missing {
		if err == nil {
			err = fmt.Errorf("%s is missing", name)
		}
	}
	return w, err
}

// reasonIn returns the reason in the payload of a refusal, an error or a close, or "" if it has
// none.
func reasonIn(text []byte) (reason string) {
	_, err := readObject(text, func(name string, s *scanner) {
		if name == "reason" && s.Kind() == '"' {
			if quoted, plain := s.String(); s.Err() == nil {
				reason = unquote(quoted, plain)
			}
		}
	})
	if err != nil {
		return ""
	}
	return reason
}
