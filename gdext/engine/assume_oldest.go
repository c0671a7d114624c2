//go:build oldest_engine

package engine

// With this build tag the extension takes any engine for the oldest that it
// works with, and asks it only for what that one has: so what it does there can
// be tried on a newer one.
func init() { assumed = oldestVersion }
