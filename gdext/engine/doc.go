// Package engine is the raw layer between Go and Godot's GDExtension
// interface: it looks up the engine's functions, registers classes that are
// described by plain Go data ([Class]), and carries values across.
//
// It knows nothing of Phoenix. Everything that crosses is one of
//
//   - a scalar or a string,
//   - bytes of the engine's documented binary Variant form (what var_to_bytes
//     writes), from which the C side builds a value in one crossing,
//   - an [Object], which is the engine's id of an object and so a weak
//     reference, or a [Ref], which keeps a value alive.
//
// Files: interface.go fills the function table; start.go is the life of the
// extension; class.go and method.go describe classes, register.go registers
// them; callbacks.go is entered by the engine; instance.go finds the Go object
// behind an engine object. The C files are the hot paths: build.c (bytes to
// Variant), emit.c (signals and callables), bytes.c (Variant to bytes), class.c
// and method.c (what the engine calls).
package engine
