package engine

// #include "engine.h"
import "C"

import (
	"runtime"
	"sync"
	"unsafe"

	"github.com/godot-go/godot-go/pkg/ffi"
)

// Error shows a message in the engine's output and, in the editor, in its debugger. function is the
// function that the game called, such as "PhoenixChannel.push". Error must not be called from
// goroutines: only the engine's own threads may enter the engine.
func Error(function, message string) { ErrorAt(1, function, message) }

// ErrorAt is Error for functions that report on behalf of their caller. depth is the number of such
// functions on the stack.
func ErrorAt(depth int, function, message string) {
	if ffi.FFI.PrintErrorWithMessage == nil {
		return // not loaded by an engine, so there is nowhere to show it
	}
	file, line := caller(depth)
	ffi.CallFunc_GDExtensionInterfacePrintErrorWithMessage(message, message, function, file, line, 1)
}

// Warning is Error for problems that the game can tolerate.
func Warning(function, message string) {
	file, line := caller(0)
	ffi.CallFunc_GDExtensionInterfacePrintWarningWithMessage(message, message, function, file, line, 1)
}

// Print writes a line to the engine's output.
func Print(text string) {
	C.gd_print((*C.char)(unsafe.Pointer(unsafe.StringData(text))), C.int64_t(len(text)))
}

// IsDebugBuild reports whether the engine is the editor or a debug template.
var IsDebugBuild = sync.OnceValue(func() bool {
	system := singleton("OS")
	defer system.Release()
	return system.askWith("is_debug_build")
})

// caller returns the Go line that detected the mistake, shown after "at:".
func caller(depth int) (string, int32) {
	_, file, line, ok := runtime.Caller(depth + 2)
	if !ok {
		return "phoenix_channels", 0
	}
	return file, int32(line)
}
