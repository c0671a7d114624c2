package core

// Version of this client, in the form of semantic versioning.
const Version = "0.1.0"
