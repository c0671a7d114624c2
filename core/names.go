package core

// names keeps the names that came lately: topics, events, join_refs. They repeat with each message, so they cost memory once rather
// than each time. It belongs to one connection, and its size is fixed: a server that sends ever new names gains nothing.
type names [64]string

// maxKeptName is the size limit, in bytes, of the names that are kept.
const maxKeptName = 128

// intern returns the name as a string, without an allocation if it is a recent one.
func (n *names) intern(name []byte) string {
	if n == nil || len(name) < 2 || len(name) > maxKeptName { // Go keeps the strings of one byte
		return string(name)
	}
	last := len(name) - 1 // where the names of a server differ most
	kept := &n[(len(name)+int(name[0])+5*int(name[last-1])+7*int(name[last]))%len(n)]
	if *kept != string(name) {
		*kept = string(name)
	}
	return *kept
}
