// Package wire is the format of the relay's frames, which server/README.md describes byte by byte, and the state of one stream of them.
// The client and the embedded server share it. It does no input or output, and reads no clock.
//
// ReadUp and ReadDown take entries apart, and AppendPacket and its neighbours write them. A Link numbers the sections of
// both directions, acknowledges frames, keeps reliable sections until the other side has them, and drops unreliable entries on a slow link.
package wire
