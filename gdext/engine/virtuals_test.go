package engine

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The engine calls our virtual methods only if name and hash match its own.
func TestVirtualMethodsAreTheEnginesOwn(t *testing.T) {
	known := engineVirtuals(t)
	for class, virtuals := range map[string]Virtuals{"Node": ConfigurationWarnings, "MultiplayerPeerExtension": MultiplayerPeerMethods} {
		for _, method := range virtuals.list() {
			assert.Equal(t, known[class][method.name], method.hash, "%s.%s", class, method.name)
		}
	}
}

// For each missing method, the engine would log an error whenever the multiplayer peer is used.
func TestAllVirtualMethodsOfAMultiplayerPeerAreImplemented(t *testing.T) {
	var implemented []string
	for _, method := range MultiplayerPeerMethods.list() {
		implemented = append(implemented, method.name)
	}
	for name := range engineVirtuals(t)["MultiplayerPeerExtension"] {
		if !strings.HasSuffix(name, "_script") { // for peers written in GDScript
			assert.Contains(t, implemented, name)
		}
	}
}

// engineVirtuals reads the virtual methods of classes and their signature hashes from the engine's
// API description.
func engineVirtuals(t *testing.T) map[string]map[string]uint32 {
	text, err := os.ReadFile(engineFile(t, "extension_api.json"))
	require.NoError(t, err)
	var api struct {
		Classes []struct {
			Name    string `json:"name"`
			Methods []struct {
				Name      string         `json:"name"`
				Hash      jsontext.Value `json:"hash"`
				IsVirtual bool           `json:"is_virtual"`
			} `json:"methods"`
		} `json:"classes"`
	}
	require.NoError(t, json.Unmarshal(text, &api))
	virtuals := map[string]map[string]uint32{}
	for _, class := range api.Classes {
		virtuals[class.Name] = map[string]uint32{}
		for _, method := range class.Methods {
			var hash uint32
			if method.IsVirtual && json.Unmarshal(method.Hash, &hash) == nil {
				virtuals[class.Name][method.Name] = hash
			}
		}
	}
	return virtuals
}
