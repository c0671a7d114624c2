//go:build !nativetransport

package core

import (
	"net/netip"
	"time"
)

// standstillOf returns how long this machine slept, or the browser froze the page, between two
// checks. It uses the wall clock alone: whether a browser's monotonic clock stops meanwhile depends
// on the system.
func standstillOf(wall, _, interval time.Duration) time.Duration { return wall - interval }

// awakeTime returns nothing: standstillOf does not use it.
func awakeTime() time.Duration { return 0 }

// usableAddresses returns none, as a page has no access to them.
func usableAddresses() []netip.Addr { return nil }

// systemSigns reports nothing: sockets check at intervals.
var systemSigns signReader

type signReader struct{}

func (*signReader) add(*watch)        {}
func (*signReader) remove(*watch)     {}
func (*signReader) areReported() bool { return false }
