//go:build !nativetransport

package core

import (
	"net/netip"
	"time"
)

// standstillOf is how long this machine slept, or the browser froze the page, between two looks. The wall clock alone can tell: whether a
// browser's other clock stands still meanwhile depends on the system.
func standstillOf(wall, _, interval time.Duration) time.Duration { return wall - interval }

// usableAddresses returns none, as a page may not know them.
func usableAddresses() []netip.Addr { return nil }
