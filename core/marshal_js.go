//go:build !nativetransport

package core

import "fmt"

// marshal makes JSON of nothing: what can do so for any type would be a fifth of the program that a browser loads.
func marshal(v any) ([]byte, error) {
	return nil, fmt.Errorf("a %T; here it must be JSON text, a jsontext.Value", v)
}
