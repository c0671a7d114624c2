// Package enginelog reads what a Godot engine prints.
package enginelog

import "regexp"

// complaint matches errors and warnings of every origin, and what the engine finds at exit.
var complaint = regexp.MustCompile(`^(\x1b\[[0-9;]*m)*((USER )?(SCRIPT )?(ERROR|WARNING):|Leaked instance:|Orphan StringName:|` +
	`StringName: \d+ unclaimed|panic: |fatal error: |SIG[A-Z]+: )`)

// IsComplaint reports whether a line of the engine's output reports something wrong.
func IsComplaint(line string) bool { return complaint.MatchString(line) }
