// Package scenario plays the scenarios of tests/conformance/scenarios against a server, with the
// client of this module: each is a text that says what some clients do and what they get. The
// README next to the scenarios describes their format.
//
// Every message that a client receives has to be in the scenario, in order. Only presence is
// different: it is folded into who is there, because a server may say that in more than one way.
package scenario
