package relay

import "encoding/binary"

// The parts of SceneMultiplayer's system packets that a client in ShapeHost needs to know: a
// command, and the id of a peer.
const (
	commandMask    = 7
	commandSystem  = 7
	commandAddPeer = 1
	commandDelPeer = 2
	commandRelay   = 3
	relayHead      = 6 // commandSystem, commandRelay, id int32
)

func isSystem(data []byte) bool { return len(data) > 0 && data[0]&commandMask == commandSystem }

// isRelayed reports whether a packet is meant for another peer than the one it is sent to; its
// header names that peer.
func isRelayed(data []byte) bool {
	return len(data) >= relayHead && isSystem(data) && data[1] == commandRelay
}

// appendRelayHead appends the header of a packet that the host's engine would have relayed.
func appendRelayHead(dst []byte, from int32) []byte {
	return binary.LittleEndian.AppendUint32(append(dst, commandSystem, commandRelay), uint32(from))
}

// readMembership reads a packet in which the host's engine reports a peer that it has added or
// removed.
func readMembership(data []byte) (command byte, id int32, ok bool) {
	if len(data) < relayHead || !isSystem(data) || data[1] != commandAddPeer && data[1] != commandDelPeer {
		return 0, 0, false
	}
	return data[1], int32(binary.LittleEndian.Uint32(data[2:])), true
}
