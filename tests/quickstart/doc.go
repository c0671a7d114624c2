// Package quickstart tests the minute that README.md promises: from the addon's zip to two windows
// that talk to each other, in a real editor on a screen in memory.
package quickstart
