//go:build !payloads_as_text

package core

import json "encoding/json/v2"

// marshal gives the JSON of any Go value.
func marshal(v any) ([]byte, error) { return json.Marshal(v) }
