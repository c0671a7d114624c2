package core

// Version of this client, in the form of semantic versioning.
const Version = "0.1.0"

// userAgent is what a connect request says it comes from, unless Network.Header does. That of Go's HTTP client is on the lists of bots of
// common hosters.
const userAgent = "phoenix-channels-godot/" + Version
