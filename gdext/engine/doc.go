// Package engine is the raw layer between Go and Godot's GDExtension interface. It looks up the
// engine's functions, registers classes that are described by plain Go data ([Class]), and passes
// values in both directions.
//
// The package is independent of Phoenix. Everything passed between Go and the engine is one of
//
//   - a scalar or a string,
//   - bytes of the engine's documented binary Variant form (as written by var_to_bytes), from which
//     the C side builds a value in one cgo call,
//   - an [Object], which holds the engine's object id and so is a weak reference, or a [Ref], which
//     keeps a value alive.
//
// Files: interface.go fills the function table; start.go starts and ends the extension; class.go
// and method.go describe classes, register.go registers them; callbacks.go holds the functions
// called by the engine; instance.go maps an engine object to its Go value. The C files are the hot
// paths: build.c (bytes to Variant), emit.c (signals and Callables), bytes.c (Variant to bytes),
// class.c and method.c (calls from the engine).
package engine
