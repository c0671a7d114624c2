//go:build (!js || nativetransport) && !windows

package core

import "time"

var processStart = time.Now()

// awakeTime is a clock that stops while the machine sleeps, as the monotonic clock does.
func awakeTime() time.Duration { return time.Since(processStart) }
