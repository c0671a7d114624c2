package devserver

import (
	"errors"
	"math"
	"time"

	"phoenixchannels/server/devserver/relayroom"
	"phoenixchannels/server/devserver/term"
)

const (
	relayVersion  = 1
	relayTokenLen = 32   // hexadecimal digits
	maxRelayInfo  = 2048 // bytes of JSON
)

var errRelayVersion = errors.New("unsupported version")

// relayRequest reads the member peer of a join's params.
func relayRequest(params term.Document) (request relayroom.Request, err error) {
	value, _ := params.Get("peer")
	if !value.IsObject() {
		return request, errInvalid
	}
	peer := value.Fields()
	version, err := requiredInt(peer, "version")
	if err != nil {
		return request, err
	}
	if version != relayVersion {
		return request, errRelayVersion
	}
	text := func(key string) string {
		value, _ := peer.Get(key)
		text, isText := value.Text()
		if !isText {
			err = errInvalid
		}
		return text
	}
	number := func(key string, limit int64) int64 {
		n, wrong := requiredInt(peer, key)
		if wrong != nil || n < 0 || n > limit {
			err = errInvalid
		}
		return n
	}
	flag := func(key string) bool {
		value, _ := peer.Get(key)
		if value != term.Bool(true) && value != term.Bool(false) {
			err = errInvalid
		}
		return value == term.Bool(true)
	}
	info, _ := peer.Get("info")
	request = relayroom.Request{
		Token: text("token"), Resume: flag("resume"), Got: uint32(number("got", math.MaxUint32)),
		Role: relayroom.Role(text("role")), Shape: relayroom.Shape(text("shape")), Info: string(info),
		MaxPeers: int(number("max_peers", math.MaxInt32)), Listed: flag("listed"),
		SeatTime: time.Duration(number("seat_ms", math.MaxInt32)) * time.Millisecond,
	}
	if err != nil || !isRelayToken(request.Token) || !isRole(request.Role) || !isShape(request.Shape) ||
		!info.IsObject() || len(info) > maxRelayInfo {
		return relayroom.Request{}, errInvalid
	}
	return request, nil
}

func isRelayToken(token string) bool {
	for _, c := range token {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return len(token) == relayTokenLen
}

func isRole(r relayroom.Role) bool {
	return r == relayroom.RoleAuto || r == relayroom.RoleHost || r == relayroom.RoleClient
}

func isShape(s relayroom.Shape) bool { return s == relayroom.ShapeHost || s == relayroom.ShapeMesh }
