package core

// Version of this client, in semantic versioning.
const Version = "0.1.0"

// userAgent is the User-Agent of a connect request, unless Network.Header sets one. The default of
// Go's HTTP client is on the bot lists of common hosting providers.
const userAgent = "phoenix-channels-godot/" + Version
