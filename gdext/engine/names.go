package engine

/*
#include "engine.h"
#include <stdlib.h>

static gd_string *new_string_name(const char *text) {
	gd_string *name = malloc(sizeof *name);
	gd.string_name_new_utf8(name, text);
	return name;
}

static void free_string_name(gd_string *name) {
	gd.destroy[GD_STRING_NAME](name);
	free(name);
}

static gd_string *new_string(const char *text, int64_t len) {
	gd_string *string = malloc(sizeof *string);
	gd_build_string(string, text, len);
	return string;
}

static void free_string(gd_string *string) {
	gd.destroy[GD_STRING](string);
	free(string);
}
*/
import "C"

import (
	"sync"
	"unsafe"

	"github.com/godot-go/godot-go/pkg/ffi"
)

// A nameRef is an interned StringName in C memory, valid until the extension ends.
type nameRef struct{ c *C.gd_string }

func (n nameRef) constName() ffi.GDExtensionConstStringNamePtr {
	return ffi.GDExtensionConstStringNamePtr(unsafe.Pointer(n.c))
}

// names holds every StringName that this layer creates. They are destroyed at the end, because the
// engine reports leaked ones.
var names struct {
	sync.Mutex
	known map[string]nameRef
}

func stringName(text string) nameRef {
	names.Lock()
	defer names.Unlock()
	if name, ok := names.known[text]; ok {
		return name
	}
	c := C.CString(text)
	defer C.free(unsafe.Pointer(c))
	name := nameRef{C.new_string_name(c)}
	if names.known == nil {
		names.known = make(map[string]nameRef)
	}
	names.known[text] = name
	return name
}

func freeStringNames() {
	names.Lock()
	defer names.Unlock()
	for _, name := range names.known {
		C.free_string_name(name.c)
	}
	names.known = nil
}

func newString(text string) *C.gd_string {
	return C.new_string((*C.char)(unsafe.Pointer(unsafe.StringData(text))), C.int64_t(len(text)))
}

func freeString(s *C.gd_string) { C.free_string(s) }

// withString lends f an engine String.
func withString(text string, f func(ffi.GDExtensionStringPtr)) {
	s := newString(text)
	defer freeString(s)
	f(ffi.GDExtensionStringPtr(unsafe.Pointer(s)))
}
