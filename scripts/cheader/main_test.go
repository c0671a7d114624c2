package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHeaderIsUpToDate(t *testing.T) {
	header, err := generate("../../capi")
	require.NoError(t, err)
	committed, err := os.ReadFile("../../capi/phoenix_channels.h")
	require.NoError(t, err)
	assert.Equal(t, string(header), string(committed), "run go generate ./capi")
}

func TestSourcesThatTheHeaderCannotTell(t *testing.T) {
	const event = "package abi\ntype EventHeader struct { Kind int32 }\n"
	for name, source := range map[string]struct{ codes, event, main, says string }{
		"a type without a counterpart":     {event: event, main: "// f does.\n//\n//export f\nfunc f(s []byte) C.int64_t { return 0 }", says: "f: no C type"},
		"a number that is not written out": {codes: "const (\n\tA = iota\n)", event: event, says: "A: a number of the C ABI is written out"},
		"no event":                         {event: "package abi\n", says: "there is no type EventHeader"},
		"no Go":                            {event: "package", says: "event.go"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(folder, "abi"), 0o755))
			for file, text := range map[string]string{"abi/codes.go": "package abi\n" + source.codes, "abi/event.go": source.event, "main.go": "package main\n" + source.main} {
				require.NoError(t, os.WriteFile(filepath.Join(folder, file), []byte(text), 0o644))
			}
			_, err := generate(folder)
			require.ErrorContains(t, err, source.says)
		})
	}
}
