// Package tap is the game's side of the "Phoenix" tab in the editor's debugger. It records the
// activity of sockets in a ring, and sends it in batches while an editor watches. It does not
// depend on the engine, whose debugger it reaches through a [Host].
//
// The editor sends the first message. It grants credits, one per batch, and more of them after it
// has processed some batches. An editor that hangs therefore costs the game only the ring.
// The data of each message is an Array in the binary Variant form:
//
//	watch     protocol, credits                       starts watching, or starts it again
//	more      credits
//	unwatch                                           the ring keeps recording
//	do        number, verb, target, arguments         a command, for the host
//
//	hello     a Dictionary: protocol, version, platform, has_lines, presets
//	batch     an Array of columns, see batch.go
//	state     an Array of Dictionaries, one per socket, when it has changed
//	did       number, error                           the answer to a command; empty on success
package tap
