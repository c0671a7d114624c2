// Package enginelog interprets the output of a Godot engine.
package enginelog

import "regexp"

// complaint matches errors and warnings of every origin, including the engine's leak reports at
// exit.
var complaint = regexp.MustCompile(`^(\x1b\[[0-9;]*m)*((USER )?(SCRIPT )?(ERROR|WARNING):|Leaked instance:|Orphan StringName:|` +
	`StringName: \d+ unclaimed|panic: |fatal error: |SIG[A-Z]+: )`)

// IsComplaint reports whether a line of the engine's output reports a problem.
func IsComplaint(line string) bool { return complaint.MatchString(line) }
