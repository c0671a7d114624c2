// Package variant translates between JSON text and Godot 4's binary Variant
// form, in one pass and without a tree in between.
//
// The binary form is the one that var_to_bytes writes and bytes_to_var reads,
// described in the "Binary serialization API" page of Godot's documentation:
// little endian, a 32-bit header with the type in its low byte, everything
// padded to four bytes. [AppendVariant] makes it from JSON, [AppendJSON] makes
// JSON from it, and the small Append functions build a Variant by hand:
//
//	b = variant.AppendDictionary(b, 2)
//	b = variant.AppendString(b, "was_requested")
//	b = variant.AppendBool(b, true)
//	b = variant.AppendString(b, "code")
//	b = variant.AppendInt(b, 1000)
//
// All functions append to a slice that the caller owns and keep nothing, so
// they are safe from any goroutine.
package variant

// MaxDepth is how deep arrays and dictionaries may nest, in both directions.
// Godot itself stops at 1024.
const MaxDepth = 512
