package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQueryIsACommandLine(t *testing.T) {
	assert.Equal(t, "--headless&--&--file=a+b.gd&--only=&--server=ws%3A%2F%2Fx%2Fsocket",
		query([]string{"--headless", "--", "--file", "a b.gd", "--only", "", "--server", "ws://x/socket"}))
}

func TestFileThatIsNotOnTheWeb(t *testing.T) {
	o := &options{project: t.TempDir(), web: "game"}
	for name, want := range map[string]string{
		"const NOT_ON_WEB := \"needs threads\"\n":         "needs threads",
		"const NOT_ON_WEB := {\"test_a\": \"threads\"}\n": "",
		"extends Node\n": "",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(o.project, "test.gd"), []byte(name), 0o644))
		got, err := skipped(o, "test.gd")
		require.NoError(t, err)
		assert.Equal(t, want, got, name)
	}
	o.web = ""
	got, err := skipped(o, "test.gd")
	require.NoError(t, err)
	assert.Empty(t, got, "in the engine")
}
