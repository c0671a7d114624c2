package variant_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"phoenixchannels/gdext/variant"
)

const tenFields = `{"id":184467,"name":"Player One","x":12.5,"y":-3.25,"hp":100,"alive":true,` +
	`"team":"red","target":null,"inventory":["sword","shield","potion"],"stats":{"str":10,"dex":14,"int":9}}`

// messages returns a typical message and a world state of 30 KB.
func messages() map[string][]byte {
	var world []string
	for i := range 160 {
		world = append(world, fmt.Sprintf(`{"id":%d,"name":"Hráč %d","x":%g,"y":%g,"hp":%d,"alive":%t,`+
			`"team":"red","target":null,"inventory":["sword","shield","potion"],"stats":{"str":10,"dex":14,"int":9}}`,
			i*7919, i, float64(i)*1.37, float64(i)/7, i%100, i%2 == 0))
	}
	return map[string][]byte{
		"TenFields": []byte(tenFields),
		"30KB":      []byte(`{"players":[` + strings.Join(world, ",") + `]}`),
	}
}

func BenchmarkIncoming(b *testing.B) {
	for name, text := range messages() {
		b.Run(name+"/AppendVariant", func(b *testing.B) {
			var dst []byte
			measure(b, text, func() (err error) {
				dst, err = variant.AppendVariant(dst[:0], text)
				return err
			})
		})
		b.Run(name+"/AppendVariantToNil", func(b *testing.B) {
			measure(b, text, func() error {
				_, err := variant.AppendVariant(nil, text)
				return err
			})
		})
		b.Run(name+"/UnmarshalOnly", func(b *testing.B) {
			measure(b, text, func() error {
				var v any
				return json.Unmarshal(text, &v)
			})
		})
		b.Run(name+"/UnmarshalAndWalk", func(b *testing.B) {
			var dst []byte
			measure(b, text, func() error {
				var v any
				err := json.Unmarshal(text, &v)
				dst = walk(dst[:0], v)
				return err
			})
		})
	}
}

func BenchmarkOutgoing(b *testing.B) {
	for name, text := range messages() {
		bytes, err := variant.AppendVariant(nil, text)
		require.NoError(b, err)
		var tree any
		require.NoError(b, json.Unmarshal(text, &tree))
		b.Run(name+"/AppendJSON", func(b *testing.B) {
			var dst []byte
			measure(b, text, func() (err error) {
				dst, err = variant.AppendJSON(dst[:0], bytes)
				return err
			})
		})
		b.Run(name+"/AppendJSONToNil", func(b *testing.B) {
			measure(b, text, func() error {
				_, err := variant.AppendJSON(nil, bytes)
				return err
			})
		})
		b.Run(name+"/MarshalOnly", func(b *testing.B) {
			measure(b, text, func() error {
				_, err := json.Marshal(tree)
				return err
			})
		})
	}
}

func measure(b *testing.B, text []byte, f func() error) {
	b.Helper()
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if err := f(); err != nil {
			b.Fatal(err)
		}
	}
}

// walk encodes a tree as a Variant, as a binding without this package's parser would.
func walk(dst []byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		return variant.AppendBool(dst, v)
	case float64:
		return variant.AppendFloat(dst, v)
	case string:
		return variant.AppendString(dst, v)
	case []any:
		dst = variant.AppendArray(dst, len(v))
		for _, element := range v {
			dst = walk(dst, element)
		}
		return dst
	case map[string]any:
		dst = variant.AppendDictionary(dst, len(v))
		for key, element := range v {
			dst = walk(variant.AppendString(dst, key), element)
		}
		return dst
	default:
		return variant.AppendNil(dst)
	}
}
