// Package variant converts between JSON text and Godot 4's binary Variant form, in one pass and
// without an intermediate tree.
//
// The binary form is the one that var_to_bytes writes and bytes_to_var reads. The "Binary
// serialization API" page of Godot's documentation describes it: little endian, a 32-bit header
// with the type in its low byte, everything padded to four bytes. [AppendVariant] converts JSON to
// it, [AppendJSON] converts it to JSON, and the other Append functions build a Variant by hand:
//
//	b = variant.AppendDictionary(b, 2)
//	b = variant.AppendString(b, "was_requested")
//	b = variant.AppendBool(b, true)
//	b = variant.AppendString(b, "code")
//	b = variant.AppendInt(b, 1000)
//
// All functions append to the caller's slice and keep no state, so they are safe from any
// goroutine.
package variant

// MaxDepth is the maximum nesting depth of Arrays and Dictionaries, in both directions. Godot's own
// limit is 1024.
const MaxDepth = 512
