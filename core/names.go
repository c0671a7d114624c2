package core

// names caches recent names: topics, events, join_refs. They repeat with each message, so each one
// is allocated once rather than every time. The cache belongs to one connection and has a fixed
// size, so a server that keeps sending new names cannot make it grow.
type names [64]string

// maxKeptName is the size limit, in bytes, of cached names.
const maxKeptName = 128

// intern returns the name as a string, without an allocation if the name is cached.
func (n *names) intern(name []byte) string {
	if n == nil || len(name) < 2 || len(name) > maxKeptName { // Go does not allocate strings of one byte
		return string(name)
	}
	last := len(name) - 1 // where a server's names differ most
	kept := &n[(len(name)+int(name[0])+5*int(name[last-1])+7*int(name[last]))%len(n)]
	if *kept != string(name) {
		*kept = string(name)
	}
	return *kept
}
