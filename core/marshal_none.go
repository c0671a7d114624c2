//go:build payloads_as_text

package core

import "fmt"

// marshal is left out of a program that hands over each payload and all params as text, as the addon does, and so is Payload.Decode: what
// makes JSON of any Go value and back is half a megabyte.
func marshal(v any) ([]byte, error) {
	return nil, fmt.Errorf("a program built with the tag payloads_as_text pushes no %T", v)
}
