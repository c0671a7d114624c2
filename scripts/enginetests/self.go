package main

import (
	"fmt"
	"strings"
)

// selfExpectations says how each case of tests/godot/self has to end: "" passes, else a part of its
// failure.
var selfExpectations = map[string]map[string]string{
	"checks.gd": {
		"test_passes":                             "",
		"test_expected_error_passes":              "",
		"test_failed_check_fails":                 `apples: expected 2 (int), got 1 (int)`,
		"test_other_type_fails":                   `expected 1.0 (float), got 1 (int)`,
		"test_unexpected_error_fails":             "unexpected: ",
		"test_script_error_fails":                 "unexpected: SCRIPT ERROR",
		"test_missing_expected_error_fails":       `expected an engine error with "boom", none came`,
		"test_empty_text_allows_nothing":          "allow-error without a text",
		"test_lines_asked_for_and_forbidden_pass": "",
		"test_missing_line_fails":                 `expected a line with "good"`,
		"test_forbidden_line_fails":               "forbidden: what is FORBIDDEN",
		"test_signal_that_never_comes":            "never_emitted",
		"test_endless_wait_fails":                 "did not finish within",
		"exit":                                    "Leaked instance: GDScriptFunctionState", // the endless wait
	},
	"leak.gd": {
		"test_leaks_an_object": "",
		"exit":                 "unexpected: ",
	},
	"hang.gd": {
		"test_hangs": "hung for",
	},
	"status.gd": {
		"test_quits_with_status": "",
		"exit":                   "exit status 3",
	},
	"broken.gd": {
		"start": "unexpected: ",
	},
}

// selfNotRun says how many tests of a file cannot be run.
var selfNotRun = map[string]int{"hang.gd": 1}

// selfResults turns results of a file that fails on purpose into results about the runner: each
// case passes that ended as it had to.
func selfResults(file string, judged *judge) *judge {
	var verdicts []result
	if judged.notRun != selfNotRun[file] {
		verdicts = append(verdicts, result{name: file, failures: []string{
			fmt.Sprintf("expected %d tests that are not run, got %d", selfNotRun[file], judged.notRun)}})
	}
	seen := map[string]result{}
	for _, r := range judged.results {
		seen[r.name] = r
	}
	for name, want := range selfExpectations[file] {
		got, ok := seen[name]
		verdict := result{name: name, duration: got.duration}
		all := strings.Join(got.failures, "\n")
		switch {
		case !ok:
			verdict.failures = []string{"expected a result of this name, there is none"}
		case want == "" && all != "":
			verdict.failures = []string{"expected it to pass, it failed with: " + all}
		case !strings.Contains(all, want):
			verdict.failures = []string{fmt.Sprintf("expected a failure with %q, got %q", want, all)}
		}
		verdicts = append(verdicts, verdict)
		delete(seen, name)
	}
	for name, r := range seen {
		verdicts = append(verdicts, result{name: name, failures: append([]string{"not expected:"}, r.failures...)})
	}
	return &judge{results: verdicts}
}
