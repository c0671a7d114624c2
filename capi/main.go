// Package main is the shared library: it exports the C symbols that Godot, or a program that loads
// the library, looks up. The implementation is in the packages gdext and capi/abi.
//
//go:debug x509sslcertoverrideplatform=0
package main

/*
#include "phoenix_channels.h"

typedef const char *phx_text;
*/
import "C"

import (
	"unsafe"

	_ "phoenixchannels/capi/signals"
	"phoenixchannels/core"
	"phoenixchannels/gdext"
)

//export phoenix_channels_init
func phoenix_channels_init(getProcAddress, library, initialization unsafe.Pointer) C.uint8_t {
	if gdext.Init(getProcAddress, library, initialization) {
		return 1
	}
	return 0
}

var version = C.CString(core.Version)

//export phoenix_channels_version
func phoenix_channels_version() C.phx_text { return version }

func main() {}
