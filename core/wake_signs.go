//go:build !linux

package core

// systemSigns reports nothing on this system: sockets check for signs at intervals.
var systemSigns signReader

type signReader struct{}

func (*signReader) add(*watch)        {}
func (*signReader) remove(*watch)     {}
func (*signReader) areReported() bool { return false }
