package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"phoenixchannels/internal/enginelog"
)

// judge reads what the engine prints while tests/godot/runner.gd runs, line by line, and decides
// what passed. The runner's own lines start with "[test] "; everything else is the engine's, and an
// error or a leak among it fails the test that was running, unless the test asked for it.
type judge struct {
	results []result
	notRun  int // tests that the engine did not live to see
	skipped int // tests that make no sense where they would run

	planned   int // tests that the runner said it would run
	ended     int
	current   *result
	limit     time.Duration // of the current test
	expected  []string      // parts of error lines that the current test asked for
	allowed   []string      // parts of error lines that it does not mind, however often they come
	awaited   []string      // parts of other lines that it asked for
	forbidden []string      // what no line may have in it, from when a test said so on
	inError   bool          // indented lines belong to the error before them
	quits     bool          // the current test ends the engine
	allEnded  bool
	unplanned bool     // no plan was seen
	tail      []string // the engine's lines since the runner's last, for when it dies
}

// tailLines is how much of the engine's last words a report shows.
const tailLines = 25

// result is one test; start and exit of the engine, which can fail too, appear as results named
// after them.
type result struct {
	name     string
	failures []string
	notes    []string // what the test itself has to say
	duration time.Duration
}

const marker = "[test] "

func newJudge() *judge { return &judge{unplanned: true} }

// line takes one line, without its end.
func (j *judge) line(text string) {
	if rest, ok := strings.CutPrefix(text, marker); ok {
		j.inError = false
		j.tail = nil
		verb, argument, _ := strings.Cut(rest, " ")
		j.event(verb, argument)
		return
	}
	if j.tail = append(j.tail, text); len(j.tail) > tailLines {
		j.tail = j.tail[1:]
	}
	contained := func(part string) bool { return strings.Contains(text, part) }
	j.awaited = slices.DeleteFunc(j.awaited, contained)
	if slices.ContainsFunc(j.forbidden, contained) {
		j.fail("forbidden: " + text)
	}
	if j.inError && (strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\t")) {
		j.appendToError(text)
		return
	}
	j.inError = false
	if enginelog.IsComplaint(text) {
		j.complain(text)
	}
}

func (j *judge) event(verb, argument string) {
	switch verb {
	case "plan":
		j.planned, _ = strconv.Atoi(argument)
		j.unplanned = false
	case "skip":
		j.skipped++
	case "begin":
		name, limit, _ := strings.Cut(argument, " ")
		ms, _ := strconv.Atoi(limit)
		j.limit = time.Duration(ms) * time.Millisecond
		j.results = append(j.results, result{name: name})
		j.current = &j.results[len(j.results)-1]
		j.expected, j.allowed, j.awaited, j.quits = nil, nil, nil, false
	case "failure":
		j.fail(argument)
	case "note":
		if j.current != nil {
			j.current.notes = append(j.current.notes, argument)
		}
	case "expect-error", "allow-error", "expect-line", "forbid-line":
		j.ask(verb, argument)
	case "quits":
		j.quits = true
	case "end-of":
		j.endTest(argument)
	case "end":
		j.allEnded = true
	}
}

// ask notes what a test says about lines that contain text.
func (j *judge) ask(verb, text string) {
	if text == "" { // every line contains it
		j.fail(verb + " without a text")
		return
	}
	list := map[string]*[]string{
		"expect-error": &j.expected, "allow-error": &j.allowed, "expect-line": &j.awaited, "forbid-line": &j.forbidden,
	}[verb]
	*list = append(*list, text)
}

func (j *judge) endTest(argument string) {
	if j.current == nil {
		return
	}
	j.missExpected()
	_, duration, _ := strings.Cut(argument, " ")
	ms, _ := strconv.Atoi(duration)
	j.current.duration = time.Duration(ms) * time.Millisecond
	j.current = nil
	j.ended++
}

// missExpected fails the current test for what it asked for and did not come.
func (j *judge) missExpected() {
	for _, text := range j.expected {
		j.fail(fmt.Sprintf("expected an engine error with %q, none came", text))
	}
	for _, text := range j.awaited {
		j.fail(fmt.Sprintf("expected a line with %q, none came", text))
	}
}

func (j *judge) complain(text string) {
	for i, part := range j.expected {
		if j.current != nil && strings.Contains(text, part) {
			j.expected = append(j.expected[:i:i], j.expected[i+1:]...)
			return
		}
	}
	if j.current != nil && slices.ContainsFunc(j.allowed, func(part string) bool { return strings.Contains(text, part) }) {
		return
	}
	j.fail("unexpected: " + text)
	j.inError = true
}

// fail adds a failure to the running test, or to the engine's start or exit when none runs.
func (j *judge) fail(message string) {
	if j.current != nil {
		j.current.failures = append(j.current.failures, message)
		return
	}
	name := "start"
	if j.allEnded {
		name = "exit"
	} else if len(j.results) > 0 && j.results[0].name != "start" {
		name = "between tests"
	}
	if n := len(j.results); n == 0 || j.results[n-1].name != name {
		j.results = append(j.results, result{name: name})
	}
	last := &j.results[len(j.results)-1]
	last.failures = append(last.failures, message)
}

func (j *judge) appendToError(text string) {
	r := j.current
	if r == nil {
		r = &j.results[len(j.results)-1]
	}
	r.failures[len(r.failures)-1] += "\n  " + strings.TrimSpace(text)
}

// exit closes the books: err is how the engine ended, stopped why it had to be killed (empty when
// it was not).
func (j *judge) exit(err error, stopped string) {
	if stopped == "" && err != nil {
		stopped = "the engine ended with " + err.Error()
	}
	switch {
	case stopped != "":
		j.fail(strings.Join(append([]string{stopped}, j.tail...), "\n  "))
	case j.current != nil && j.quits:
		j.missExpected()
	case j.current != nil:
		j.fail("the engine quit before the test had ended")
	}
	j.current = nil
	switch {
	case j.unplanned && len(j.results) == 0:
		j.fail("the runner did not start")
	case j.planned == 0 && j.skipped == 0 && len(j.results) == 0:
		j.fail("the file has no tests")
	case !j.allEnded:
		j.notRun = j.planned - j.ended - j.interrupted()
	}
}

// interrupted is 1 when a test began and never ended, else 0.
func (j *judge) interrupted() int {
	begun := 0
	for _, r := range j.results {
		if strings.HasPrefix(r.name, "test_") {
			begun++
		}
	}
	return begun - j.ended
}
