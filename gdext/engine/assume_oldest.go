//go:build oldest_engine

package engine

// With this build tag the extension treats every engine as the oldest supported version and uses
// only that version's functions. Its behaviour on old engines can thus be tested on a newer one.
func init() { assumed = oldestVersion }
