//go:build !linux && !darwin && !windows && (!js || nativetransport)

package core

// openSources opens nothing, as this system reports no signs.
func openSources() []source { return nil }
