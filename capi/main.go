// Package main is the shared library: the C symbols that Godot, or a program
// that loads the library, looks for. All they do is in the packages gdext and
// capi/abi.
//
//go:debug x509sslcertoverrideplatform=0
//go:generate go run ../scripts/cheader -to phoenix_channels.h
package main

/*
#include <stdint.h>
// The functions that are exported here are what the library shows, also where all else is compiled to be hidden.
#pragma GCC visibility push(default)
*/
import "C"

import (
	"unsafe"

	"phoenixchannels/core"
	"phoenixchannels/gdext"
)

// phoenix_channels_init is the entry symbol of the GDExtension: the arguments
// and the result are those of GDExtensionInitializationFunction.
//
//export phoenix_channels_init
func phoenix_channels_init(getProcAddress, library, initialization unsafe.Pointer) C.uint8_t {
	if gdext.Init(getProcAddress, library, initialization) {
		return 1
	}
	return 0
}

var version = C.CString(core.Version)

// phoenix_channels_version gives the version of the library, such as "0.1.0". The
// string is the library's own and lives as long as it is loaded.
//
//export phoenix_channels_version
func phoenix_channels_version() *C.char { return version }

func main() {}
