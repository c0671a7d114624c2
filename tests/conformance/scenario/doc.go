// Package scenario plays the scenarios of tests/conformance/scenarios against a server, with the client of this module: each is a
// text that says what some clients do and what they get. The README beside the scenarios tells how they are written.
//
// Everything a client gets has to stand in the scenario, in its order. Only presence is different: it is folded into who is there,
// because a server may say that in more than one way.
package scenario
