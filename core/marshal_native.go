//go:build !js || nativetransport

package core

import "encoding/json/v2"

// marshal makes JSON of what a caller hands to Push.
func marshal(v any) ([]byte, error) { return json.Marshal(v) }
