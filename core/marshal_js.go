//go:build !nativetransport

package core

import "fmt"

// marshal always fails in a browser: a JSON encoder for arbitrary types would be a fifth of the
// program that the browser downloads.
func marshal(v any) ([]byte, error) {
	return nil, fmt.Errorf("a %T cannot be encoded in a browser; pass JSON text as a jsontext.Value", v)
}
