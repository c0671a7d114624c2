// Package main is a library with a fault in its Go code, for a host that handles faults itself.
package main

import "C"

import _ "phoenixchannels/capi/signals"

//export phx_fault_in_go
func phx_fault_in_go() (recovered C.int) {
	defer func() {
		if recover() != nil {
			recovered = 1
		}
	}()
	var nothing *struct{ field C.int }
	return nothing.field
}

func main() {}
