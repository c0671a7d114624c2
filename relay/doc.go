// Package relay is the client side of multiplayer over a channel. A [Client] has a seat in a room
// of a relay. It exchanges an engine's multiplayer packets with the room's other peers, and keeps
// its seat through lost connections without losing or duplicating a reliable packet.
// server/README.md describes the protocol.
//
// # Packets and records
//
// Both directions use one packed form, in little endian:
//
//	peer int32 | kind uint8 | mode uint8 | channel uint16 | size uint32 | size bytes of data
//
// [Client.Send] accepts packets: kind 0, the transfer mode (0 unreliable, 1 unreliable ordered, 2
// reliable), and as peer the engine's target: an id, 0 for all peers, -id for all but one.
// [Handlers.Deliver] receives records, whose kinds are the Kind constants: packets, with the
// sender's id as peer, and events, in the order in which they happened.
//
// # Threads
//
// All methods may be called from any goroutine, but not from within Deliver.
package relay
