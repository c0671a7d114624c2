//go:build !js || nativetransport

package core

import (
	"encoding/json/v2"
	"fmt"
)

// marshal encodes a value passed to Push as JSON.
func marshal(v any) ([]byte, error) { return json.Marshal(v) }

// Decode stores the payload in the value that v points to: a binary payload in a *[]byte, JSON in
// anything that [json.Unmarshal] accepts. Of duplicate keys the last one wins, and an unpaired
// surrogate becomes U+FFFD.
func (p Payload) Decode(v any) error {
	if !p.IsBinary() {
		return json.Unmarshal(p.JSON(), v, looseJSON...)
	}
	target, ok := v.(*[]byte)
	if !ok {
		return fmt.Errorf("phoenix: a binary payload decodes into *[]byte, not %T", v)
	}
	*target = append([]byte(nil), p.data...)
	return nil
}
