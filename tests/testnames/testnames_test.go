package testnames

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheck(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"a_test.go":       "package a\n\n// TestInAComment( \"words\"\nfunc TestA(t *testing.T) {\n\tt.Run(\"one thing\", f)\n}\n\nvar x = \"TestB\"\n\nfunc TestC() {}\n",
		"test_b.gd":       "func test_b() -> void:\n\tpass\n\nfunc helper():\n\tpass\n#func test_c(\n",
		"test_twice.gd":   "func test_x() -> void:\n",
		"d/test_twice.gd": "func test_x() -> void:\n\n\nfunc test_y() -> void:\n",
	} {
		path := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	tests, err := Below(folder)
	require.NoError(t, err)
	for name, want := range map[string]string{
		"TestA":             "",
		"TestA/one thing":   "",
		"TestA/one":         `TestA has no subtest "one"`,
		"TestC/one thing":   `TestC has no subtest "one thing"`,
		"TestB":             "there is no test TestB",
		"TestInAComment":    "there is no test TestInAComment",
		"test_b.test_b":     "",
		"test_b.test_c":     "there are 0 tests test_b.test_c",
		"test_b.helper":     "there are 0 tests test_b.helper",
		"test_twice.test_x": "there are 2 tests test_twice.test_x",
		"test_twice.test_y": "",
	} {
		got := ""
		if err := tests.Check(name); err != nil {
			got = err.Error()
		}
		assert.Equal(t, want, got, name)
	}
}
