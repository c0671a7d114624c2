package main

/*
#include <string.h>

static _Thread_local char phx_kept[1024];

static void phx_keep(const char *text, size_t size) {
	memcpy(phx_kept, text, size);
	phx_kept[size] = 0;
}

static char *phx_kept_text(void) { return phx_kept; }
*/
import "C"

import (
	"strings"
	"unsafe"
)

// keepError stores a text for the calling thread, which is the one that runs this function.
func keepError(text string) {
	const room = 1023
	if len(text) > room {
		text = strings.ToValidUTF8(text[:room], "")
	}
	C.phx_keep((*C.char)(unsafe.Pointer(unsafe.StringData(text))), C.size_t(len(text)))
}

func lastError() *C.char { return C.phx_kept_text() }
