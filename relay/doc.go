// Package relay is the client's side of multiplayer over a channel: a [Client] has a seat in a room of a relay, exchanges the packets of
// an engine's multiplayer peer with the others in it, and keeps the seat through lost connections, without losing or doubling a reliable
// packet. server/README.md describes the protocol.
//
// # Packets and records
//
// Both directions have one form, packed one after another, in little endian:
//
//	peer int32 | kind uint8 | mode uint8 | channel uint16 | size uint32 | size bytes of data
//
// [Client.Send] takes packets: kind 0, the transfer mode (0 unreliable, 1 unreliable ordered, 2 reliable), and as peer the target as the
// engine has it: an id, 0 for all peers, -id for all but one. [Handlers.Deliver] receives records, whose kinds are the Kind constants: packets,
// with the sender's id as peer, and events, in the one order in which they happened.
//
// # Threads
//
// All methods may be called from any goroutine, but not from inside of Deliver.
package relay
