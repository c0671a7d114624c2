//go:build !js || nativetransport

package core

import (
	"encoding/json/v2"
	"fmt"
)

// marshal makes JSON of what a caller hands to Push.
func marshal(v any) ([]byte, error) { return json.Marshal(v) }

// Decode stores the payload in what v points to: a binary payload in a *[]byte, JSON in anything that [json.Unmarshal] takes. Of
// equal keys the last counts, and half a surrogate pair becomes U+FFFD.
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
