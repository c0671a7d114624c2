package gdext

import (
	"crypto/rand"
	"encoding/json/jsontext"
	"fmt"
	"math"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/relay"
)

// Options of PhoenixMultiplayerPeer.create.

const (
	optionRole        = "role"
	optionShape       = "shape"
	optionInfo        = "info"
	optionMaxPeers    = "max_peers"
	optionListed      = "listed"
	optionSeatTimeout = "seat_timeout"
	optionMaxBuffered = "max_buffered_bytes"
)

var peerOptionNames = []string{optionRole, optionShape, optionInfo, optionMaxPeers, optionListed, optionSeatTimeout, optionMaxBuffered}

// peerOptions reads the options of create.
func peerOptions(given engine.Dictionary) (relay.Options, error) {
	var options relay.Options
	if err := checkOptions(given, peerOptionNames); err != nil {
		return options, err
	}
	err := given.Each(func(key, value engine.Variant) error {
		err := readPeerOption(&options, key.Text(), value)
		if err != nil {
			return fmt.Errorf("%w: the option %q %w", core.ErrInvalidConfig, key.Text(), err)
		}
		return nil
	})
	return options, err
}

func readPeerOption(options *relay.Options, name string, value engine.Variant) error {
	var number int64
	var err error
	switch name {
	case optionRole:
		number, err = wholeNumber(value, 0, int64(relay.RoleClient), "ROLE_AUTO, ROLE_HOST or ROLE_CLIENT")
		options.Role = relay.Role(number)
	case optionShape:
		number, err = wholeNumber(value, 0, int64(relay.ShapeMesh), "SHAPE_HOST or SHAPE_MESH")
		options.Shape = relay.Shape(number)
	case optionMaxPeers:
		number, err = wholeNumber(value, 0, relay.MaxPeers, "")
		options.MaxPeers = int(number)
	case optionSeatTimeout:
		number, err = wholeNumber(value, relay.MinSeatTime.Milliseconds(), relay.MaxSeatTime.Milliseconds(), "")
		options.SeatTime = time.Duration(number) * time.Millisecond
	case optionMaxBuffered:
		number, err = wholeNumber(value, 1, math.MaxInt32, "")
		options.MaxBufferedBytes = int(number)
	case optionListed:
		options.Listed, err = truth(value)
	case optionInfo:
		options.Info, err = infoJSON(value)
	}
	return err
}

// maxPacket is the largest packet until the relay has sent its own limit.
const maxPacket = 4 << 20

// wholeNumber reads an integer. choices lists the valid values by name, if they have names.
func wholeNumber(value engine.Variant, least, most int64, choices string) (number int64, err error) {
	wanted := choices
	if wanted == "" {
		wanted = fmt.Sprintf("an integer from %d to %d", least, most)
	}
	err = value.Bytes(func(b []byte) error {
		n, _, isNumber := variant.Number(b)
		switch {
		case !isNumber:
			return fmt.Errorf("must be %s; this is %s", wanted, variant.Type(value.Type()).WithArticle())
		case n != math.Trunc(n) || n < float64(least) || n > float64(most):
			return fmt.Errorf("must be %s; this is %s", wanted, numberText(n))
		}
		number = int64(n)
		return nil
	})
	return number, err
}

func truth(value engine.Variant) (bool, error) {
	if value.Type() != engine.TypeBool {
		return false, fmt.Errorf("must be true or false; this is %s", variant.Type(value.Type()).WithArticle())
	}
	kept := value.Keep()
	defer kept.Release()
	return kept.IsTrue(), nil
}

// infoJSON reads the info that other peers see of this peer.
func infoJSON(value engine.Variant) (jsontext.Value, error) {
	if value.Type() != engine.TypeDictionary {
		return nil, fmt.Errorf("must be a Dictionary; this is %s", variant.Type(value.Type()).WithArticle())
	}
	kept := value.Keep()
	defer kept.Release()
	text, err := jsonOf(kept)
	if err != nil {
		return nil, fmt.Errorf("cannot be sent: %w", err)
	}
	if len(text) > relay.MaxInfo {
		return nil, fmt.Errorf("has %d bytes of JSON; the relay's limit is %d", len(text), relay.MaxInfo)
	}
	return text, nil
}

// defaultCodeLength is the default length of a room's code, which allows about a billion codes.
const defaultCodeLength = 6

// codeLetters contains letters and digits that are not confused with each other when read aloud or
// typed.
const codeLetters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"

// maxCodeLength is the maximum length of the code in a topic.
const maxCodeLength = 64

// makeCode returns a random code for a new room.
func makeCode(length int64) string {
	if length < 1 || length > maxCodeLength {
		mistake("PhoenixMultiplayerPeer.make_code", "", fmt.Errorf("the length must be from 1 to %d; this is %d", maxCodeLength, length))
		return ""
	}
	code := make([]byte, 0, length)
	const evenly = 256 - 256%len(codeLetters) // above this some letters would be more likely
	for random := make([]byte, 1); len(code) < int(length); {
		if _, _ = rand.Read(random); int(random[0]) < evenly { // rand.Read never fails
			code = append(code, codeLetters[int(random[0])%len(codeLetters)])
		}
	}
	return string(code)
}
