package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestJudge(t *testing.T) {
	const whole = "[test] plan 1\n[test] begin test_a 1000\n%s[test] end-of test_a 12\n[test] end\n"
	tests := []struct {
		name    string
		output  string
		err     error
		stopped string
		want    []result
		notRun  int
	}{
		{
			name:   "passes a test without complaints",
			output: strings.Replace(whole, "%s", "chatter\n", 1),
			want:   []result{{name: "test_a", duration: 12 * time.Millisecond}},
		},
		{
			name:   "keeps what a test has to note",
			output: strings.Replace(whole, "%s", "[test] note 12 messages\n", 1),
			want:   []result{{name: "test_a", notes: []string{"12 messages"}, duration: 12 * time.Millisecond}},
		},
		{
			name:   "fails a test by a failed check",
			output: strings.Replace(whole, "%s", "[test] failure x: expected 1\n", 1),
			want:   []result{{name: "test_a", failures: []string{"x: expected 1"}, duration: 12 * time.Millisecond}},
		},
		{
			name:   "fails a test by an error line, and keeps where it came from",
			output: strings.Replace(whole, "%s", "SCRIPT ERROR: bad\n   at: f (a.gd:1)\nchatter\n  indented chatter\n", 1),
			want: []result{{name: "test_a", failures: []string{"unexpected: SCRIPT ERROR: bad\n  at: f (a.gd:1)"},
				duration: 12 * time.Millisecond}},
		},
		{
			name:   "sees through the colours of a terminal",
			output: strings.Replace(whole, "%s", "\x1b[1;31mERROR: \x1b[0;91mbad\n", 1),
			want: []result{{name: "test_a", failures: []string{"unexpected: \x1b[1;31mERROR: \x1b[0;91mbad"},
				duration: 12 * time.Millisecond}},
		},
		{
			name:   "lets an error pass that the test asked for, once",
			output: strings.Replace(whole, "%s", "[test] expect-error bad\nERROR: a bad thing\n   at: f\nERROR: a bad thing\n", 1),
			want: []result{{name: "test_a", failures: []string{"unexpected: ERROR: a bad thing"},
				duration: 12 * time.Millisecond}},
		},
		{
			name:   "fails a test whose expected error does not come",
			output: strings.Replace(whole, "%s", "[test] expect-error bad\n", 1),
			want: []result{{name: "test_a", failures: []string{`expected an engine error with "bad", none came`},
				duration: 12 * time.Millisecond}},
		},
		{
			name:   "lets errors pass that the test allows, as often as they come",
			output: strings.Replace(whole, "%s", "[test] allow-error bad\nERROR: bad\nERROR: bad\nERROR: worse\n", 1),
			want: []result{{name: "test_a", failures: []string{"unexpected: ERROR: worse"},
				duration: 12 * time.Millisecond}},
		},
		{
			name:   "fails a test that allows any error",
			output: strings.Replace(whole, "%s", "[test] allow-error \nERROR: bad\n", 1),
			want: []result{{name: "test_a", failures: []string{"allow-error without a text", "unexpected: ERROR: bad"},
				duration: 12 * time.Millisecond}},
		},
		{
			name:   "passes a test that quits when it said so",
			output: "[test] plan 1\n[test] begin test_a 1000\n[test] quits\nbye\n",
			want:   []result{{name: "test_a"}},
		},
		{
			name:   "fails a test that quits by a complaint at the end, and by an expected error that did not come",
			output: "[test] plan 1\n[test] begin test_a 1000\n[test] expect-error bad\n[test] quits\nLeaked instance: Node:1\n",
			want: []result{{name: "test_a", failures: []string{"unexpected: Leaked instance: Node:1",
				`expected an engine error with "bad", none came`}}},
		},
		{
			name:   "fails a test in which the engine quits unasked",
			output: "[test] plan 2\n[test] begin test_a 1000\n",
			want:   []result{{name: "test_a", failures: []string{"the engine quit before the test had ended"}}},
			notRun: 1,
		},
		{
			name:   "lets a test ask for a line, and forbid one",
			output: strings.Replace(whole, "%s", "[test] expect-line good\n[test] forbid-line secret\nsome good line\nno s3cret\n", 1),
			want:   []result{{name: "test_a", duration: 12 * time.Millisecond}},
		},
		{
			name:   "fails a test whose expected line does not come",
			output: strings.Replace(whole, "%s", "good\n[test] expect-line good\n", 1),
			want: []result{{name: "test_a", failures: []string{`expected a line with "good", none came`},
				duration: 12 * time.Millisecond}},
		},
		{
			name:   "fails by a forbidden line, also after the test",
			output: strings.Replace(whole, "%s", "[test] forbid-line secret\nthe secret\n", 1) + "a secret\n",
			want: []result{
				{name: "test_a", failures: []string{"forbidden: the secret"}, duration: 12 * time.Millisecond},
				{name: "exit", failures: []string{"forbidden: a secret"}},
			},
		},
		{
			name:   "tells errors at start, between and at exit apart",
			output: "WARNING: one\n" + strings.Replace(whole, "%s", "", 1) + "Leaked instance: Node:1\nERROR: two\n",
			want: []result{
				{name: "start", failures: []string{"unexpected: WARNING: one"}},
				{name: "test_a", duration: 12 * time.Millisecond},
				{name: "exit", failures: []string{"unexpected: Leaked instance: Node:1", "unexpected: ERROR: two"}},
			},
		},
		{
			name:    "fails the test that hangs and those after it",
			output:  "[test] plan 2\n[test] begin test_a 1000\n",
			err:     errors.New("signal: killed"),
			stopped: "hung for 6s and was killed",
			want:    []result{{name: "test_a", failures: []string{"hung for 6s and was killed"}}},
			notRun:  1,
		},
		{
			name:   "fails the test in which the engine dies, with its last words",
			output: "[test] plan 1\nbefore\n[test] begin test_a 1000\nhandle_crash: signal 11\n",
			err:    errors.New("exit status 134"),
			want: []result{{name: "test_a",
				failures: []string{"the engine ended with exit status 134\n  handle_crash: signal 11"}}},
		},
		{
			name:   "fails by the exit status",
			output: strings.Replace(whole, "%s", "", 1),
			err:    errors.New("exit status 1"),
			want: []result{{name: "test_a", duration: 12 * time.Millisecond},
				{name: "exit", failures: []string{"the engine ended with exit status 1"}}},
		},
		{
			name: "fails when the runner does not start",
			want: []result{{name: "start", failures: []string{"the runner did not start"}}},
		},
		{
			name:   "fails a file without tests",
			output: "[test] plan 0\n[test] end\n",
			want:   []result{{name: "exit", failures: []string{"the file has no tests"}}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			j := newJudge()
			for line := range strings.Lines(test.output) {
				j.line(strings.TrimSuffix(line, "\n"))
			}
			j.exit(test.err, test.stopped)
			assert.Equal(t, test.want, j.results)
			assert.Equal(t, test.notRun, j.notRun, "tests not run")
		})
	}
}

func TestReportPrintsFailuresAndCounts(t *testing.T) {
	var out strings.Builder
	passed, failed := report(&out, "test_x.gd", &judge{notRun: 3, results: []result{
		{name: "test_a"},
		{name: "test_b", failures: []string{"one\ntwo"}},
	}})
	assert.Equal(t, 1, passed)
	assert.Equal(t, 4, failed)
	assert.Equal(t, `--- FAIL test_x.gd test_b
    one
    two
--- FAIL test_x.gd: 3 tests not run, as the engine ended before them
FAIL test_x.gd (5 cases, 0.0 s)
`, out.String())
}
