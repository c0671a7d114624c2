package engine

/*
#include "engine.h"
#include <stdlib.h>
*/
import "C"

import "unsafe"

// Virtuals is a set of an engine class's virtual methods that C implements.
type Virtuals struct{ c *C.gd_virtuals }

// The sets that a class may implement.
var (
	// ConfigurationWarnings is for nodes whose Go value is a [Warned].
	ConfigurationWarnings = Virtuals{&C.gd_warnings}
	// MultiplayerPeerMethods is for children of MultiplayerPeerExtension whose Go value is a
	// [MultiplayerPeer] with a [PacketQueue].
	MultiplayerPeerMethods = Virtuals{&C.gd_multiplayer_peer}
)

// A virtualMethod is a virtual method of an engine class, with the hash of its signature.
type virtualMethod struct {
	name string
	hash uint32
}

// list returns the methods in C's order.
func (v Virtuals) list() []virtualMethod {
	if v.c == nil {
		return nil
	}
	var methods []virtualMethod
	for _, m := range unsafe.Slice(v.c.methods, int(v.c.count)) {
		methods = append(methods, virtualMethod{C.GoString(m.name), uint32(m.hash)})
	}
	return methods
}

// registerVirtuals lets C find the methods by the names that the engine looks up.
func registerVirtuals(v Virtuals, c *C.gd_class) {
	methods := v.list()
	if len(methods) == 0 {
		return
	}
	c.virtuals = v.c
	c.virtual_names = (*C.gd_string)(C.calloc(C.size_t(len(methods)), C.sizeof_gd_string))
	names := unsafe.Slice(c.virtual_names, len(methods))
	for i, method := range methods {
		names[i] = *stringName(method.name).c
	}
}
