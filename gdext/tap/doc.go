// Package tap is the game's side of the tab "Phoenix" in the editor's debugger: it keeps what sockets do in a ring, and sends it in batches
// while an editor watches. It knows nothing of the engine, whose debugger a [Host] reaches.
//
// The editor speaks first. It grants credits, one for a batch, and more of them once it has handled some: one that stands still costs the game
// the ring and nothing else. All data are in the binary Variant form, an Array each:
//
//	watch     protocol, credits                       begins, or begins anew
//	more      credits
//	unwatch                                           the ring goes on collecting
//	do        number, verb, target, arguments         a command, for the host
//
//	hello     a Dictionary: protocol, version and what the host adds
//	batch     an Array of columns, see batch.go
//	state     an Array of Dictionaries, one for each socket, when it has changed
//	did       number, error                           the answer to a command; an empty error is a success
package tap
