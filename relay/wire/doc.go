// Package wire implements the relay's frame format, which server/README.md describes byte by byte,
// and the state of one stream of frames. The client and the embedded server share it. It does no
// input or output and does not read a clock.
//
// ReadUp and ReadDown decode entries; AppendPacket and the other Append functions encode them. A
// Link numbers the sections of both directions, acknowledges frames, keeps reliable sections until
// the other side has received them, and drops unreliable entries on a slow link.
package wire
