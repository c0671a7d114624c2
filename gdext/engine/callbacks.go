package engine

// #include "engine.h"
import "C"

import (
	"runtime/debug"
	"unsafe"

	"phoenixchannels/internal/bug"
)

// The engine calls the functions in this file, through class.c and method.c. A panic never leaves
// them: it is reported as one engine error.

//export phoenixEngineCreated
func phoenixEngineCreated(class C.uint32_t, c *C.gd_instance) {
	defer guard(classes[class].Name + ".new") // after a panic the object stays without a Go value
	addInstance(c, classes[class].New(Object{id: uint64(c.object_id), c: c}))
}

//export phoenixEngineFreed
func phoenixEngineFreed(c *C.gd_instance) {
	defer guard("free")
	defer C.gd_instance_spare(c) // last, because whatever Freed releases may still call the object
	enter()
	if value, ok := removeInstance(c).(Freed); ok {
		value.Freed()
	}
}

//export phoenixEngineNotified
func phoenixEngineNotified(id objectID, notification C.int32_t) {
	defer guard("notification")
	enter()
	if value, ok := instanceOf(id).value.(Notified); ok {
		value.Notified(Notification(notification))
	}
}

//export phoenixEngineWarnings
func phoenixEngineWarnings(id objectID, strings unsafe.Pointer) {
	defer guard("configuration warnings")
	enter()
	if value, ok := instanceOf(id).value.(Warned); ok {
		for _, text := range value.ConfigurationWarnings() {
			C.gd_strings_append((*C.gd_packed)(strings), (*C.char)(unsafe.Pointer(unsafe.StringData(text))), C.int64_t(len(text)))
		}
	}
}

//export phoenixEnginePeer
func phoenixEnginePeer(id objectID, call C.int32_t, number C.int64_t) {
	defer guard("MultiplayerPeer")
	enter()
	if value, ok := instanceOf(id).value.(MultiplayerPeer); ok {
		callPeer(value, call, int64(number))
	}
}

//export phoenixEngineDeferred
func phoenixEngineDeferred() {
	runGuarded(enter)
	runDeferred()
}

//export phoenixEngineCall
func phoenixEngineCall(index C.uint32_t, id objectID, args *C.gd_arg, result *C.gd_result) {
	method := &methods[index]
	defer func() {
		if value := recover(); value != nil {
			reportPanic(method.class+"."+method.name, value)
		}
	}()
	if !method.aside {
		enter()
	}
	var self any
	if !method.static {
		if self = instanceOf(id).value; self == nil {
			result.object_id = 0
			(&Ref{c: result.kept}).Release() // the object made for the result
			return
		}
	}
	method.call(self, unsafe.Slice(args, len(method.params)), result)
}

//export phoenixEngineLevelInit
func phoenixEngineLevelInit(level C.int32_t) {
	defer guard("initialisation")
	initLevel(int(level))
}

//export phoenixEngineLevelDeinit
func phoenixEngineLevelDeinit(level C.int32_t) {
	defer guard("deinitialisation")
	deinitLevel(int(level))
}

func enter() {
	if extension.Entering != nil {
		extension.Entering()
	}
}

// guard turns a panic into an engine error. It must be deferred.
func guard(place string) {
	if value := recover(); value != nil {
		reportPanic(place, value)
	}
}

func reportPanic(place string, value any) { Error(place, bug.Text(value, debug.Stack())) }
