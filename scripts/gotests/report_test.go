package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReport(t *testing.T) {
	tests := []struct {
		name                    string
		events                  string
		passed, failed, skipped int
		shows, hides            []string
	}{
		{
			name: "counts the subtests, not the test around them",
			events: `{"Action":"run","Package":"m/a","Test":"TestA"}
{"Action":"run","Package":"m/a","Test":"TestA/one"}
{"Action":"output","Package":"m/a","Test":"TestA/one","Output":"chatter\n"}
{"Action":"pass","Package":"m/a","Test":"TestA/one"}
{"Action":"run","Package":"m/a","Test":"TestA/two"}
{"Action":"skip","Package":"m/a","Test":"TestA/two"}
{"Action":"pass","Package":"m/a","Test":"TestA"}
{"Action":"pass","Package":"m/a","Elapsed":1.25}`,
			passed: 1, skipped: 1,
			shows: []string{"ok   a (2 cases, 1.2 s)"},
			hides: []string{"chatter"},
		},
		{
			name: "prints a failed subtest in full and counts it once",
			events: `{"Action":"run","Package":"m/a","Test":"TestA"}
{"Action":"run","Package":"m/a","Test":"TestA/one"}
{"Action":"output","Package":"m/a","Test":"TestA/one","Output":"    a_test.go:7: expected 1, got 2\n"}
{"Action":"fail","Package":"m/a","Test":"TestA/one"}
{"Action":"fail","Package":"m/a","Test":"TestA"}
{"Action":"fail","Package":"m/a","Elapsed":0.1}`,
			failed: 1,
			shows:  []string{"--- FAIL a TestA/one", "a_test.go:7: expected 1, got 2", "FAIL a (1 cases"},
		},
		{
			name: "counts a test that fails after its subtests passed",
			events: `{"Action":"run","Package":"m/a","Test":"TestA"}
{"Action":"run","Package":"m/a","Test":"TestA/one"}
{"Action":"pass","Package":"m/a","Test":"TestA/one"}
{"Action":"fail","Package":"m/a","Test":"TestA"}
{"Action":"fail","Package":"m/a"}`,
			passed: 1, failed: 1,
		},
		{
			name: "counts a package that does not build as one failure, with the compiler's words",
			events: `{"ImportPath":"m/a","Action":"build-output","Output":"a.go:3:1: undefined: x\n"}
{"ImportPath":"m/a","Action":"build-fail"}
{"Action":"output","Package":"m/a","Output":"FAIL\tm/a [build failed]\n"}
{"Action":"fail","Package":"m/a","Elapsed":0,"FailedBuild":"m/a"}`,
			failed: 1,
			shows:  []string{"undefined: x", "[build failed]"},
		},
		{
			name: "counts a package that dies outside a test",
			events: `{"Action":"output","Package":"m/a","Output":"panic: boom\n"}
{"Action":"fail","Package":"m/a"}`,
			failed: 1,
			shows:  []string{"panic: boom"},
		},
		{
			name:   "counts a package that never ends",
			events: `{"Action":"run","Package":"m/a","Test":"TestA"}`,
			failed: 1,
			shows:  []string{"a did not end"},
		},
		{
			name: "shows the coverage",
			events: `{"Action":"run","Package":"m/core","Test":"TestA"}
{"Action":"pass","Package":"m/core","Test":"TestA"}
{"Action":"output","Package":"m/core","Output":"coverage: 91.7% of statements\n"}
{"Action":"pass","Package":"m/core"}`,
			passed: 1,
			shows:  []string{"core coverage: 91.7 %"},
		},
		{
			name:   "passes on a line that is no event",
			events: "go: cannot find main module",
			shows:  []string{"go: cannot find main module"},
		},
		{
			name: "says nothing of a package without tests",
			events: `{"Action":"output","Package":"m/a","Output":"?   \tm/a\t[no test files]\n"}
{"Action":"skip","Package":"m/a"}`,
			hides: []string{"m/a", "ok"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			report := newReport(&out)
			require.NoError(t, report.read(strings.NewReader(test.events)))
			report.finish()

			assert.Equal(t, test.passed, report.passed, "passed")
			assert.Equal(t, test.failed, report.failed, "failed")
			assert.Equal(t, test.skipped, report.skipped, "skipped")
			for _, text := range test.shows {
				assert.Contains(t, out.String(), text)
			}
			for _, text := range test.hides {
				assert.NotContains(t, out.String(), text)
			}
		})
	}
}
